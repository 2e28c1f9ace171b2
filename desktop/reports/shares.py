"""Shares in words."""

from decimal import ROUND_HALF_UP, Decimal

NONE = "—"


def rate(part: int, whole: int) -> str:
    """Return a share as `96.88%`, half rounded up; a dash where there is nothing to share."""
    if not whole:
        return NONE
    share = Decimal(100 * part) / Decimal(whole)
    return f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def rate_of(part: int, whole: int) -> str:
    """Return a share with what it is a share of: `96.88%（62/64）`."""
    return f"{rate(part, whole)}（{part}/{whole}）"
