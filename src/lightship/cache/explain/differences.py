"""What of a step's key is another than before, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lightship.cache.causes import Cause
from lightship.cache.plan.plan import BaseImage, KeyPart, Planned
from lightship.dockerfile.tree import Instruction
from lightship.record import record
from lightship.regex import regex
from lightship.wording.lists import first_few

_MOST_NAMED = 3  # files or variables in one sentence
_VARIABLE = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


@record
class ChangedFile:
    """A file of a selection that is another now.

    `text` says how, such as `a.txt changed: 2 lines`.
    """

    path: str
    text: str


@record
class KeyDifference:
    """One thing of a step's own that is another now."""

    cause: Cause
    text: str
    paths: tuple[str, ...] = ()
    line: int = 0


def differences(
    old: Planned,
    new: Planned,
    files: Sequence[ChangedFile],
    stages: Sequence[str],
) -> Iterator[KeyDifference]:
    """What of a step's own is another now: files first, since they are the usual cause.

    Of an edited step the edit alone. `files` are those of the build context that it takes,
    `stages` those from which it takes something else now.
    """
    parts: list[KeyDifference] = []
    if old is not new:
        parts += _parts(old, new)
    is_edited = any(part.cause is Cause.INSTRUCTION for part in parts)
    if files and not is_edited:
        yield _of_files(files)
    yield from parts

    for stage in stages:
        copied = f"what is copied from stage {stage}"
        text = f"{copied} may have changed: the stage is rebuilt"
        yield KeyDifference(Cause.STAGE, text)

    old_base = old.below
    new_base = new.below
    if isinstance(old_base, BaseImage) and isinstance(new_base, BaseImage):
        yield from _bases(old_base, new_base)


def _of_files(files: Sequence[ChangedFile]) -> KeyDifference:
    paths = sorted(file.path for file in files)
    texts = [file.text for file in files]
    text = first_few(texts, _MOST_NAMED)
    return KeyDifference(Cause.FILES, text, tuple(paths))


def _bases(old: BaseImage, new: BaseImage) -> Iterator[KeyDifference]:
    if old.image != new.image:
        text = f"the base image changed: {_image(old)} -> {_image(new)}"
        yield KeyDifference(Cause.IMAGE, text, line=new.line)
    elif old.platform != new.platform:
        text = f"the platform changed: {old.platform} -> {new.platform}"
        yield KeyDifference(Cause.IMAGE, text, line=new.line)


def _image(base: BaseImage) -> str:
    """An image as a person calls it."""
    name = base.image.removeprefix("docker.io/")
    return name.removeprefix("library/") or "scratch"


def _parts(old: Planned, new: Planned) -> Iterator[KeyDifference]:
    before = _by_kind(old.inputs.parts)
    after = _by_kind(new.inputs.parts)
    words: list[_PartKind] = []
    variables: list[_PartKind] = []
    for kind in _changed_kinds(before, after):
        is_variable = kind.cause is Cause.VARIABLE
        changed = variables if is_variable else words
        changed.append(kind)

    yield from _of_words(old, new, words)
    if variables:
        yield _of_variables(new, variables, before, after)
    elif old.inputs.variables != new.inputs.variables:
        text = "the same variables are set in a different order"
        yield KeyDifference(Cause.VARIABLE, text)
    elif not words and _all_values(old) != _all_values(new):
        text = "its operands are in a different order"
        yield KeyDifference(Cause.INSTRUCTION, text)


def _of_words(
    old: Planned,
    new: Planned,
    changed: Sequence[_PartKind],
) -> Iterator[KeyDifference]:
    """Of all that the instruction says itself: that it was edited.

    Where it was not, what is another for it.
    """
    line = new.line
    is_edited = old.instruction.line.text != new.instruction.line.text
    is_of_edit = any(kind.cause is Cause.INSTRUCTION for kind in changed)
    if is_edited and is_of_edit:
        text = "the instruction was edited"
        yield KeyDifference(Cause.INSTRUCTION, text, line=line)

    for kind in changed:
        name = kind.name
        if kind.cause is Cause.SETTING:
            yield KeyDifference(Cause.SETTING, f"the {name} changed", line=line)
        elif not is_edited and name == "command":
            yield _of_command(new.instruction)
        elif not is_edited:
            text = f"{name} changed: a variable in it, or the working directory"
            yield KeyDifference(kind.cause, text, line=line)


def _of_command(instruction: Instruction) -> KeyDifference:
    """Why a RUN executes something else, though its line is the same."""
    if instruction.heredocs:
        return KeyDifference(Cause.INSTRUCTION, "its script was edited")
    return KeyDifference(Cause.SETTING, "SHELL changed")


def _of_variables(
    new: Planned,
    changed: Sequence[_PartKind],
    before: _ByKind,
    after: _ByKind,
) -> KeyDifference:
    """Variables by name alone: a value may be a secret."""
    instruction = new.instruction
    used = _used(instruction)
    is_exec = instruction.form == "exec"
    texts: list[str] = []
    for kind in changed:
        name = kind.name
        text = f"{name} {_change(before, after, kind)}"
        if name not in used and not is_exec:
            text += ", though it is not used here"
        texts.append(text)

    text = first_few(texts, _MOST_NAMED)
    named = changed[:_MOST_NAMED]
    line = _first_line(named, before, after)
    return KeyDifference(Cause.VARIABLE, text, line=line)


def _first_line(kinds: Iterable[_PartKind], before: _ByKind, after: _ByKind) -> int:
    """The line that sets the first of these, or set it; 0 where it is not known."""
    for kind in kinds:
        parts = after.get(kind) or before.get(kind)
        if parts and parts[0].line:
            return parts[0].line
    return 0


def _used(instruction: Instruction) -> set[str]:
    """The variables that an instruction names."""
    heredocs = [heredoc.content for heredoc in instruction.heredocs]
    used: set[str] = set()
    for text in (instruction.line.text, *heredocs):
        names = _VARIABLE.findall(text)
        used.update(names)
    return used


def _change(before: _ByKind, after: _ByKind, kind: _PartKind) -> str:
    if kind not in after:
        return "is no longer set"
    if kind not in before:
        return "is set now"
    return "has a different value"


class _PartKind(NamedTuple):
    """What parts of a key are compared by."""

    cause: Cause
    name: str


_ByKind = Mapping[_PartKind, list[KeyPart]]


def _by_kind(parts: Sequence[KeyPart]) -> _ByKind:
    """The parts of each kind."""
    by_kind: dict[_PartKind, list[KeyPart]] = {}
    for part in parts:
        kind = _PartKind(part.cause, part.name)
        of_kind = by_kind.setdefault(kind, [])
        of_kind.append(part)
    return by_kind


def _changed_kinds(before: _ByKind, after: _ByKind) -> Iterator[_PartKind]:
    for kind in {**before, **after}:
        if _values(before, kind) != _values(after, kind):
            yield kind


def _values(parts: _ByKind, kind: _PartKind) -> list[str]:
    """The values of a kind; where only a line moved, nothing has changed."""
    of_kind = parts.get(kind, ())
    return [part.value for part in of_kind]


def _all_values(step: Planned) -> list[str]:
    return [part.value for part in step.inputs.parts]
