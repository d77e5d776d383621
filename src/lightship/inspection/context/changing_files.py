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
    context: Context,
    sent: Sequence[File],
    lines: Mapping[str, tuple[int, ...]],
) -> Iterator[Changing]:
    """Those that an instruction takes, the largest first.

    `lines` are the instructions that take each path.
    """
    finder = Finder(_WHEN)
    own = frozenset(filter(None, (context.dockerfile, context.ignore_path)))
    by_pattern: dict[str, list[File]] = {}
    when: dict[str, str] = {}
    for file in sent:
        if file.path not in lines:
            continue
        kind = finder.find(file)
        if file.path in own:
            kind = NeedlessFile(_BUILD, file.path, file.path)
        if kind is not None:
            by_pattern.setdefault(kind.pattern, []).append(file)
            when[kind.pattern] = _WHEN.get(kind.group, _EDITED)

    rows: list[Changing] = []
    for pattern, files in by_pattern.items():
        name = pattern.removeprefix("**/")
        amount = Amount.of(files)
        numbers: set[int] = set()
        for file in files:
            numbers.update(lines[file.path])
        copiers = tuple(sorted(numbers))
        rows.append(Changing(pattern, name, when[pattern], amount, copiers))
    yield from sorted(rows, key=_order)


def _order(row: Changing) -> tuple[int, str]:
    return -row.amount.size, row.pattern
