"""Who can save wasted bytes: the Dockerfile, or only another base image.

What the base image ships stays in its layers, whatever later ones do. So bytes that it wrote and
that a later layer removes, hides or overwrites are not the Dockerfile's to save. A copy of them for
another mode or owner is: that copy is the Dockerfile's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.image.blame.blamed import Blame
from lightship.image.waste import Waste, WasteReason

REWRITTEN: tuple[bytes, ...] = (
    b"var/lib/dpkg/",
    b"var/cache/debconf/",
    b"var/lib/rpm/",
    b"usr/lib/sysimage/rpm/",
    b"lib/apk/db/",
    b"etc/ld.so.cache",
    b"var/cache/ldconfig/",
    b"var/log/",
    b"usr/lib/apk/db/",
    b"var/lib/apt/extended_states",
)
"""What each install of packages writes again."""


def base_layers(blame: Sequence[Blame]) -> int:
    """How many layers the base image has, which come first.

    None where all are: then it is the base image that is looked at.
    """
    bases = max((made.layer + 1 for made in blame if made.is_base), default=0)
    return bases if bases < len(blame) else 0


def is_own(item: Waste, bases: int) -> bool:
    """Whether the Dockerfile can save wasted bytes, where the base image has `bases` layers."""
    if item.by < bases:
        return False
    if item.layer >= bases:
        return True
    is_copied = item.reason is WasteReason.METADATA
    return is_copied and not item.path.startswith(REWRITTEN)


def own_waste(waste: Sequence[Waste], blame: Sequence[Blame]) -> list[Waste]:
    """What the Dockerfile can save of an image's waste."""
    bases = base_layers(blame)
    return [item for item in waste if is_own(item, bases)]
