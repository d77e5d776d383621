"""What `docker buildx build --progress=rawjson` prints: which steps there were, and which came from the cache."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Instruction, Stage

LAYERS = ("RUN", "COPY", "ADD", "WORKDIR")
_NAME = re.compile(
    r"\[(?:(?P<stage>\S+) +)?(?P<at>\d+)/(?P<total>\d+)\] (?P<text>.*)", re.DOTALL
)


@dataclass(frozen=True)
class Verdict:
    """One step as the builder lists it; `hit` is None where it did not come to it, since another had failed."""

    stage: str
    line: int
    instruction: str
    hit: bool | None

    def as_row(self) -> list[Any]:
        return [self.stage, self.line, self.instruction, self.hit]


def verdicts(progress: str, dockerfile: str) -> list[Verdict]:
    """The steps of a build in the order of the Dockerfile."""
    parsed = parse(dockerfile)
    found = []
    for vertex in _vertexes(progress):
        name = _NAME.fullmatch(vertex["name"].replace("[ ", "[").strip())
        if name is None or name["text"].startswith("FROM "):
            continue
        stage = _stage(parsed, name["stage"])
        instruction = _counted(parsed, stage, int(name["total"]))[int(name["at"])]
        keyword = (instruction.trigger or instruction).keyword
        assert name["text"].upper().startswith(keyword), (name["text"], keyword)
        text = " ".join(name["text"].split())
        found.append(
            Verdict(
                stage.name or f"stage-{stage.index}",
                instruction.first_line,
                text,
                _hit(vertex),
            )
        )
    order = {
        stage.name or f"stage-{stage.index}": stage.index for stage in parsed.stages
    }
    return sorted(found, key=lambda each: (order[each.stage], each.line))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects between lines of text that are none."""
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        if at and text[at - 1] != "\n":
            at += 1
            continue
        try:
            found, at = decoder.raw_decode(text, at)
        except ValueError:
            at += 1
        else:
            yield found


def _vertexes(text: str) -> Sequence[dict[str, Any]]:
    """Each vertex as it was told last; one that was known to be cached stays so."""
    found: dict[str, dict[str, Any]] = {}
    for part in _objects(text):
        for vertex in part.get("vertexes") or ():
            before = found.get(vertex["digest"], {})
            found[vertex["digest"]] = {**before, **vertex}
    return tuple(found.values())


def _hit(vertex: dict[str, Any]) -> bool | None:
    if vertex.get("error"):
        return (
            False
            if vertex.get("started") and "canceled" not in vertex["error"]
            else None
        )
    if not vertex.get("completed"):
        return None
    return bool(vertex.get("cached"))


def _stage(parsed: Dockerfile, name: str | None) -> Stage:
    """By its name; a stage without one is `stage-N`, or nothing where it is the only one."""
    if name is None:
        (stage,) = parsed.stages
        return stage
    return next(
        stage for stage in parsed.stages if name in (stage.name, f"stage-{stage.index}")
    )


def _counted(parsed: Dockerfile, stage: Stage, total: int) -> dict[int, Instruction]:
    """The instructions by BuildKit's numbers (dockerfile2llb/convert.go, prefixCommand).

    The total counts FROM of an image, and every WORKDIR; `WORKDIR /` has no number. The triggers of the stage that it
    starts from come first, and are not in the total.
    """
    own = [each for each in stage.instructions if each.keyword in LAYERS]
    numbered = [
        *_triggers(parsed, stage),
        *(each for each in own if not _is_root(each)),
    ]
    return dict(enumerate(numbered, 1 + total - len(own)))


def _is_root(instruction: Instruction) -> bool:
    return (
        instruction.keyword == "WORKDIR"
        and instruction.operand.text.strip("\"'/") == ""
    )


def _triggers(parsed: Dockerfile, stage: Stage) -> list[Instruction]:
    base = next(
        (
            each
            for each in parsed.stages[: stage.index]
            if each.name and each.name == stage.base.text.lower()
        ),
        None,
    )
    if base is None:
        return []
    return [
        each
        for each in base.instructions
        if each.trigger is not None and each.trigger.keyword in LAYERS
    ]
