"""The flow of a proof on the command line: a folder of its own, a journal, limits, and where proofs are kept."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import click

from lightship.bench.hiding import hiding
from lightship.bench.measuring import Bench
from lightship.bench.proof_run import Folder, Question, prove
from lightship.cli import gate_options, proof_options
from lightship.cli.interrupts import interruptible
from lightship.cli.proof.kept import kept_in
from lightship.cli.proof_sides import changed_often, question_of
from lightship.docker.leftovers import sweep
from lightship.errors import FileError, UsageError
from lightship.files.own_folder import own_folder, sweep_folders
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.inspection.gate import Gate
from lightship.inspection.inspection import Outcome
from lightship.proof.build_limits import judge_build, judge_verdict
from lightship.proof.guesses import edits, port_of
from lightship.proof.journal import Journal
from lightship.proof.proof import Asked, Proof, Running
from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer
from lightship.text import decode, encode
from lightship.wording.printable import printable
from lightship.wording.sizes import read_size

_JOURNAL = ".journal"


def proven(before: str | None, after: str | None, given: Mapping[str, Any]) -> Proof:
    """Do what `lightship prove` is asked for: measure, judge, keep."""
    question = question_of(before, after, given)
    asked = asked_of(question, given)
    gate = gate_options.gate_of(
        {**given, "dive_ci": given.get("dive_ci")}, has_dive=False
    )
    proof_options.share(
        given.get("max_build_increase"), "--max-build-increase"
    )  # or that is said after an hour
    store = kept_in(given["context"] or ".")
    identity = _identity(question, asked)
    resumed = resumed_from(store, identity) if given["resume"] else ""
    with (
        interruptible("what was made is removed; the same with --resume goes on"),
        journal_of(store, identity, resumed) as journal,
        benched(question, asked, journal, gate) as (bench, folder),
    ):
        _announce(asked, question)
        proof = prove(question, bench, folder)
    proof = replace(proof, outcomes=(*proof.outcomes, *limits_of(proof, given)))
    keep(store, proof)
    return proof


@contextmanager
def benched(
    question: Question, asked: Asked, journal: Journal, gate: Gate | None
) -> Iterator[tuple[Bench, Folder]]:
    """A Bench and directories for it. What killed runs left goes first, and what this one makes at the end."""
    sweep()
    sweep_folders()
    sides = (question.before.build.args, question.after.build.args)
    hide = hiding(
        asked.options, *sides, asked.running.env if asked.running is not None else {}
    )
    run_id = f"lightship-{uuid.uuid4().hex[:12]}"
    with (
        own_folder() as folder,
        Bench(run_id, asked, journal, say, gate, hide) as bench,
    ):
        yield bench, folder


def limits_of(proof: Proof, given: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """The limits that only a proof has."""
    found = [
        judge_build(
            proof,
            proof_options.share(
                given.get("max_build_increase"), "--max-build-increase"
            ),
        ),
        judge_verdict(proof, given.get("require")),
    ]
    return tuple(outcome for outcome in found if outcome is not None)


def asked_of(question: Question, given: Mapping[str, Any]) -> Asked:
    """What is measured: as the options say, the rest found out."""
    code, manifest = edits(
        question.before, question.after, changed_often(given["context"] or ".")
    )
    return Asked(
        runs=1 if given["quick"] else given["runs"],
        running=None if given["no_run"] else running_of(question, given),
        edit=given["edit"] or code,
        dependency=given["dependency"] or manifest,
        options=proof_options.build_options(given),
        patience=given["timeout"],
    )


def running_of(question: Question, given: Mapping[str, Any]) -> Running:
    """How the images are run."""
    port = (
        given["port"] or port_of(question.after.build) or port_of(question.before.build)
    )
    paths = given["paths"] or (("/",) if port and not given["ready"] else ())
    return Running(
        port=port,
        paths=tuple(paths),
        ready=given["ready"],
        checks=tuple(given["checks"]),
        env=given["env"],
        network=given["run_network"],
        memory=read_size(given["memory"]),
        patience=given["patience"],
        grace=given["grace"],
    )


def keep(store: str, proof: Proof) -> None:
    """Keep a proof, by its time and id."""
    _prepare(store)
    write_file(
        os.path.join(store, f"{proof.created}-{proof.id}.json"),
        encode("".join(proof_writer("json")(proof, View()))),
    )


def _prepare(store: str) -> None:
    try:
        os.makedirs(store, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make {store}: {error.strerror}") from error
    mark = os.path.join(os.path.dirname(store), ".gitignore")
    if not os.path.exists(mark):
        write_file(mark, b"*\n")


def resumed_from(store: str, identity: str) -> str:
    """The journal of the proof that was interrupted; a UsageError where there is none of the same files and options."""
    path = _journal(store, identity)
    if os.path.isfile(path):
        return decode(read_file(path))
    others = any(name.endswith(_JOURNAL) for name in _names(store))
    why = (
        "the one that was interrupted had other files or options"
        if others
        else "none was interrupted here"
    )
    raise UsageError(f"--resume: there is no proof to go on with: {why}")


@contextmanager
def journal_of(store: str, identity: str, text: str = "") -> Iterator[Journal]:
    """The journal of this proof, which goes on with `text`; it is taken away when the proof is done."""
    path = _journal(store, identity)

    def save(content: str) -> None:
        _prepare(store)
        write_file(path, encode(content))

    journal = Journal(identity, save, text)
    if len(journal):
        say(f"goes on after {len(journal)} measurements")
    yield journal
    with suppress(OSError):
        os.unlink(path)


def _journal(store: str, identity: str) -> str:
    return os.path.join(store, f"{identity[:16]}{_JOURNAL}")


def _identity(question: Question, asked: Asked) -> str:
    """What makes a proof the same as one that was interrupted: both versions and all options."""
    found = hashlib.sha256()
    for side in (question.before, question.after):
        found.update(encode(side.build.dockerfile.text))
        for path in sorted(side.tree.files):
            found.update(encode(f"{path}\0{side.tree.identity(path)}\0"))
        found.update(encode(repr((sorted(side.build.args.items()), side.build.target))))
    found.update(
        encode(
            repr(
                (asked, len(question.commits), [part.title for part in question.parts])
            )
        )
    )
    return found.hexdigest()


def _announce(asked: Asked, question: Question) -> None:
    """How much is to be done."""
    builds = asked.runs * 2 * (2 + bool(asked.edit) + bool(asked.dependency))
    parts = 3 * len(question.parts) if len(question.parts) > 1 else 0
    runs = 0 if asked.running is None else asked.runs * 2
    click.echo(
        f"{builds + parts} builds, {asked.runs * 2 + len(question.parts)} of them with nothing in the cache, and "
        f"{runs} runs: about {asked.runs * 2} times as long as one build, and more",
        err=True,
    )


def say(text: str) -> None:
    """Progress, for people."""
    click.echo(printable(text), err=True)


def _names(store: str) -> list[str]:
    with suppress(OSError):
        return sorted(os.listdir(store))
    return []
