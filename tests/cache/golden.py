"""What builders have said of the changes: `engine_verdicts.json`, builder to change to the steps of its last build.

A step is its stage, its line, its text as the builder shows it, and whether it was a hit; null where the builder did
not come to it, as another step had failed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cache.cases import CASES

PLACE = Path(__file__).with_name("engine_verdicts.json")
BUILDERS = ("buildkit", "classic", "buildah")
Steps = list[list[Any]]


def read() -> dict[str, dict[str, Steps]]:
    found: dict[str, dict[str, Steps]] = json.loads(PLACE.read_text(encoding="utf-8"))
    return found


def write(told: Mapping[str, Mapping[str, Steps]]) -> None:
    """Write these anew, and drop what is no change any more; a step on a line."""
    kept = read()
    text = ",\n".join(
        _builder(each, {**kept.get(each, {}), **told.get(each, {})})
        for each in BUILDERS
    )
    PLACE.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def _builder(name: str, told: Mapping[str, Steps]) -> str:
    names = (
        each.name
        for each in CASES.values()
        if name in each.builders and each.name in told
    )
    return (
        f" {_text(name)}: {{\n"
        + ",\n".join(_change(each, told[each]) for each in names)
        + "\n }"
    )


def _change(name: str, steps: Steps) -> str:
    return (
        f"  {_text(name)}: [\n"
        + ",\n".join(f"   {_text(step)}" for step in steps)
        + "\n  ]"
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
