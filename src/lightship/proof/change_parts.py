"""The parts that a change has: fixes, one after the other, or the hunks of a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, blob_id
from lightship.context.files import Context, File, FileKind
from lightship.dockerfile.parse import parse
from lightship.lint.finding import Safety
from lightship.lint.fixes import fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.record import record
from lightship.text import encode

_MOST = 20  # parts that are built one by one


@record(eq=False)
class ChangePart:
    """The state after one more part.

    `lines` are those of the new Dockerfile that it has changed.
    """

    title: str
    side: Side
    rule: str = ""
    lines: tuple[int, ...] = ()


def fixed(side: Side, allowed: Sequence[Safety]) -> tuple[Side, tuple[ChangePart, ...]]:
    """What all allowed fixes make of a version, and each rule's fixes as a part of that.

    The last part is the whole, also where rules made it in turn, so that each by itself does not
    come to it.
    """
    safeties = frozenset(allowed)
    defaults = tuple(rule for rule in all_rules() if rule.default)
    whole = fix(side.build, RuleSelection(defaults), safeties)
    titles = {applied.rule: applied.message for applied in whole.applied}

    parts: list[ChangePart] = []
    now = side
    for rule in all_rules():
        if rule.id not in titles:
            continue
        alone = fix(now.build, RuleSelection((rule,)), safeties)
        if alone.applied:
            now = with_files(now, alone.text, alone.files)
            lines = changed_lines(side, now)
            parts.append(ChangePart(titles[rule.id], now, rule.id, lines))

    after = with_files(side, whole.text, whole.files)
    if parts and now.build.dockerfile.text != whole.text:
        lines = changed_lines(now, after)
        parts.append(ChangePart("what the fixes do together", after, lines=lines))
    return after, _most(parts)


def _most(parts: Sequence[ChangePart]) -> tuple[ChangePart, ...]:
    """So many parts as are built one by one; of more the last holds the rest."""
    if len(parts) <= _MOST:
        return tuple(parts)
    rest = parts[_MOST - 1 :]
    lines = {line for part in rest for line in part.lines}
    title = f"{len(rest)} further changes"
    last = ChangePart(title, rest[-1].side, lines=tuple(sorted(lines)))
    return *parts[: _MOST - 1], last


def hunks(before: Side, after: Side) -> tuple[ChangePart, ...]:
    """The hunks of the Dockerfile's diff, from the top, then the other files as one.

    A state in between that does not parse is left out: its hunk is part of the next.
    """
    old, new = _lines(before), _lines(after)
    parts: list[ChangePart] = []
    done: list[str] = []
    rest = 0
    for start, end, first, last in _blocks(old, new):
        done += [*old[rest:start], *new[first:last]]
        rest = end
        text = "".join([*done, *old[rest:]])
        if parse(text).problems:
            continue

        what = _first(new[first:last]) or f"removed: {_first(old[start:end])}"
        title = f"{_where(first, last, len(new))}: {what}"
        lines = tuple(range(first + 1, last + 1))
        parts.append(ChangePart(title, with_files(before, text, {}), lines=lines))
    if _other_files(before, after):
        parts.append(ChangePart("the other files of the build context", after))
    return _most(parts)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where lines differ: from and to which place of the old ones, and of the new ones."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield start, end, first, last


def _where(first: int, last: int, length: int) -> str:
    """`line 3`, `lines 3 to 5`: the lines of the new text, from 1."""
    if last > first + 1:
        return f"lines {first + 1} to {last}"
    return f"line {min(first + 1, max(length, 1))}"


def with_files(side: Side, text: str, files: Mapping[str, str]) -> Side:
    """A version with another Dockerfile, and with other texts of some files of the context."""
    build, tree = side.build, side.tree
    texts = {path: encode(content) for path, content in files.items()}
    if build.path is not None and build.path in tree.files:
        texts[build.path] = encode(text)

    after = _with_texts(tree, texts)
    dockerfile, reader = build.path, after.read
    if build.context is not None:
        dockerfile, reader = build.context.dockerfile, build.context.reader

    def read(path: str) -> bytes | None:
        return texts[path] if path in texts else reader(path)

    context = Context(after.files.values, read, dockerfile)
    return Side(replace(build, dockerfile=parse(text), context=context), after)


def _with_texts(tree: FileTree, texts: Mapping[str, bytes]) -> FileTree:
    """A tree with other contents of some files, which may be new."""
    entries = dict(tree.files)
    for path, content in texts.items():
        entries[path] = File(path, len(content), _mode(tree, path))

    def identity(path: str) -> str:
        return blob_id(texts[path]) if path in texts else tree.identity(path)

    def read(path: str) -> bytes | None:
        return texts[path] if path in texts else tree.read(path)

    def pieces(path: str) -> Iterable[bytes]:
        if path in texts or tree.pieces is None:
            return (read(path) or b"",)
        return tree.pieces(path)

    return FileTree(entries, identity, read, tree.time, pieces)


def _mode(tree: FileTree, path: str) -> int:
    return tree.files[path].mode if path in tree.files else 0o644


def _lines(side: Side) -> list[str]:
    return side.build.dockerfile.text.splitlines(keepends=True)


def _first(lines: Sequence[str]) -> str:
    """The first line of a hunk that says something."""
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            return line
    return ""


def _other_files(before: Side, after: Side) -> bool:
    """Whether a file of the context besides the Dockerfile differs, such as the ignore file."""
    skipped = {path for path in (before.build.path, after.build.path) if path}
    old, new = before.tree, after.tree
    if (old.files.keys() ^ new.files.keys()) - skipped:
        return True
    return any(_differs(old, new, path) for path in old.files.keys() - skipped)


def _differs(old: FileTree, new: FileTree, path: str) -> bool:
    file = old.files[path]
    if file.kind is FileKind.DIRECTORY:
        return False
    return file.mode != new.files[path].mode or old.identity(path) != new.identity(path)


def changed_lines(before: Side, after: Side) -> tuple[int, ...]:
    """The lines of the new Dockerfile that are not the old one's."""
    lines: list[int] = []
    for _start, _end, first, last in _blocks(_lines(before), _lines(after)):
        lines += range(first + 1, last + 1)
    return tuple(lines)
