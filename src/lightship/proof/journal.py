"""What was measured so far, so that a proof that was interrupted goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from lightship.errors import FileError
from lightship.proof.measured import MeasuredBuild, Ran
from lightship.proof.typed import plain, record_of

# The words that a kept journal has for its rows: they stay, whatever our names are
_KINDS: dict[str, type[Any]] = {
    "Built": MeasuredBuild,
    "Ran": Ran,
}

_OTHER = "cannot resume: files or options have changed"
_BROKEN = "cannot read the journal of this proof: run it again without --resume"
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)

T = TypeVar("T", MeasuredBuild, Ran)


class Journal:
    """Builds and runs by a key such as `before cold 0`.

    `save` is called with the whole text after each.

    `identity` names what is proven: a journal of anything else is refused.
    """

    def __init__(
        self,
        identity: str,
        save: Callable[[str], None] = lambda _: None,
        text: str = "",
    ) -> None:
        self.identity = identity
        self._save = save
        self._rows: dict[str, MeasuredBuild | Ran] = {}
        if text:
            self._read(text)

    def __len__(self) -> int:
        return len(self._rows)

    def known(self, key: str) -> MeasuredBuild | Ran | None:
        """What was measured under a key before."""
        return self._rows.get(key)

    def keep(self, key: str, row: T) -> T:
        """Note it."""
        self._rows[key] = row
        kept = self._rows.items()
        rows = {name: _fields(measured) for name, measured in kept}
        document = {"identity": self.identity, "rows": rows}
        self._save(json.dumps(document))
        return row

    def _read(self, text: str) -> None:
        try:
            document = json.loads(text)
            if document["identity"] != self.identity:
                raise FileError(_OTHER)
            for key, fields in document["rows"].items():
                self._rows[str(key)] = _row(fields)
        except _UNREADABLE as error:
            raise FileError(_BROKEN) from error


def _fields(row: MeasuredBuild | Ran) -> dict[str, Any]:
    words = {class_: word for word, class_ in _KINDS.items()}
    kind = words[type(row)]
    return {"kind": kind, **plain(row)}


def _row(fields: dict[str, Any]) -> MeasuredBuild | Ran:
    rest = dict(fields)
    word = rest.pop("kind")
    kind = _KINDS[word]
    row: MeasuredBuild | Ran = record_of(kind, rest)
    return row
