"""How one measured value stands to another: a factor from twice on, else percent."""

from __future__ import annotations

DOUBLE = 2.0


def factor(ratio: float) -> str:
    """`24x`, `3.8x`."""
    return f"{ratio:,.0f}x" if ratio >= 9.95 else f"{ratio:.1f}x"


def ratio_change(ratio: float) -> str:
    """A ratio as a change: `-45 %`, `+3 %`, and from 2 on as a factor, `2.6x`."""
    if ratio >= DOUBLE:
        return factor(ratio)
    share = abs(ratio - 1)
    digits = 0 if share >= 0.0095 or not share else 1
    return f"{_sign(ratio)}{share * 100:.{digits}f} %"


def rough_percent(share: float) -> str:
    """A share in percent with two digits at most, never rounded to nothing."""
    value = share * 100
    if value < 0.05:
        return "< 0.1 %"
    digits = 0 if value >= 9.5 else 1
    return f"{value:.{digits}f} %"


def _sign(ratio: float) -> str:
    if ratio == 1:
        return "±"
    return "-" if ratio < 1 else "+"
