"""Limits that a proof is held to, beside those of an image."""

from __future__ import annotations

from statistics import median

from lightship.inspection.inspection import Outcome
from lightship.proof.proof import Proof, VerdictKind
from lightship.wording.shares import exact_percent

_ENOUGH = {
    "better": (VerdictKind.BETTER,),
    "not-worse": (VerdictKind.BETTER, VerdictKind.SAME),
    "not-broken": (
        VerdictKind.BETTER,
        VerdictKind.SAME,
        VerdictKind.MIXED,
        VerdictKind.WORSE,
    ),
}


def judge_build(proof: Proof, most: float | None) -> Outcome | None:
    """Whether the cold build stays within its limit; `most` is the allowed increase as a share,
    None for no limit.
    """
    if most is None:
        return None
    before, after = proof.before.seconds("cold"), proof.after.seconds("cold")
    limit = exact_percent(most)
    if not before or not after:
        return Outcome("max-build-increase", limit, "not measured", passed=False)
    increase = median(after) / median(before) - 1
    detail = (f"cold build {median(before):.1f} s -> {median(after):.1f} s",)
    return Outcome(
        "max-build-increase",
        limit,
        f"{increase * 100:+.0f} %",
        increase <= most,
        detail,
    )


def judge_verdict(proof: Proof, least: str | None) -> Outcome | None:
    """Whether the verdict is at least the required one."""
    if least is None:
        return None
    kind = proof.verdict.kind
    if any(built.error for built in proof.after.builds):
        return Outcome(
            "require",
            least,
            "it does not build",
            passed=False,
            detail=proof.verdict.reasons[:3],
        )
    return Outcome(
        "require", least, str(kind), kind in _ENOUGH[least], proof.verdict.reasons[:3]
    )
