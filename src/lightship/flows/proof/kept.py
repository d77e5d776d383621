"""The proofs in `.lightship/proofs`, which anybody may have written."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress

from lightship.errors import FileError, GitError, LightshipError, UsageError
from lightship.files.reading import read_file, reason_of
from lightship.files.writing import write_file
from lightship.flows.tell import Tell
from lightship.proof.proof import Proof
from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer
from lightship.report.proof.read_json import LONGEST, read_json
from lightship.text import encode

KEPT = os.path.join(".lightship", "proofs")
_END = ".json"
_PREFIX = "lightship-"  # of every id


def kept_in(context: str) -> str:
    """The directory where proofs are kept; git sees nothing of it."""
    return os.path.join(context, KEPT)


def make_store(store: str) -> None:
    """Make the directory, and tell git to ignore it. A FileError where that fails."""
    try:
        os.makedirs(store, exist_ok=True)
    except OSError as error:
        reason = reason_of(error)
        raise FileError(f"cannot make {store}: {reason}") from error

    parent = os.path.dirname(store)
    ignore_file = os.path.join(parent, ".gitignore")
    is_there = os.path.exists(ignore_file)
    if not is_there:
        write_file(ignore_file, b"*\n")


def keep(store: str, proof: Proof, tell: Tell) -> None:
    """Keep a proof, by its time and id; `tell` is told where that is not possible."""
    name = f"{proof.created}-{proof.id}{_END}"
    path = os.path.join(store, name)
    write = proof_writer("json")
    parts = write(proof, View())
    text = "".join(parts)
    data = encode(text)
    try:
        make_store(store)
        write_file(path, data)
    except FileError as error:
        tell(f"note: {error}: this proof is not saved")


def kept_proofs(context: str, passed_over: Callable[[str], None]) -> list[Proof]:
    """All proofs that are kept, oldest first; `passed_over` is told of each file that is none."""
    store = kept_in(context)
    return _proofs_in(store, passed_over)


def _proofs_in(store: str, passed_over: Callable[[str], None]) -> list[Proof]:
    proofs: list[Proof] = []
    for path in _paths(store):
        try:
            proof = read_proof(path)
        except LightshipError as error:
            passed_over(f"skipped: {error}")
            continue
        proofs.append(proof)
    proofs.sort(key=_created)
    return proofs


def _created(proof: Proof) -> int:
    return proof.created


def find_proof(
    context: str,
    wanted: str | None,
    passed_over: Callable[[str], None],
) -> Proof:
    """The proof of an id or its start, of a file, or the latest.

    A UsageError where there is none, or several.
    """
    if wanted is not None:
        if os.path.isfile(wanted):
            return read_proof(wanted)
        is_path = os.sep in wanted or wanted.endswith(_END)
        if is_path:
            raise FileError(f"cannot read {wanted}: no such file")

    store = kept_in(context)
    proofs = _proofs_in(store, passed_over)
    if not proofs:
        raise UsageError(f"no saved proof in {store}: `lightship prove` makes one")
    if wanted is None:
        return proofs[-1]
    return _only(proofs, wanted)


def find_baseline(
    place: str,
    new: Proof,
    context: str,
    passed_over: Callable[[str], None],
) -> Proof:
    """The proof that `new` is compared with: of a file, or the latest other one of a directory.

    The directory is a build context, or one with proofs, such as an artifact that was unpacked.
    What is neither is a branch of the repository of `context` that keeps proofs. A FileError or
    UsageError where there is none.
    """
    if os.path.isdir(place):
        store = place
        inside = kept_in(place)
        if os.path.isdir(inside):
            store = inside
        proofs = _proofs_in(store, passed_over)
    elif os.path.exists(place) or _names_a_file(place):
        return read_proof(place)
    else:
        store = place
        proofs = _of_branch(context, place, passed_over)

    others = [proof for proof in proofs if proof.id != new.id]
    if not others:
        raise UsageError(
            f"no other saved proof in {store}: `lightship prove` there makes one"
        )
    return max(others, key=_created)


def _names_a_file(place: str) -> bool:
    return place.endswith(_END) and ":" not in place


def _of_branch(
    context: str, place: str, passed_over: Callable[[str], None]
) -> list[Proof]:
    # libgit2, which no other baseline needs
    from lightship.flows.proof.kept_in_branch import branch_proofs  # noqa: PLC0415

    try:
        return branch_proofs(context, place, passed_over)
    except GitError as error:
        raise FileError(
            f"cannot read {place}: no such file or directory, and {error}"
        ) from error


def _only(proofs: list[Proof], wanted: str) -> Proof:
    """The proof of an id, or the only one whose id starts so."""
    fitting = [proof for proof in proofs if proof.id == wanted]
    if not fitting:
        fitting = [proof for proof in proofs if _starts(proof.id, wanted)]
    if len(fitting) == 1:
        return fitting[0]

    who = "no saved proof has"
    if fitting:
        who = "several saved proofs have"
    raise UsageError(
        f"{who} an id that starts with {wanted!r}: see `lightship proof list`"
    )


def _starts(name: str, wanted: str) -> bool:
    """Whether an id starts so; its prefix may be left out."""
    short_name = name.removeprefix(_PREFIX)
    return name.startswith(wanted) or short_name.startswith(wanted)


def _paths(store: str) -> list[str]:
    """The files that may be proofs, by their names."""
    paths: list[str] = []
    with suppress(OSError):
        for name in os.listdir(store):
            if not name.endswith(_END):
                continue
            path = os.path.join(store, name)
            paths.append(path)
    return sorted(paths)


def read_proof(path: str) -> Proof:
    """One proof. A FileError or UsageError that names the file."""
    try:
        status = os.stat(path)
    except OSError as error:
        reason = reason_of(error)
        raise FileError(f"cannot read {path}: {reason}") from error

    # A pipe would be waited for
    is_regular = stat.S_ISREG(status.st_mode)
    if not is_regular:
        raise FileError(f"cannot read {path}: not a regular file")
    if status.st_size > LONGEST:
        most = LONGEST >> 20
        raise UsageError(f"{path}: too large for a proof, the limit is {most} MiB")
    data = read_file(path)
    return read_json(data, path)
