"""A proof as JUnit's XML: a case for each limit, and for each reason why it is broken or unknown.

What is worse fails nothing by itself: what is to fail is said with --require and limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.proof.proof import Proof, VerdictKind
from lightship.report.kit.gate_report import gate_suite
from lightship.report.kit.junit import JUnitCase, Suite, junit
from lightship.report.kit.view import View
from lightship.report.proof import claims
from lightship.wording.printable import escaped, printable, shortened

_NOT_BUILT = "the new version was not built, so nothing was compared"
_LONGEST = 4000  # characters of a reason, or of an error with the end of a log


def write(proof: Proof, _view: View) -> Iterator[str]:
    """One suite with the limits and one with the verdict."""
    name = f"{proof.before.source} and {proof.after.source}"
    shown = escaped(name)
    cases = _cases(proof, f"{shown}.verdict")
    verdict = Suite(f"{shown} verdict", cases)
    yield from junit((gate_suite(name, claims.limits(proof)), verdict))


def _cases(proof: Proof, classname: str) -> list[JUnitCase]:
    """A failed case for each reason of what is broken or cannot be told; else one that passes or is
    worse.
    """
    kind = proof.verdict.kind
    name = str(kind)
    if kind in (VerdictKind.BROKEN, VerdictKind.UNKNOWN):
        return list(_failed(proof, classname))
    if not any(not built.error for built in proof.after.builds):
        return [JUnitCase(classname, name, _NOT_BUILT, "cannot tell", _NOT_BUILT)]
    if kind not in (VerdictKind.WORSE, VerdictKind.MIXED):
        return [JUnitCase(classname, name)]

    headline = escaped(claims.headline(proof))
    detail = "\n".join(_reasons(proof))
    worse = JUnitCase(classname, name, headline, name, detail, skipped=True)
    return [worse]


def _reasons(proof: Proof) -> list[str]:
    return [escaped(reason, _LONGEST) for reason in proof.verdict.reasons]


def _failed(proof: Proof, classname: str) -> Iterator[JUnitCase]:
    kind = str(proof.verdict.kind)
    log = shortened(printable(proof.after.build_error), _LONGEST)
    reasons = _reasons(proof) or ["no reason is given"]
    for number, reason in enumerate(reasons, 1):
        name = f"{kind} {number}"
        detail = log or reason
        yield JUnitCase(classname, name, reason, kind, detail)
