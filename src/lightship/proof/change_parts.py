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
    defaults = [rule for rule in all_rules() if rule.default]
    whole = fix(side.build, RuleSelection(tuple(defaults)), safeties)
    titles = {applied.rule: applied.message for applied in whole.applied}

    parts: list[ChangePart] = []
    now = side
    for rule in all_rules():
        title = titles.get(rule.id)
        if title is None:
            continue
        selection = RuleSelection((rule,))
        alone = fix(now.build, selection, safeties)
        if not alone.applied:
            continue
        now = with_files(now, alone.text, alone.files)
        lines = changed_lines(side, now)
        parts.append(ChangePart(title, now, rule.id, lines))

    after = with_files(side, whole.text, whole.files)
    is_whole = now.build.dockerfile.text == whole.text
    if parts and not is_whole:
        lines = changed_lines(now, after)
        parts.append(ChangePart("what the fixes do together", after, lines=lines))
    return after, _most(parts)


def _most(parts: Sequence[ChangePart]) -> tuple[ChangePart, ...]:
    """So many parts as are built one by one; of more the last holds the rest."""
    if len(parts) <= _MOST:
        return tuple(parts)

    kept = _MOST - 1
    rest = parts[kept:]
    lines: set[int] = set()
    for part in rest:
        lines.update(part.lines)
    title = f"{len(rest)} further changes"
    in_order = tuple(sorted(lines))
    last = ChangePart(title, rest[-1].side, lines=in_order)
    return (*parts[:kept], last)


@record
class _Block:
    """Lines that differ: `start` to `end` of the old ones, `first` to `last` of the new ones.

    They count from 0, and the ends are not in it.
    """

    start: int
    end: int
    first: int
    last: int

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of the new lines, from 1."""
        return tuple(range(self.first + 1, self.last + 1))


def hunks(before: Side, after: Side) -> tuple[ChangePart, ...]:
    """The hunks of the Dockerfile's diff, from the top, then the other files as one.

    A state in between that does not parse is left out: its hunk is part of the next.
    """
    old = _lines(before)
    new = _lines(after)
    parts: list[ChangePart] = []
    done: list[str] = []
    rest = 0
    for block in _blocks(old, new):
        done += old[rest : block.start]
        done += new[block.first : block.last]
        rest = block.end
        text = "".join([*done, *old[rest:]])
        if parse(text).problems:
            continue  # the lines stay in `done`, and so become part of the next hunk

        title = _title(block, old, new)
        side = with_files(before, text, {})
        parts.append(ChangePart(title, side, lines=block.lines))
    if _other_files(before, after):
        parts.append(ChangePart("the other files of the build context", after))
    return _most(parts)


def _blocks(old: list[str], new: list[str]) -> Iterator[_Block]:
    """Where lines differ."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, *places in matcher.get_opcodes():
        if kind == "equal":
            continue
        yield _Block(*places)


def _title(block: _Block, old: list[str], new: list[str]) -> str:
    """`line 3: RUN make`: where a hunk is, and what it says first."""
    where = _where(block.first, block.last, len(new))
    added = _first(new[block.first : block.last])
    if added:
        return f"{where}: {added}"
    removed = _first(old[block.start : block.end])
    return f"{where}: removed: {removed}"


def _where(first: int, last: int, length: int) -> str:
    """`line 3`, `lines 3 to 5`: the lines of the new text, from 1."""
    start = first + 1
    if last > start:
        return f"lines {start} to {last}"
    end_of_text = max(length, 1)
    return f"line {min(start, end_of_text)}"


def with_files(side: Side, text: str, files: Mapping[str, str]) -> Side:
    """A version with another Dockerfile, and with other texts of some files of the context."""
    build = side.build
    texts: dict[str, bytes] = {}
    for path, content in files.items():
        texts[path] = encode(content)
    if build.path is not None and build.path in side.tree.files:
        texts[build.path] = encode(text)

    after = _with_texts(side.tree, texts)
    dockerfile = build.path
    reader = after.read
    if build.context is not None:
        dockerfile = build.context.dockerfile
        reader = build.context.reader

    def read(path: str) -> bytes | None:
        if path in texts:
            return texts[path]
        return reader(path)

    context = Context(after.files.values, read, dockerfile)
    edited = replace(build, dockerfile=parse(text), context=context)
    return Side(edited, after)


def _with_texts(tree: FileTree, texts: Mapping[str, bytes]) -> FileTree:
    """A tree with other contents of some files, which may be new."""
    entries = dict(tree.files)
    for path, content in texts.items():
        mode = _mode(tree, path)
        entries[path] = File(path, len(content), mode)

    def identity(path: str) -> str:
        if path in texts:
            return blob_id(texts[path])
        return tree.identity(path)

    def read(path: str) -> bytes | None:
        if path in texts:
            return texts[path]
        return tree.read(path)

    def pieces(path: str) -> Iterable[bytes]:
        if path in texts or tree.pieces is None:
            content = read(path) or b""
            return (content,)
        return tree.pieces(path)

    return FileTree(entries, identity, read, tree.time, pieces)


def _mode(tree: FileTree, path: str) -> int:
    file = tree.files.get(path)
    return file.mode if file is not None else 0o644


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
    old = before.tree
    new = after.tree
    dockerfiles = {before.build.path, after.build.path}
    old_paths = old.files.keys() - dockerfiles
    new_paths = new.files.keys() - dockerfiles
    if old_paths != new_paths:
        return True
    return any(_differs(old, new, path) for path in old_paths)


def _differs(old: FileTree, new: FileTree, path: str) -> bool:
    before = old.files[path]
    after = new.files[path]
    if before.kind is FileKind.DIRECTORY:
        return False
    if before.mode != after.mode:
        return True
    return old.identity(path) != new.identity(path)


def changed_lines(before: Side, after: Side) -> tuple[int, ...]:
    """The lines of the new Dockerfile that are not the old one's."""
    old = _lines(before)
    new = _lines(after)
    lines: list[int] = []
    for block in _blocks(old, new):
        lines += block.lines
    return tuple(lines)
