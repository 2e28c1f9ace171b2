"""Tool tips of texts that come from outside."""

# What `html.escape` does, without its table of 2,000 names: a start makes a tip.
_PLAIN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def plain_tip(text: str) -> str:
    """Return a tool tip that shows a text as it is, empty for none.

    A tool tip takes what looks like markup for markup, with its pictures and links.
    """
    return f"<qt>{text.translate(_PLAIN)}</qt>" if text else ""
