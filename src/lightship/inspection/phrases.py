"""What is said of an image in the same words everywhere: lines, distributions, causes of waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightship.image.blame.blamed import Blame, Confidence
from lightship.image.waste import WasteReason
from lightship.inspection.secrets import hidden
from lightship.wording.printable import escaped

if TYPE_CHECKING:
    from lightship.image.distribution import Distribution

ENDED = {
    WasteReason.OVERWRITTEN: "overwritten by",
    WasteReason.METADATA: "same content written again by",
    WasteReason.REMOVED: "removed by",
    WasteReason.HIDDEN: "hidden by",
    WasteReason.REPLACED: "replaced by",
    WasteReason.REPEATED: "twice in",
}


def ended(reason: WasteReason, layer: int) -> str:
    """What became of bytes that are waste, and by which layer."""
    return f"{ENDED[reason]} layer {layer + 1}"


def support(release: Distribution) -> str:
    """Until when a distribution has security fixes, or when they ended.

    Empty where that is not known.
    """
    if release.end_of_life is None:
        return ""
    until = "ended on" if release.ended else "until"
    return f"security fixes {until} {release.end_of_life.isoformat()}"


def line(blame: Blame) -> str:
    """`Dockerfile:12`.

    With a question mark where it is likely only, and empty where no line is known.
    """
    number = line_number(blame)
    return f"{escaped(blame.path)}:{number}" if blame.path and number else ""


def line_number(blame: Blame) -> str:
    """`12`; with a question mark where it is likely only, and empty where no line is known."""
    if not blame.first or blame.confidence is Confidence.UNKNOWN:
        return ""
    doubt = "?" if blame.confidence is Confidence.LIKELY else ""
    return f"{blame.first}{doubt}"


def instruction(blame: Blame) -> str:
    """The instruction in one line of text, without secrets."""
    return one_line(blame.text.replace("\\\n", " "))


def one_line(text: str) -> str:
    """An instruction or a row of history in one line, without the secrets that may be in it."""
    return escaped(hidden(" ".join(text.split())))
