"""The flow of `lightship improve`: the search, the proof of what it kept, and what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from lightship.bench.improvement_search import Improvement, More, fixes, search
from lightship.bench.proof_run import ProofQuestion, prove
from lightship.cache.advice.advise import advise
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.replay.past import Past
from lightship.errors import FileError, LightshipError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.builds import BuildOptions
from lightship.flows.cache.past import past_of
from lightship.flows.cache.sides import Repository
from lightship.flows.proof.kept import keep, kept_in
from lightship.flows.proof.measuring import Tell, asked_of, benched
from lightship.flows.proof.requests import ImproveRequest, MeasureOptions
from lightship.flows.proof.versions import compared, on_disk
from lightship.proof.change_parts import ChangePart, with_files
from lightship.proof.journal import Journal
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import decode, encode

_COMMITS = 200  # that advice is replayed over
_NAMES = ("as it is", "with what pays off")
Texts = Mapping[str, tuple[str, str]]


class Stopped(KeyboardInterrupt):
    """The user interrupted the search; `diff` shows what was kept so far."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.diff = shown


@record(eq=False)
class Improved:
    """What pays off, with its proof.

    `texts` are the files that it changes: by path, the text before and after.
    """

    proof: Proof
    texts: Texts


def improve(request: ImproveRequest, tell: Tell) -> Improved | None:
    """Search, prove, keep; None where nothing pays.

    A FileError for a Dockerfile that BuildKit refuses. Stopped where the user interrupts it.
    """
    build = request.measuring.build
    side = on_disk(request.context, build)
    problems = side.build.dockerfile.problems
    if problems:
        raise FileError(f"BuildKit refuses this Dockerfile: {problems[0].message}")

    found = Improvement(side, side)
    try:
        proof = _proven(found, _advice(request.context, build), request, tell)
    except KeyboardInterrupt as error:
        tell(_summary(found))
        raise Stopped(_diff(_texts(found.start, found.after))) from error
    if proof is None:
        return None

    texts = _texts(found.start, found.after)
    proof = replace(
        proof,
        shares=tuple(found.shares),
        notes=(*found.notes, *proof.notes),
        diff=_diff(texts),
    )
    keep(kept_in(request.context), proof)
    return Improved(proof, texts)


def _proven(
    found: Improvement, more: More, request: ImproveRequest, tell: Tell
) -> Proof | None:
    """The search, then the proof of what it kept."""
    start = ProofQuestion(found.start, found.start, _NAMES)
    asked = asked_of(start, request.context, request.measuring)
    with benched(start, asked, Journal("improve"), None, tell) as (bench, folder):
        many = sum(1 for _ in fixes(found.start))
        tell(
            f"trying {many} fixes and advice for the cache "
            f"for about {request.budget:.0f} s; then comes the proof"
        )
        search(found, bench, folder, request.budget, more)
        tell(_summary(found))
        if not found.shares:
            return None

        whole = MeasureOptions(attribute=False)
        question = compared(found.start, found.after, _NAMES, whole)
        return prove(question, bench, folder)


def _summary(found: Improvement) -> str:
    """What came of the search."""
    kept = [share.title for share in found.shares]
    rows = [f"{found.tried} tried, {len(kept)} kept"]
    rows += [f"  kept: {title}" for title in kept]
    rows += [f"  {note}" for note in found.notes]
    return "\n".join(rows)


def _advice(context: str, build: BuildOptions) -> More:
    """What `lightship cache advise` says of a state, but the fixes of lint.

    Nothing without a repository.
    """
    try:
        past = past_of(Repository(context, build), _COMMITS, None)
        past = replace(past, revisions=tuple(past.revisions))
    except LightshipError:
        return lambda _: iter(())
    return partial(_advised, past)


def _advised(past: Past, side: Side) -> Iterator[ChangePart]:
    try:
        advised = advise(past, side.build, diff)
    except LightshipError:
        return
    name = dockerfile_of(side.build)
    for advice in advised.advice:
        if advice.rule:
            continue
        text = advice.files.get(name, side.build.dockerfile.text)
        others = {path: text for path, text in advice.files.items() if path != name}
        yield ChangePart(advice.title, with_files(side, text, others))


def _texts(before: Side, after: Side) -> dict[str, tuple[str, str]]:
    """Each file that differs, by its path from the root of the context."""
    name = dockerfile_of(before.build)
    texts = {name: (before.build.dockerfile.text, after.build.dockerfile.text)}
    old, new = before.tree, after.tree
    for path, file in new.files.items():
        if path != name and file is not old.files.get(path):
            texts[path] = (decode(old.read(path) or b""), decode(new.read(path) or b""))
    return {path: pair for path, pair in texts.items() if pair[0] != pair[1]}


def _diff(texts: Texts) -> str:
    return "".join(diff(path, *pair) for path, pair in texts.items())


def write_improved(texts: Texts, context: str) -> Iterator[str]:
    """Write what pays; each place once it is written.

    A FileError, and nothing is written, where a file is not as it was when the search began.
    """
    places = {path: os.path.normpath(os.path.join(context, path)) for path in texts}
    for path, (before, _) in texts.items():
        place = places[path]
        now = decode(read_file(place)) if os.path.exists(place) else ""
        if now != before:
            raise FileError(
                f"{place} has changed since the search began: nothing is written, see the proof"
            )
    for path, (_, after) in texts.items():
        write_file(places[path], encode(after))
        yield places[path]
