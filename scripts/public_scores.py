"""Count the points of many Dockerfiles, for `lint/public_scores.py`: scripts/public_scores.py FILE

FILE has a line of JSON for each Dockerfile: `{"context": DIRECTORY, "dockerfile": PATH}`, the path from the directory.
The present counts are of 216 Dockerfiles from 75 of the repositories that docs/precision.md names.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_context
from lightship.files.reading import path_inside, read_file
from lightship.lint import score
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules
from lightship.text import decode

TARGET = Path(score.__file__).with_name("public_scores.py")
HEAD = '''"""How many public Dockerfiles of Python projects have how many points; made by `scripts/public_scores.py`."""

from __future__ import annotations

from collections.abc import Mapping

# Per practice: how many files have 0 points, 1 point, 2 points ...
FILES_BY_POINTS: Mapping[str, tuple[int, ...]] = {
'''


def counted(builds: Iterable[Build]) -> dict[str, Counter[int]]:
    """For each practice how many of the Builds have how many points; those that do not parse are left out."""
    rules = [rule for rule in all_rules() if rule.default]
    found: dict[str, Counter[int]] = {}
    for build in builds:
        if not build.dockerfile.problems:
            for name, number in score.points(lint(build, rules)).items():
                found.setdefault(name, Counter())[number] += 1
    return found


def source(found: Mapping[str, Counter[int]]) -> str:
    """The text of public_scores.py."""
    rows = []
    for name, counts in found.items():
        numbers = ", ".join(str(counts[points]) for points in range(max(counts) + 1))
        rows.append(f'    "{name}": ({numbers},),\n')
    return f"{HEAD}{''.join(rows)}}}\n"


def builds(path: str) -> Iterable[Build]:
    """The Builds that the lines of a file name."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            file = str(Path(row["context"], row["dockerfile"]))
            context = open_context(row["context"], file)
            inside = path_inside(file, row["context"])
            yield Build(parse(decode(read_file(file))), context, path=inside)


if __name__ == "__main__":
    TARGET.write_text(source(counted(builds(sys.argv[1]))), encoding="utf-8")
