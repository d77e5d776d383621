"""The flow of `lightship prove`: two versions, measured, judged by limits, and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lightship.bench.proof_run import ProofQuestion, prove
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.limits import gate_of
from lightship.flows.proof.kept import keep, kept_in
from lightship.flows.proof.measuring import asked_of, benched
from lightship.flows.proof.requests import ProveRequest, VerdictOptions
from lightship.flows.proof.resuming import identity_of, journal_of, resumed_from
from lightship.flows.proof.services import services_of_build
from lightship.flows.proof.versions import build_of_versions, question_of, weights_of
from lightship.flows.tell import Tell
from lightship.flows.vulns.image_flaws import has_copy
from lightship.inspection.gate import Gate
from lightship.outcome import Outcome
from lightship.proof.build_limits import judge_build, judge_verdict
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.proof import Proof
from lightship.proof.services.services_plan import ServicesPlan
from lightship.record import record
from lightship.wording.shares import read_share

if TYPE_CHECKING:
    from lightship.flows.vulns.proof_flaws import ProofFlaws


@record(eq=False)
class ProofPlan:
    """All that is known before anything is built: a proof that is not made of it costs nothing.

    `services` are started beside every run. `store` is where it is kept, `journal` what an
    interrupted proof has measured already. `flaws` looks up known vulnerabilities, None where they
    are not wanted or there is no copy of OSV.
    """

    question: ProofQuestion
    asked: MeasurePlan
    gate: Gate
    verdict: VerdictOptions
    store: str
    identity: str
    journal: str
    services: ServicesPlan | None = None
    flaws: ProofFlaws | None = None


def plan_proof(request: ProveRequest, tell: Tell) -> ProofPlan:
    """Read what is named; `tell` is told which build was taken.

    A UsageError for whatever could otherwise only be told after an hour.
    """
    versions = request.versions
    measuring = request.measuring
    build = measuring.build
    taken = build_of_versions(versions, build)
    taken.tell_lines(tell)

    verdict = request.verdict
    question = question_of(versions, taken, request.measure)
    weights = weights_of(question, taken.context, verdict.weights)
    question = replace(question, weights=weights)
    services = services_of_build(taken, question, measuring)
    asked = asked_of(question, taken, measuring, services)
    gate = gate_of(request.limits, build, has_dive=False)
    # Only for its error, which would else come after the proof
    increase_of(verdict)

    folder = versions.context or "."
    store = kept_in(folder)
    identity = identity_of(question, asked, services)
    journal = ""
    if request.measure.resume:
        journal = resumed_from(store, identity)
    return ProofPlan(
        question=question,
        asked=asked,
        gate=gate,
        verdict=verdict,
        store=store,
        identity=identity,
        journal=journal,
        services=services,
        flaws=_flaws(request, build),
    )


def _flaws(request: ProveRequest, build: BuildOptions) -> ProofFlaws | None:
    if request.measure.no_vulns:
        return None
    if not has_copy():
        return None
    # Where there is a copy alone
    from lightship.flows.vulns.proof_flaws import ProofFlaws  # noqa: PLC0415

    folder = request.versions.context or "."
    return ProofFlaws(build, folder)


def run_proof(plan: ProofPlan, tell: Tell) -> Proof:
    """Build, run, measure, judge and keep. An EngineError where no engine is, or it goes away."""
    proof = _measured(plan, tell)
    of_proof = judge_proof(proof, plan.verdict)
    outcomes = (*proof.outcomes, *of_proof)
    proof = replace(proof, outcomes=outcomes)
    flaws = plan.flaws
    if flaws is not None and flaws.note:
        notes = (*proof.notes, flaws.note)
        proof = replace(proof, notes=notes)
    keep(plan.store, proof, tell)
    return proof


def _measured(plan: ProofPlan, tell: Tell) -> Proof:
    """The proof, without the limits that only a proof has."""
    question = plan.question
    with journal_of(plan.store, plan.identity, plan.journal, tell) as journal:
        opened = benched(
            question,
            plan.asked,
            journal,
            plan.gate,
            tell,
            plan.services,
            plan.flaws,
        )
        with opened as (bench, folder):
            return prove(question, bench, folder)


def judge_proof(proof: Proof, verdict: VerdictOptions) -> tuple[Outcome, ...]:
    """The limits that only a proof has."""
    increase = increase_of(verdict)
    required = verdict.require
    outcomes = (
        judge_build(proof, increase),
        judge_verdict(proof, required),
    )
    # A limit that the user does not set has no outcome
    judged = [outcome for outcome in outcomes if outcome is not None]
    return tuple(judged)


def increase_of(verdict: VerdictOptions) -> float | None:
    """By what share the cold build may take longer, written `20%` or `0.2`; None for no limit."""
    text = verdict.max_build_increase
    if text is None:
        return None
    try:
        return read_share(text)
    except (UsageError, ValueError) as error:
        raise UsageError(
            f"invalid --max-build-increase {text}: write 20% or 0.2"
        ) from error
