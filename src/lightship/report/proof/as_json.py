"""JSON of a proof, as it is kept and read back: `proof.schema.json` beside this file says all.

A key for each field of the records of proof/proof.py. Of variables that a container was given their names stand there
alone, with null for their values, and secrets that are written in a text are left out of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.proof.proof import Proof
from lightship.proof.typed import plain
from lightship.report.kit.json_stream import dumps
from lightship.report.kit.view import View

VERSION = 1
_OPEN = 3  # levels of which each key and item has a line of its own


def write(proof: Proof, _view: View) -> Iterator[str]:
    """A cleaned Proof as the schema describes it."""
    found = {"version": VERSION} | plain(proof)
    if proof.asked.running is not None:
        found["asked"]["running"]["env"] = dict.fromkeys(proof.asked.running.env)
    yield f"{_pretty(found)}\n"


def _pretty(value: Any, depth: int = 0) -> str:
    """What lies deeper than `_OPEN` stands in one line, so that the whole can be read by people, and compared."""
    if depth >= _OPEN or not value or not isinstance(value, dict | list):
        return dumps(value)
    if isinstance(value, dict):
        rows = [
            f"{dumps(name)}: {_pretty(each, depth + 1)}" for name, each in value.items()
        ]
    else:
        rows = [_pretty(each, depth + 1) for each in value]
    first, last = ("{", "}") if isinstance(value, dict) else ("[", "]")
    space = "  " * (depth + 1)
    return (
        first + ",".join(f"\n{space}{row}" for row in rows) + f"\n{'  ' * depth}{last}"
    )
