"""A proof as JUnit's XML: a case for each limit, and for each reason why the second version is broken.

What is worse fails nothing by itself: what is to fail is said with --require and limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.proof.model import Kind, Proof
from lightship.report.image.as_junit import Case, _limits, _suites
from lightship.report.kit.view import View
from lightship.report.proof import claims
from lightship.wording.printable import escaped

_LONGEST = 4000  # characters of a reason, which has the end of a log


def write(proof: Proof, _view: View) -> Iterator[str]:
    """One suite with the limits and one with the verdict."""
    name = f"{proof.before.source} and {proof.after.source}"
    yield from _suites(name, _limits(claims.limits(proof)), _verdict(proof))


def _verdict(proof: Proof) -> list[Case]:
    """A failed case for each reason of what is broken; else one that passes, or tells what is worse."""
    kind, reasons = (
        proof.verdict.kind,
        [escaped(reason, _LONGEST) for reason in proof.verdict.reasons],
    )
    if kind is Kind.BROKEN:
        found = reasons or ["no reason is given"]
        return [
            Case("verdict", f"broken {at}", reason, "broken", reason)
            for at, reason in enumerate(found, 1)
        ]
    if kind in (Kind.WORSE, Kind.MIXED):
        return [
            Case(
                "verdict",
                str(kind),
                escaped(claims.headline(proof)),
                str(kind),
                "\n".join(reasons),
                skipped=True,
            )
        ]
    return [Case("verdict", str(kind))]
