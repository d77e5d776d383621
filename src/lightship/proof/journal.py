"""What was measured so far, so that a proof that was interrupted goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from lightship.errors import FileError
from lightship.proof.proof import MeasuredBuild, Ran
from lightship.proof.typed import plain, record_of

_KINDS: dict[str, type[Any]] = {"MeasuredBuild": MeasuredBuild, "Ran": Ran}

T = TypeVar("T", MeasuredBuild, Ran)


class Journal:
    """Builds and runs by a key such as `before cold 0`; `save` is called with the whole text after each.

    `identity` names what is proven: a journal of something else is not gone on with.
    """

    def __init__(
        self,
        identity: str,
        save: Callable[[str], None] = lambda _: None,
        text: str = "",
    ) -> None:
        self.identity, self._save = identity, save
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
        rows = {
            name: {"kind": type(each).__name__, **plain(each)}
            for name, each in self._rows.items()
        }
        self._save(json.dumps({"identity": self.identity, "rows": rows}))
        return row

    def _read(self, text: str) -> None:
        try:
            document = json.loads(text)
            if document["identity"] != self.identity:
                raise FileError(
                    "what is to be gone on with was begun with other files or options"
                )
            self._rows = {
                str(key): _row(value) for key, value in document["rows"].items()
            }
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            raise FileError(
                "the journal of the proof cannot be read: begin it anew"
            ) from error


def _row(value: dict[str, Any]) -> MeasuredBuild | Ran:
    row: MeasuredBuild | Ran = record_of(
        _KINDS[value["kind"]],
        {name: each for name, each in value.items() if name != "kind"},
    )
    return row
