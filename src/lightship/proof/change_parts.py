"""The parts that a change has: fixes, one after the other, or the hunks of a diff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """The state after one more part; `lines` are those of the new Dockerfile that it has changed."""

    title: str
    side: Side
    rule: str = ""
    lines: tuple[int, ...] = ()


def fixed(side: Side, allowed: Sequence[Safety]) -> tuple[Side, tuple[ChangePart, ...]]:
    """What all allowed fixes make of a version, and each rule's fixes as a part of that.

    The last part is the whole, also where rules made it in turn, so that each by itself does not come to it.
    """
    whole = fix(
        side.build,
        RuleSelection(tuple(rule for rule in all_rules() if rule.default)),
        frozenset(allowed),
    )
    names = dict.fromkeys(applied.rule for applied in whole.applied)
    titles = {applied.rule: applied.message for applied in whole.applied}
    parts: list[ChangePart] = []
    now = side
    for rule in [rule for rule in all_rules() if rule.id in names]:
        found = fix(now.build, RuleSelection((rule,)), frozenset(allowed))
        if found.applied:
            now = with_files(now, found.text, found.files)
            parts.append(
                ChangePart(titles[rule.id], now, rule.id, changed_lines(side, now))
            )
    after = with_files(side, whole.text, whole.files)
    if parts and now.build.dockerfile.text != whole.text:
        parts.append(
            ChangePart(
                "what the fixes do together", after, lines=changed_lines(now, after)
            )
        )
    return after, _most(parts)


def _most(parts: Sequence[ChangePart]) -> tuple[ChangePart, ...]:
    """So many parts as are built one by one; of more the last holds the rest."""
    if len(parts) <= _MOST:
        return tuple(parts)
    rest = parts[_MOST - 1 :]
    lines = sorted({line for part in rest for line in part.lines})
    return (
        *parts[: _MOST - 1],
        ChangePart(f"{len(rest)} further changes", rest[-1].side, lines=tuple(lines)),
    )


def hunks(before: Side, after: Side) -> tuple[ChangePart, ...]:
    """The hunks of the Dockerfile's diff, from the top, then the other files of the context as one.

    A state in between that does not parse is left out: its hunk is part of the next.
    """
    old, new = _lines(before), _lines(after)
    parts: list[ChangePart] = []
    done: list[str] = []
    rest = 0
    blocks = [
        each
        for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if each[0] != "equal"
    ]
    for _kind, start, end, first, last in blocks:
        done += [*old[rest:start], *new[first:last]]
        rest = end
        text = "".join([*done, *old[rest:]])
        if parse(text).problems:
            continue
        where = (
            f"lines {first + 1} to {last}"
            if last > first + 1
            else f"line {min(first + 1, max(len(new), 1))}"
        )
        title = f"{where}: {_first(new[first:last]) or 'removed: ' + _first(old[start:end])}"
        parts.append(
            ChangePart(
                title, _with_text(before, text), lines=tuple(range(first + 1, last + 1))
            )
        )
    if _other_files(before, after):
        parts.append(ChangePart("the other files of the build context", after))
    return _most(parts)


def with_files(side: Side, text: str, files: Mapping[str, str]) -> Side:
    """A version with another Dockerfile, and with other texts of some files of the context."""
    build, tree = side.build, side.tree
    texts = {path: encode(each) for path, each in files.items()}
    if build.path is not None and build.path in tree.files:
        texts[build.path] = encode(text)
    entries = {
        path: File(path, len(data), _mode(tree, path)) for path, data in texts.items()
    }

    def identity(path: str) -> str:
        return blob_id(texts[path]) if path in texts else tree.identity(path)

    def read(path: str) -> bytes | None:
        return texts[path] if path in texts else tree.read(path)

    def pieces(path: str) -> Iterable[bytes]:
        if path in texts or tree.pieces is None:
            return (read(path) or b"",)
        return tree.pieces(path)

    after = FileTree({**tree.files, **entries}, identity, read, tree.time, pieces)
    dockerfile = build.context.dockerfile if build.context is not None else build.path
    reader = build.context.reader if build.context is not None else read
    context = Context(
        after.files.values,
        lambda path: texts[path] if path in texts else reader(path),
        dockerfile,
    )
    return Side(replace(build, dockerfile=parse(text), context=context), after)


def _mode(tree: FileTree, path: str) -> int:
    return tree.files[path].mode if path in tree.files else 0o644


def _lines(side: Side) -> list[str]:
    return side.build.dockerfile.text.splitlines(keepends=True)


def _first(lines: Sequence[str]) -> str:
    """The first line of a hunk that says something."""
    found = (line.strip() for line in lines)
    return next((line for line in found if line and not line.startswith("#")), "")


def _with_text(side: Side, text: str) -> Side:
    return with_files(side, text, {})


def _other_files(before: Side, after: Side) -> bool:
    """Whether a file of the context besides the Dockerfile is another, the ignore file among them."""
    skipped = {path for path in (before.build.path, after.build.path) if path}
    old, new = before.tree, after.tree
    if (old.files.keys() ^ new.files.keys()) - skipped:
        return True
    return any(
        old.files[path].mode != new.files[path].mode
        or old.identity(path) != new.identity(path)
        for path in old.files.keys() - skipped
        if old.files[path].kind is not FileKind.DIRECTORY
    )


def changed_lines(before: Side, after: Side) -> tuple[int, ...]:
    """The lines of the new Dockerfile that are not the old one's."""
    found: list[int] = []
    for kind, _, _, first, last in SequenceMatcher(
        None, _lines(before), _lines(after), autojunk=False
    ).get_opcodes():
        if kind != "equal":
            found += range(first + 1, last + 1)
    return tuple(found)
