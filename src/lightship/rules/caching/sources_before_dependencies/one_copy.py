"""One COPY for all manifests, where another one above the install goes to the same directory."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.dockerfile.tree import Instruction, Word
from lightship.evaluation.paths import in_workdir
from lightship.facts.edits.runs import has_ignore
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.text import Edit


def together(lines: Sequence[str]) -> list[str]:
    """COPY lines, one for each directory and its flags."""
    by_target: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for line in lines:
        _, *words = line.split()
        flags = tuple(word for word in words if word.startswith("--"))
        count = len(flags)
        *sources, target = words[count:]
        directory = "./" if target == "." else target
        key = (flags, directory)
        all_sources = by_target.setdefault(key, [])
        all_sources += sources
    if len(by_target) == len(lines):
        return list(lines)

    copies: list[str] = []
    for (flags, target), sources in by_target.items():
        unique = dict.fromkeys(sources)
        copy = " ".join(("COPY", *flags, *unique, target))
        copies.append(copy)
    return copies


def widened_copy(
    early: EarlyCopy, going: Sequence[Instruction], lines: Sequence[str]
) -> tuple[Edit, ...]:
    """The edits that add the sources of one new COPY to the one before; none where none fits.

    `going` are the instructions that move away from between the two, `lines` the new ones.
    """
    if len(lines) != 1:
        return ()
    copy = _copy_before(early, going)
    if copy is None:
        return ()
    [line] = lines
    keyword, *sources, target = line.split()
    if keyword != "COPY":
        return ()
    has_flags = any(word.startswith("-") for word in sources)
    if has_flags:
        return ()

    before = early.build.evaluation.before(copy)
    now = early.build.evaluation.before(early.run)
    if before is None or now is None:
        return ()
    *_, last_source, destination = copy.args
    place = _directory(destination)
    if not place:
        return ()
    old_directory = in_workdir(before.workdir, place)
    new_directory = in_workdir(now.workdir, target)
    if old_directory != new_directory:
        return ()

    added = "".join(f" {source}" for source in sources)
    edits = [Edit.insert(last_source.span.end, added)]
    if not place.endswith("/"):
        slash = Edit.insert(destination.span.end, "/")
        edits.append(slash)
    return tuple(edits)


def _copy_before(early: EarlyCopy, going: Sequence[Instruction]) -> Instruction | None:
    """The plain COPY of files that stands directly before the install, in the end."""
    items = early.stage.instructions
    number = items.index(early.run) - 1
    while number >= 0 and items[number] in going:
        number -= 1
    if number < 0:
        return None

    copy = items[number]
    if copy.keyword != "COPY" or copy.form == "exec":
        return None
    if copy.flags or copy.heredocs:
        return None
    if len(copy.args) < 2:
        return None
    if has_ignore(early.build, copy):
        return None

    for item in early.others:
        if item.copying.instruction is copy:
            return copy
    return None


def _directory(word: Word) -> str:
    """The destination, if it is surely a directory; else nothing."""
    text = word.text
    if text in (".", "./") or text.endswith("/"):
        return text
    return ""
