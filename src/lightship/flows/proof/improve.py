"""The flow of `lightship improve`: the search, the proof of what it kept, and what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lightship.bench.improvement_search import Improvement, search
from lightship.bench.proof_run import ProofQuestion, prove
from lightship.cache.advice.advice_search import advise
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.replay.past import Past
from lightship.errors import FileError, LightshipError
from lightship.files.folder_context import open_whole_context
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.repository_past import past_of
from lightship.flows.cache.sides import open_repository
from lightship.flows.proof.changed_texts import Texts, all_texts, diff_of
from lightship.flows.proof.context_changes import context_proposal, without_folder
from lightship.flows.proof.improvement_candidates import (
    ImprovementCandidates,
    More,
)
from lightship.flows.proof.kept import keep, kept_in
from lightship.flows.proof.measuring import asked_of, benched
from lightship.flows.proof.requests import ImproveRequest, MeasureOptions
from lightship.flows.proof.services import services_of_build
from lightship.flows.proof.versions import OWN, compared, on_disk, weights_of
from lightship.flows.take_build import TakenBuild, take_build
from lightship.flows.tell import Tell
from lightship.proof.added_health_check import added_health_check
from lightship.proof.added_stop_signal import added_stop_signal
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.proof.idle_files import idle_files
from lightship.proof.idle_tools import idle_tools
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import decode, encode
from lightship.wording.counts import count

_COMMITS = 200  # that advice is replayed over
_NAMES = ("as it is", "with what pays off")


class Stopped(KeyboardInterrupt):
    """The user interrupted the search; `diff` shows what was kept so far."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.diff = shown


@record(eq=False)
class Improved:
    """What pays off, with its proof.

    `texts` are the files that it changes: by path from `context`, the text before and after.
    """

    proof: Proof
    texts: Texts
    context: str


def improve(request: ImproveRequest, tell: Tell) -> Improved | None:
    """Search, prove, keep; None where nothing pays.

    A FileError for a Dockerfile that BuildKit refuses, a UsageError for an unknown weight. Stopped
    where the user interrupts it.
    """
    taken = take_build(request.context, request.measuring.build)
    taken.tell_lines(tell)

    side = on_disk(taken.context, taken.options)
    problems = side.build.dockerfile.problems
    if problems:
        first = problems[0]
        raise FileError(f"BuildKit refuses this Dockerfile: {first.message}")

    best = Improvement(side, side)
    try:
        proof = _proven(best, request, taken, tell)
    except KeyboardInterrupt as error:
        tell(_summary(best))
        texts = all_texts(best.start, best.after)
        raise Stopped(diff_of(texts)) from error
    if proof is None:
        return None

    texts = all_texts(best.start, best.after)
    proof = replace(
        proof,
        shares=tuple(best.shares),
        notes=(*best.notes, *proof.notes),
        diff=diff_of(texts),
    )
    store = kept_in(request.context or ".")
    keep(store, proof, tell)
    return Improved(proof, texts, taken.context)


def _proven(
    best: Improvement,
    request: ImproveRequest,
    taken: TakenBuild,
    tell: Tell,
) -> Proof | None:
    """The search, then the proof of what it kept."""
    start = ProofQuestion(best.start, best.start, _NAMES)
    services = services_of_build(taken, start, request.measuring)
    asked = asked_of(start, taken, request.measuring, services)
    weights = weights_of(start, taken.context, request.weights)
    before = tuple(filter(None, (idle_tools(best.start), idle_files(best.start))))
    candidates = ImprovementCandidates(best.start, before, _further(taken, asked))
    journal = Journal("improve")
    with benched(start, asked, journal, None, tell, services) as (bench, folder):
        tell(
            f"trying {count(len(candidates.named), 'change')}, all at once first, "
            f"for at most {request.budget:.0f} s; then comes the proof"
        )
        search(
            best,
            candidates.named,
            candidates.compose,
            bench,
            folder,
            request.budget,
            weights,
        )
        tell(_summary(best))
        if not best.shares:
            return None

        whole = MeasureOptions(attribute=False)
        question = compared(best.start, best.after, _NAMES, whole)
        return prove(replace(question, weights=weights), bench, folder)


def _further(taken: TakenBuild, asked: MeasurePlan) -> More:
    """The changes of a version that no rule fixes."""
    running = asked.running
    port = running.port if running is not None else 0
    page = running.paths[0] if running is not None and running.paths else ""
    advised = _advice(taken.context, taken.options)
    _context, found = open_whole_context(taken.context, taken.options.dockerfile)
    walked = without_folder(found, OWN)

    def further(side: Side) -> Iterator[ChangeMaker]:
        added = (added_health_check(side, port, page), added_stop_signal(side))
        yield from filter(None, added)
        yield from context_proposal(walked, side)
        yield from advised(side)

    return further


def _summary(best: Improvement) -> str:
    """What came of the search."""
    kept = [share.title for share in best.shares]
    versions = count(best.tried, "version")
    rows = [f"{versions} built, {count(len(kept), 'change')} kept"]
    rows += [f"  kept: {title}" for title in kept]
    rows += [f"  {note}" for note in best.notes]
    return "\n".join(rows)


def _advice(context: str, build: BuildOptions) -> More:
    """What `lightship cache advise` says of a state, but the fixes of lint.

    Nothing without a repository.
    """
    try:
        repository = open_repository(context, build)
        past = past_of(repository, _COMMITS, None)
        # The history is walked again for each state.
        past = replace(past, revisions=tuple(past.revisions))
    except LightshipError:
        return lambda _: iter(())
    return partial(_advised, past)


def _advised(past: Past, side: Side) -> Iterator[ChangeMaker]:
    """The advice for a version, which is asked for again where it is tried on another one."""
    for title in _advice_texts(past, side):
        yield ChangeMaker(title, partial(_with_advice, past, title))


def _with_advice(past: Past, title: str, side: Side) -> NewTexts | None:
    return _advice_texts(past, side).get(title)


def _advice_texts(past: Past, side: Side) -> dict[str, NewTexts]:
    """What each advice but the fixes of lint makes, by its title; none without a replay."""
    build = side.build
    try:
        advised = advise(past, build, diff)
    except LightshipError:
        return {}

    texts: dict[str, NewTexts] = {}
    name = dockerfile_of(build)
    for advice in advised.advice:
        if advice.rule:
            continue
        files = dict(advice.files)
        text = files.pop(name, build.dockerfile.text)
        texts[advice.title] = NewTexts(text, files)
    return texts


def write_improved(improved: Improved) -> Iterator[str]:
    """Write what pays off; each place once it is written.

    A FileError, and nothing is written, where a file is not as it was when the search began.
    """
    new_texts: dict[str, str] = {}
    for path, change in improved.texts.items():
        place = os.path.join(improved.context, path)
        place = os.path.normpath(place)
        if _text_at(place) != change.before:
            raise FileError(
                f"{place} has changed since the search began: nothing is written, see the proof"
            )
        new_texts[place] = change.after

    for place, text in new_texts.items():
        write_file(place, encode(text))
        yield place


def _text_at(place: str) -> str:
    """The text of a file; empty where there is none."""
    if not os.path.exists(place):
        return ""
    return decode(read_file(place))
