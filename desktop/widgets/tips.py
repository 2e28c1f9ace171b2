"""Tool tips of texts that come from outside."""

from html import escape


def plain_tip(text: str) -> str:
    """Return a tool tip that shows a text as it is, empty for none.

    A tool tip takes what looks like markup for markup, with its pictures and links.
    """
    return f"<qt>{escape(text)}</qt>" if text else ""
