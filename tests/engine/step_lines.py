"""What builders print that number their steps: the classic one (`Step 3/7 : RUN x`) and buildah (`STEP 3/7: RUN x`).

To both every instruction is a step, LABEL and ENV too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.rawjson import Verdict

from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Instruction, Stage

_CLASSIC = re.compile(r"^Step (\d+)/(\d+) : (.*)$", re.MULTILINE)
_BUILDAH = re.compile(r"^(?:\[(\d+)/(\d+)\] )?STEP (\d+)/(\d+): (.*)$", re.MULTILINE)


def of_classic(output: str, dockerfile: str) -> list[Verdict]:
    """It numbers all instructions of the Dockerfile, one after the other."""
    parsed = parse(dockerfile)
    stages = [
        (stage, each)
        for stage in parsed.stages
        for each in (stage.from_, *stage.instructions)
    ]
    numbered = [*((None, each) for each in parsed.globals), *stages]
    found = []
    for at, (match, text) in enumerate(_parts(_CLASSIC, output)):
        stage, instruction = numbered[at]
        found += _verdict(stage, instruction, match[3], "---> Using cache" in text)
    return found


def of_buildah(output: str, dockerfile: str) -> list[Verdict]:
    """It numbers the instructions of each stage that it builds, FROM among them."""
    parsed = parse(dockerfile)
    found = []
    for match, text in _parts(_BUILDAH, output):
        stage = parsed.stages[int(match[1] or 1) - 1]
        if int(match[3]) <= 1 + len(
            stage.instructions
        ):  # COMMIT is a step of its own in some versions
            instruction = (stage.from_, *stage.instructions)[int(match[3]) - 1]
            found += _verdict(stage, instruction, match[5], "--> Using cache" in text)
    return found


def _parts(
    pattern: re.Pattern[str], output: str
) -> Sequence[tuple[re.Match[str], str]]:
    """Each line that numbers a step, with what is printed up to the next one."""
    matches = list(pattern.finditer(output))
    ends = [*(match.start() for match in matches[1:]), len(output)]
    return [
        (match, output[match.end() : end])
        for match, end in zip(matches, ends, strict=True)
    ]


def _verdict(
    stage: Stage | None, instruction: Instruction, text: str, hit: bool
) -> list[Verdict]:
    if stage is None or instruction.keyword == "FROM":
        return []
    return [
        Verdict(
            stage.name or f"stage-{stage.index}",
            instruction.first_line,
            " ".join(text.split()),
            hit,
        )
    ]
