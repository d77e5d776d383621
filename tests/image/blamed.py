"""Dockerfiles and the histories that builders really wrote for them, in the folder `blame`.

`tests/engine/test_blame.py` builds them again, and sees that the histories are still these.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from images import config

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Instruction
from lightship.image.digest import digest_of
from lightship.image.document import read_document
from lightship.image.image import Image, Layer

CASES = Path(__file__).with_name("blame")
ARGS = {"NODEF": "given it"}
NO_LAYER = "makes no layer"
MAKE_LAYERS = ("RUN", "COPY", "ADD", "WORKDIR")


@dataclass(frozen=True)
class Case:
    """A Dockerfile, the rows of its image and some keys of the image's config."""

    name: str
    text: str
    rows: list[dict[str, Any]]
    config: dict[str, Any]

    def build(self, args: dict[str, str] | None = None) -> Build:
        return Build(parse(self.text), args=args or {})

    def image(self) -> Image:
        return image_of(self.rows, self.config)

    def truth(self) -> list[Instruction | None]:
        """The instruction of each layer, None for the base image's."""
        build = self.build(ARGS)
        triggers = {id(each.trigger): each for each in build.each() if each.trigger}
        steps = [step for step in build.evaluation.steps if step.stage in build.lineage]
        made = [
            triggers.get(id(step.instruction), step.instruction)
            for step in steps
            if step.instruction.keyword in MAKE_LAYERS
            and not any(NO_LAYER in comment for comment in step.instruction.comments)
        ]
        layers = sum(not row.get("empty_layer") for row in self.rows)
        return [*[None] * (layers - len(made)), *made]


def case(name: str, history: str = "") -> Case:
    """A case of the folder; `history` where other options than the usual made the image."""
    found = json.loads((CASES / f"{history or name}.json").read_text(encoding="utf-8"))
    return Case(
        name,
        (CASES / f"{name}.Dockerfile").read_text(encoding="utf-8"),
        found["history"],
        found["config"],
    )


def image_of(
    rows: list[dict[str, Any]],
    more: dict[str, Any] | None = None,
    layers: int | None = None,
) -> Image:
    """An image with these rows, whose layers nobody reads."""
    count = (
        sum(not row.get("empty_layer") for row in rows) if layers is None else layers
    )
    tars = [b"%d" % at for at in range(count)]
    read = read_document(json.loads(config(tars, rows, **(more or {}))), "config")
    made = tuple(Layer(at, diff_id) for at, diff_id in enumerate(read.diff_ids))
    return Image(
        "app",
        digest_of(b""),
        read.platform,
        read.config,
        made,
        read.history,
        read.history_matches,
        source="test",
    )
