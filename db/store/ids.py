"""Ids made offline: time-ordered (UUIDv7), so that an index grows at its end."""

import os


def new_id(now: int) -> str:
    """Return a UUIDv7 for an instant in UTC milliseconds."""
    value = (now & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def first_id(now: int) -> str:
    """Return what no id made at an instant, in UTC milliseconds, or later comes before."""
    text = f"{now & (1 << 48) - 1:012x}"
    return f"{text[:8]}-{text[8:]}"
