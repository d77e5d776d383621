"""A kept proof read back from its JSON, which anybody may have written.

Anything else is a UsageError that names the key: an unknown one, a missing one, a value of
another kind. Keys that a later lightship of the same version has added are missing in older files,
and have their defaults then.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from lightship.errors import UsageError
from lightship.proof.proof import Proof
from lightship.proof.typed import WrongError, record_of
from lightship.report.proof.as_json import VERSION
from lightship.wording.printable import escaped

LONGEST = 16 << 20  # bytes of a file
_LARGEST = 2**63 - 1  # of a number


def read_json(text: str | bytes, where: str = "the proof") -> Proof:
    """The Proof that `as_json` wrote; `where` is what it was read from, for errors."""
    if len(text) > LONGEST:
        raise UsageError(
            f"{where}: too large for a proof: the limit is {LONGEST >> 20} MiB"
        )
    document = _document(text, where)
    try:
        _check_version(document)
        _drop_old_keys(document)
        proof: Proof = record_of(Proof, document)
    except WrongError as error:
        raise UsageError(f"{where}: not a proof by lightship: {error}") from None
    return proof


def _document(text: str | bytes, where: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise UsageError(f"{where}: not a proof: it is nested too deeply") from None
    except ValueError as error:
        reason = escaped(str(error), 200)
        raise UsageError(f"{where}: not valid JSON: {reason}") from None


def _drop_old_keys(document: dict[str, Any]) -> None:
    """Earlier files of this version say `reproduce`, which was false in all of them."""
    asked = document.get("asked")
    if isinstance(asked, dict):
        asked.pop("reproduce", None)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _check_version(document: Any) -> None:
    """What another version means by its keys is not guessed."""
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is not int or abs(version) > _LARGEST:
        raise WrongError("`version` is missing")
    if version != VERSION:
        age = "a newer" if version > VERSION else "an older"
        reads = f"this one reads version {VERSION}"
        raise WrongError(f"version {version} is from {age} lightship; {reads}")
