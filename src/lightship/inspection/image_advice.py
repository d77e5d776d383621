"""Findings: what could be saved and what is unsafe, each with its line and what to do.

First come secrets and other risks by severity, then what saves most. All sizes are measured: the
content of files that are waste, or that are in the final image and not needed there. Where files
belong to two subjects (documentation of a compiler) both count them; `together` counts them once.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.inspection.content_advice import find_content_advice
from lightship.inspection.duplicate_advice import find_duplicate_advice
from lightship.inspection.inspected_parts import InspectedParts
from lightship.inspection.inspection import (
    Duplicate,
    FindingGroup,
    ImageFinding,
    Together,
)
from lightship.inspection.risks import find_risks
from lightship.inspection.saved_bytes import together
from lightship.inspection.subjects import NAMED
from lightship.inspection.waste_advice import find_waste_advice
from lightship.lint.finding import Severity
from lightship.record import record

_RISKS = (FindingGroup.SECRETS, FindingGroup.SECURITY)


@record(eq=False)
class ImageAdvice:
    """All findings of an image, and what following all of them saves."""

    findings: tuple[ImageFinding, ...]
    together: Together


def find_advice(
    known: InspectedParts,
    duplicates: Sequence[Duplicate] = (),
) -> ImageAdvice:
    """What there is to do about an image."""
    advised = (
        *find_waste_advice(known),
        *find_content_advice(known),
        *find_duplicate_advice(known, duplicates),
    )
    findings = [item.finding for item in advised]
    findings += find_risks(known)
    in_order = tuple(sorted(findings, key=_rank))
    return ImageAdvice(in_order, together(known, advised))


def _rank(item: ImageFinding) -> tuple[bool, int, bool, int, int, int, str]:
    """Risks by severity, then all else by what it saves; risks that are only infos come last."""
    is_risk = item.group in _RISKS and item.severity >= Severity.WARNING
    risk = item.severity if is_risk else 0
    is_named = item.id == NAMED
    saves = item.saves or 0
    return (
        not is_risk,
        -risk,
        not is_named,
        -saves,
        -item.in_base,
        -item.severity,
        item.id,
    )
