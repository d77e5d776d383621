"""The proofs in `.lightship/proofs`, which anybody may have written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

import click

from lightship.errors import FileError, LightshipError, UsageError
from lightship.files.reading import read_file
from lightship.proof.proof import Proof
from lightship.report.proof.read_json import LONGEST, read_json
from lightship.wording.printable import printable

KEPT = os.path.join(".lightship", "proofs")
_END = ".json"


def kept_in(context: str) -> str:
    """The directory where proofs are kept; git sees nothing of it."""
    return os.path.join(context, KEPT)


def proofs(context: str) -> Iterator[Proof]:
    """All that are kept, oldest first. What is none is named on standard error, and passed over."""
    found: list[Proof] = []
    for path in paths(context):
        try:
            found.append(read(path))
        except LightshipError as error:
            click.echo(printable(f"passed over: {error}"), err=True)
    yield from sorted(found, key=lambda proof: proof.created)


def find(context: str, wanted: str | None) -> Proof:
    """The proof of an id or its start, of a file, or the latest; a UsageError where there is none, or several."""
    if wanted is not None and os.path.isfile(wanted):
        return read(wanted)
    if wanted is not None and (os.sep in wanted or wanted.endswith(_END)):
        raise FileError(f"there is no {wanted}")
    found = list(proofs(context))
    if not found:
        raise UsageError(
            f"no proof is kept in {kept_in(context)}: `lightship prove` makes one"
        )
    if wanted is None:
        return found[-1]
    fitting = [proof for proof in found if proof.id == wanted] or [
        each for each in found if _starts(each.id, wanted)
    ]
    if len(fitting) != 1:
        many = "several proofs have" if fitting else "no kept proof has"
        raise UsageError(
            f"{many} an id that starts with {wanted!r}: see `lightship proof list`"
        )
    return fitting[0]


def _starts(name: str, wanted: str) -> bool:
    """`lightship-` may be left out."""
    return name.startswith(wanted) or name.removeprefix("lightship-").startswith(wanted)


def paths(context: str) -> list[str]:
    """The files that may be proofs, by their names."""
    store = kept_in(context)
    with suppress(OSError):
        return [
            os.path.join(store, name)
            for name in sorted(os.listdir(store))
            if name.endswith(_END)
        ]
    return []


def read(path: str) -> Proof:
    """One proof. A FileError or UsageError that names the file."""
    try:
        about = os.stat(path)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from error
    if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
        raise FileError(f"cannot read {path}: it is no regular file")
    if about.st_size > LONGEST:
        raise UsageError(f"{path}: no proof has more than {LONGEST >> 20} MiB")
    return read_json(read_file(path), path)
