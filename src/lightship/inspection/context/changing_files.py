"""What changes without the program: version control, caches, logs, editors' files, the build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.context.files import Context, File
from lightship.context.needless import (
    CACHES,
    EDITORS,
    NODE,
    PYTHON,
    VERSIONS,
    Finder,
    NeedlessFile,
    NeedlessGroup,
)
from lightship.inspection.context.context_report import Amount, Changing

LOGS = NeedlessGroup("logs", ("**/*.log", "**/nohup.out", "**/npm-debug.log*"))
_WHEN = {
    VERSIONS: "at every commit",
    CACHES: "at every run",
    PYTHON: "at every install",
    NODE: "at every install",
    LOGS: "at every run",
    EDITORS: "while someone edits",
}
_BUILD = NeedlessGroup("the build itself", ())
_EDITED = "at every edit of the build itself, even of a comment"


def changing(
    context: Context, sent: Sequence[File], lines: Mapping[str, tuple[int, ...]]
) -> Iterator[Changing]:
    """Those that an instruction takes, the largest first.

    `lines` are the instructions that take each path.
    """
    finder = Finder(_WHEN)
    own = frozenset(filter(None, (context.dockerfile, context.ignore_path)))
    found: dict[tuple[str, str], list[File]] = {}
    when: dict[tuple[str, str], str] = {}
    for file in sent:
        if file.path not in lines:
            continue
        hit = (
            NeedlessFile(_BUILD, file.path, file.path)
            if file.path in own
            else finder.find(file)
        )
        if hit is not None:
            key = (hit.pattern, hit.pattern.removeprefix("**/"))
            found.setdefault(key, []).append(file)
            when[key] = _WHEN.get(hit.group, _EDITED)
    for key, files in sorted(
        found.items(), key=lambda row: (-sum(file.size for file in row[1]), row[0])
    ):
        numbers = sorted({line for file in files for line in lines[file.path]})
        yield Changing(*key, when[key], Amount.of(files), tuple(numbers))
