"""The flow of `lightship improve`: candidates, the search, the proof of what was kept, and what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import click

from lightship.bench.improvement_search import Found, More, fixes, search
from lightship.bench.proof_run import Question, prove
from lightship.cache.advice.advise import advise
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.replay.past import Past
from lightship.cli.interrupts import interruptible
from lightship.cli.proof.kept import kept_in
from lightship.cli.proof_sides import on_disk, question
from lightship.cli.proving import asked_of, benched, keep, say
from lightship.errors import FileError, LightshipError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.cache.past import past_of
from lightship.flows.cache.sides import Asked, Repository
from lightship.proof.change_parts import Part, with_files
from lightship.proof.journal import Journal
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import decode, encode
from lightship.wording.printable import printable

_COMMITS = 200  # that advice is replayed over
_NAMES = ("as it is", "with what pays")
_INTERRUPTED = "what was made is removed, and nothing is written"


@record(eq=False)
class Improved:
    """What pays, with its proof; `texts` are the files that it changes, by path, before and after."""

    proof: Proof
    texts: Mapping[str, tuple[str, str]]


def improved(given: Mapping[str, Any]) -> Improved | None:
    """Search, prove, keep; None where nothing pays, which is said on standard error."""
    asked = Asked(
        given["dockerfile"], given["build_args"], given["target"], given["no_config"]
    )
    side = on_disk(given["context"], asked)
    if side.build.dockerfile.problems:
        raise FileError(
            f"BuildKit would not take this Dockerfile: {side.build.dockerfile.problems[0].message}"
        )
    given = {**given, "attribute": False, "commits": 0}
    found = Found(side, side)
    with interruptible(_INTERRUPTED):
        try:
            proof = _proven(found, _advice(given["context"], asked), given)
        except KeyboardInterrupt:
            _tell(found)
            click.echo(printable(_diff(_texts(found.start, found.after))), nl=False)
            raise
    if proof is None:
        return None
    texts = _texts(found.start, found.after)
    proof = replace(
        proof,
        shares=tuple(found.shares),
        notes=(*found.notes, *proof.notes),
        diff=_diff(texts),
    )
    keep(kept_in(given["context"]), proof)
    return Improved(proof, texts)


def _proven(found: Found, more: More, given: Mapping[str, Any]) -> Proof | None:
    """The search, then the proof of what it kept."""
    start = Question(found.start, found.start, _NAMES)
    asked = asked_of(start, given)
    with benched(start, asked, Journal("improve"), None) as (bench, folder):
        many = sum(1 for _ in fixes(found.start))
        say(
            f"{many} fixes to try, then advice for the cache, for about {given['budget']:.0f} s; then the proof"
        )
        search(found, bench, folder, given["budget"], more)
        _tell(found)
        if not found.shares:
            return None
        return prove(question(found.start, found.after, _NAMES, given), bench, folder)


def _tell(found: Found) -> None:
    """What came of the search."""
    kept = [share.title for share in found.shares]
    say(
        f"{found.tried} tried, {len(kept)} kept"
        + "".join(f"\n  kept: {title}" for title in kept)
    )
    if found.notes:
        say("\n".join(f"  {note}" for note in found.notes))


def _advice(context: str, asked: Asked) -> More:
    """What `lightship cache advise` says of a state, but the fixes of lint; nothing without a repository."""
    try:
        past = past_of(Repository(context, asked), _COMMITS, None)
        return partial(_advised, replace(past, revisions=tuple(past.revisions)))
    except LightshipError:
        return lambda _: iter(())


def _advised(past: Past, side: Side) -> Iterator[Part]:
    try:
        found = advise(past, side.build, diff).advice
    except LightshipError:
        return
    name = dockerfile_of(side.build)
    for advice in found:
        if not advice.rule:
            files = {path: text for path, text in advice.files.items() if path != name}
            yield Part(
                advice.title,
                with_files(
                    side, advice.files.get(name, side.build.dockerfile.text), files
                ),
            )


def _texts(before: Side, after: Side) -> dict[str, tuple[str, str]]:
    """Each file that is another, by its path from the root of the context."""
    name = dockerfile_of(before.build)
    found = {name: (before.build.dockerfile.text, after.build.dockerfile.text)}
    one, other = before.tree, after.tree
    changed = (
        path
        for path, file in other.files.items()
        if file is not one.files.get(path) and path != name
    )
    found |= {
        path: (decode(one.read(path) or b""), decode(other.read(path) or b""))
        for path in changed
    }
    return {path: texts for path, texts in found.items() if texts[0] != texts[1]}


def _diff(texts: Mapping[str, tuple[str, str]]) -> str:
    return "".join(diff(path, *each) for path, each in texts.items())


def write(found: Improved, given: Mapping[str, Any]) -> None:
    """Write what pays; a FileError, and nothing is written, where a file is not as it was when the search began."""
    places = {path: _place(path, given) for path in found.texts}
    for path, (before, _) in found.texts.items():
        if (
            decode(read_file(places[path])) if os.path.exists(places[path]) else ""
        ) != before:
            raise FileError(
                f"{places[path]} was changed meanwhile, so nothing is written; the diff is in the proof"
            )
    for path, (_, after) in found.texts.items():
        write_file(places[path], encode(after))
        say(f"wrote {places[path]}")


def _place(path: str, given: Mapping[str, Any]) -> str:
    return os.path.normpath(os.path.join(given["context"], path))
