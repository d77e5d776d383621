"""Limits that a proof is held to, beside those of an image."""

from __future__ import annotations

from statistics import median

from lightship.outcome import Outcome
from lightship.proof.proof import Proof, VerdictKind
from lightship.wording.shares import exact_percent

_WORTH_IT = "worth-it"
_ENOUGH = {
    "better": (VerdictKind.BETTER,),
    _WORTH_IT: (VerdictKind.BETTER,),  # or mixed, where the better outweighs the worse
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
    name = "max-build-increase"
    limit = exact_percent(most)
    before = proof.before.seconds("cold")
    after = proof.after.seconds("cold")
    if not before or not after:
        return Outcome(name, limit, "not measured", passed=False)

    old = median(before)
    new = median(after)
    increase = new / old - 1
    figure = f"{increase * 100:+.0f} %"
    detail = (f"cold build {old:.1f} s -> {new:.1f} s",)
    return Outcome(name, limit, figure, increase <= most, detail)


def judge_verdict(proof: Proof, least: str | None) -> Outcome | None:
    """Whether the verdict is at least the required one."""
    if least is None:
        return None
    figure = str(proof.verdict.kind)
    passed = proof.verdict.kind in _ENOUGH[least]
    weighing = proof.weighing
    if least == _WORTH_IT and weighing is not None:
        passed = weighing.pays
        figure += ", and worth it" if passed else ", and not worth it"
    if proof.after.build_error:
        figure = "it does not build"
        passed = False
    detail = proof.verdict.reasons[:3]
    return Outcome("require", least, figure, passed, detail)
