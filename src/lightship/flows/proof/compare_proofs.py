"""A saved proof against an earlier one: what became better or worse since then."""

from __future__ import annotations

from dataclasses import replace

from lightship.flows.proof.kept import find_baseline, find_proof
from lightship.flows.tell import Tell
from lightship.outcome import Outcome
from lightship.proof.build_limits import judge_verdict
from lightship.proof.earlier_proof import since
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import TextChange


@record
class CompareProofsRequest:
    """The earlier proof (a file, a directory, a branch); the one of an id, a file, or the latest.

    `context` is where the latter is kept, `require` the verdict that is asked for.
    """

    baseline: str
    wanted: str | None = None
    context: str = "."
    require: str | None = None


def compare_proofs(request: CompareProofsRequest, tell: Tell) -> Proof:
    """The comparison as a proof. A FileError or UsageError where one of them cannot be read."""
    wanted = request.wanted
    context = request.context
    new = find_proof(context, wanted, tell)
    baseline = request.baseline
    old = find_baseline(baseline, new, context, tell)
    shown = _diff(old, new)
    compared = since(old, new)
    compared = replace(compared, diff=shown)

    outcomes: tuple[Outcome, ...] = ()
    required = request.require
    outcome = judge_verdict(compared, required)
    if outcome is not None:
        outcomes = (outcome,)
    return replace(compared, outcomes=outcomes)


def _diff(old: Proof, new: Proof) -> str:
    """What changed of the Dockerfile that both call the one after."""
    before = old.after.dockerfile
    after = new.after.dockerfile
    change = TextChange(before, after)
    if not change.is_any:
        return ""
    return diff("Dockerfile", change)
