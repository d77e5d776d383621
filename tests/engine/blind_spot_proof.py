"""The proof of one change of `proof.blind_spots`: one round, each side built once, with the cache."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from proof.blind_spots.case import Case

from lightship.flows.proof.prove import plan_proof, run_proof
from lightship.flows.proof.requests import (
    MeasureOptions,
    MeasuringOptions,
    PassedOptions,
    ProveRequest,
    RoundOptions,
    RunOptions,
    VersionOptions,
)
from lightship.proof.judging import judge
from lightship.proof.proof import Proof


def proof_of(case: Case, folder: Path, **run: float) -> Proof:
    """As `lightship prove --quick` makes it, but that rebuilds are left out where the case is not about them.

    `run` are fields of RunOptions where the case says nothing else.
    """
    before, after = map(str, case.write(folder))
    asked = MeasuringOptions(
        passed=PassedOptions(network="host"),  # the tests' engine has no other
        run=RunOptions(**{**run, **case.run}),
        rounds=RoundOptions(quick=True),
    )
    versions = VersionOptions(before, after, context=str(folder))
    request = ProveRequest(versions, asked, MeasureOptions(attribute=False))
    plan = plan_proof(request, lambda _: None)
    if not case.rebuilds:
        plan = replace(plan, asked=replace(plan.asked, scenarios=(), cold=False))
    proof = run_proof(plan, lambda _: None)
    return proof if case.timed or case.rebuilds else _without_times(proof)


def _without_times(proof: Proof) -> Proof:
    """Judged by all that is exact: the machine of the tests may be busy, and one round tells little of seconds."""
    rows = tuple(figure for figure in proof.figures if figure.unit != "seconds")
    return replace(proof, verdict=judge(proof.before, proof.after, rows, proof.facts))


def words_of(proof: Proof) -> str:
    """Reasons and notes."""
    return "; ".join((*proof.verdict.reasons, *proof.notes))
