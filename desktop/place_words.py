"""Where an incident is, in words."""

_VILLAGES = ("社区", "村", "居委会", "村委会")


def whole_place(area: str, address: str) -> str:
    """Return an area and an address; a village that the address begins with is said once."""
    village = area.partition(" ")[0]
    if village.endswith(_VILLAGES) and address.startswith(village):
        address = address.removeprefix(village).lstrip()
    return "  ".join(filter(None, (area, address)))
