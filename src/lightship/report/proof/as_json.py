"""JSON of a proof, as it is kept and read back: `proof.schema.json` beside this file says all.

A key for each field of the records of proof/proof.py. Environment variables of a
container are listed by name only, with null for their values, and secrets within texts are left
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.proof.proof import Proof
from lightship.proof.typed import plain
from lightship.report.kit.json_stream import dumps
from lightship.report.kit.view import View

VERSION = 1
_OPEN = 3  # levels of which each key and item has a line of its own


def write(proof: Proof, _view: View) -> Iterator[str]:
    """A cleaned Proof as the schema describes it."""
    document = {"version": VERSION} | plain(proof)
    running = proof.asked.running
    if running is not None:
        document["asked"]["running"]["env"] = dict.fromkeys(running.env)
    yield f"{_pretty(document)}\n"


def _pretty(value: Any, depth: int = 0) -> str:
    """JSON in rows, so that people can read and compare it.

    Everything deeper than `_OPEN` is on one line.
    """
    if depth >= _OPEN or not value:
        return dumps(value)
    if isinstance(value, dict):
        pairs = value.items()
        rows = [f"{dumps(key)}: {_pretty(item, depth + 1)}" for key, item in pairs]
        return _block("{", rows, "}", depth)
    if isinstance(value, list):
        rows = [_pretty(item, depth + 1) for item in value]
        return _block("[", rows, "]", depth)
    return dumps(value)


def _block(start: str, rows: Sequence[str], end: str, depth: int) -> str:
    inner = "  " * (depth + 1)
    lines = ",".join(f"\n{inner}{row}" for row in rows)
    return f"{start}{lines}\n{'  ' * depth}{end}"
