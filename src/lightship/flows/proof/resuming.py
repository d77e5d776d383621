"""The journal of a proof on the disk, from which an interrupted one goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lightship.bench.proof_run import ProofQuestion
from lightship.cache.plan.plan import Side
from lightship.errors import FileError, UsageError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.proof.kept import make_store
from lightship.flows.tell import Tell
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.services.services_plan import ServicesPlan
from lightship.text import decode, encode

_END = ".journal"


def identity_of(
    question: ProofQuestion,
    asked: MeasurePlan,
    services: ServicesPlan | None = None,
) -> str:
    """What makes a proof the same as one that was interrupted: both versions and all options."""
    before = _identity_of_side(question.before)
    after = _identity_of_side(question.after)
    titles = [part.title for part in question.parts]
    options = (asked, len(question.commits), titles, services)
    identity = before + after + repr(options)
    data = encode(identity)
    return hashlib.sha256(data).hexdigest()


def _identity_of_side(side: Side) -> str:
    """All that makes a version: its Dockerfile, its files and its build options."""
    build = side.build
    tree = side.tree
    parts = [build.dockerfile.text]
    paths = sorted(tree.files)
    for path in paths:
        identity = tree.identity(path)
        parts.append(f"{path}\0{identity}\0")

    args = sorted(build.args.items())
    options = (args, build.target)
    parts.append(repr(options))
    return "".join(parts)


def resumed_from(store: str, identity: str) -> str:
    """The journal of the proof that was interrupted.

    A UsageError where there is none of the same files and options.
    """
    path = _path(store, identity)
    if os.path.isfile(path):
        data = read_file(path)
        return decode(data)

    for name in _names(store):
        if name.endswith(_END):
            raise UsageError("cannot resume: files or options have changed")
    raise UsageError("cannot resume: no proof was interrupted here")


@contextmanager
def journal_of(
    store: str,
    identity: str,
    text: str,
    tell: Tell,
) -> Iterator[Journal]:
    """The journal of this proof, which continues after `text`.

    It is removed when the proof is done. Where it cannot be written, as on a full disk, that is
    told once: what was measured counts nonetheless.
    """
    path = _path(store, identity)
    failures: list[FileError] = []

    def save(content: str) -> None:
        data = encode(content)
        try:
            make_store(store)
            write_file(path, data)
        except FileError as error:
            if not failures:
                tell(f"note: {error}: --resume cannot continue this proof")
            failures.append(error)

    journal = Journal(identity, save, text)
    known = len(journal)
    if known:
        tell(f"continuing after {known} measurements")
    yield journal
    with suppress(OSError):
        os.unlink(path)


def _path(store: str, identity: str) -> str:
    short = identity[:16]
    name = f"{short}{_END}"
    return os.path.join(store, name)


def _names(store: str) -> list[str]:
    with suppress(OSError):
        return sorted(os.listdir(store))
    return []
