"""The flow of `lightship improve`: the search, the proof of what it kept, and what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lightship.bench.improvement_search import Improvement, More, fixes, search
from lightship.bench.proof_run import ProofQuestion, prove
from lightship.cache.advice.advice_search import advise
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.replay.past import Past
from lightship.errors import FileError, LightshipError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.repository_past import past_of
from lightship.flows.cache.sides import open_repository
from lightship.flows.proof.changed_texts import Texts, all_texts, diff_of
from lightship.flows.proof.kept import keep, kept_in
from lightship.flows.proof.measuring import asked_of, benched
from lightship.flows.proof.requests import ImproveRequest, MeasureOptions
from lightship.flows.proof.services import services_of_build
from lightship.flows.proof.versions import compared, on_disk
from lightship.flows.take_build import TakenBuild, take_build
from lightship.flows.tell import Tell
from lightship.proof.change_parts import ChangePart, with_files
from lightship.proof.journal import Journal
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import decode, encode

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

    A FileError for a Dockerfile that BuildKit refuses. Stopped where the user interrupts it.
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
        more = _advice(taken.context, taken.options)
        proof = _proven(best, more, request, taken, tell)
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
    keep(store, proof)
    return Improved(proof, texts, taken.context)


def _proven(
    best: Improvement,
    more: More,
    request: ImproveRequest,
    taken: TakenBuild,
    tell: Tell,
) -> Proof | None:
    """The search, then the proof of what it kept."""
    start = ProofQuestion(best.start, best.start, _NAMES)
    services = services_of_build(taken, start, request.measuring)
    asked = asked_of(start, taken, request.measuring, services)
    journal = Journal("improve")
    with benched(start, asked, journal, None, tell, services) as (bench, folder):
        tried = list(fixes(best.start))
        count = len(tried)
        tell(
            f"trying {count} fixes and advice for the cache "
            f"for about {request.budget:.0f} s; then comes the proof"
        )
        search(best, bench, folder, request.budget, more)
        tell(_summary(best))
        if not best.shares:
            return None

        whole = MeasureOptions(attribute=False)
        question = compared(best.start, best.after, _NAMES, whole)
        return prove(question, bench, folder)


def _summary(best: Improvement) -> str:
    """What came of the search."""
    kept = [share.title for share in best.shares]
    rows = [f"{best.tried} tried, {len(kept)} kept"]
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


def _advised(past: Past, side: Side) -> Iterator[ChangePart]:
    """The advice for a state, each as a part of the change; nothing where it cannot be replayed."""
    build = side.build
    try:
        advised = advise(past, build, diff)
    except LightshipError:
        return

    dockerfile = build.dockerfile
    name = dockerfile_of(build)
    for advice in advised.advice:
        if advice.rule:
            continue
        files = dict(advice.files)
        text = files.pop(name, dockerfile.text)
        after = with_files(side, text, files)
        yield ChangePart(advice.title, after)


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
