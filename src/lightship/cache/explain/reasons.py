"""Why a step is a hit or is rebuilt, in words: what of its key is another than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason
from lightship.cache.keys.keys import Keyed
from lightship.cache.plan.plan import BaseImage, KeyPart, Planned
from lightship.cache.selection.selection import Selection
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


def hit_reason(
    new: Keyed,
    old: Keyed | None,
    rebuilt: Sequence[str],
    same_as: int,
) -> Reason:
    """Of a hit; `rebuilt` are stages that ran again and from which it takes what is the same
    as before.
    """
    is_same = old is not None and old.key == new.key
    if same_as and not is_same:
        text = f"the same as line {same_as}, which this build already makes"
        return Reason(Cause.KNOWN, text, line=same_as)
    if rebuilt:
        stages = " and ".join(rebuilt)
        text = f"stage {stages} is rebuilt, but what is copied from it stays the same"
        return Reason(Cause.SAME, text)
    if is_same:
        return Reason(Cause.SAME, "nothing that it depends on has changed")
    text = "it was built this way before, and is still in the cache"
    return Reason(Cause.KNOWN, text)


def miss_reason(
    new: Keyed,
    differences: Sequence[KeyDifference],
    cause: Planned | None,
    old: Keyed | None,
) -> Reason:
    """Of a miss; `cause` is the first rebuilt step below it, `old` what it was before."""
    if new.missing:
        text = f"the build fails: {_missing(new.missing)}"
        return Reason(Cause.FAILS, text, line=new.step.line)
    if new.key is None:
        return Reason(Cause.FAILS, "it is not reached: the build fails before it")

    own = "; ".join(difference.text for difference in differences)
    paths = _changed_paths(differences)
    if cause is not None:
        text = _rebuilt_below(new.step, cause)
        if own:
            text += f"; {own}"
        return Reason(Cause.PARENT, text, paths, cause.line)
    if differences:
        first = differences[0]
        return Reason(first.cause, own, paths, first.line)

    # Nothing of its own changed, and nothing below it is rebuilt
    if old is not None and old.key is None:
        return Reason(Cause.FAILS, "the previous build failed before this step")
    line = new.step.line
    if old is None:
        return Reason(Cause.INSTRUCTION, "the step is new", line=line)
    text = "the steps before it changed: one was added, removed or moved"
    return Reason(Cause.PARENT, text, line=line)


def _changed_paths(differences: Sequence[KeyDifference]) -> tuple[str, ...]:
    paths: set[str] = set()
    for difference in differences:
        paths.update(difference.paths)
    return tuple(sorted(paths))


def _rebuilt_below(step: Planned, cause: Planned) -> str:
    """What of the steps below is rebuilt: the one before it, or the stage it starts from."""
    below = step.below
    rebuilt = "the step before it"
    if isinstance(below, Planned) and below.stage != step.stage:
        rebuilt = f"its base stage {below.stage}"
    return f"{rebuilt} is rebuilt (first line {cause.line})"


def _missing(selections: Sequence[Selection]) -> str:
    for selection in selections:
        if selection.is_bad:
            return (
                f"`{selection.source}` is not a valid pattern: a bracket is misplaced"
            )
    sources = dict.fromkeys(selection.source for selection in selections)
    names = first_few([f"`{source}`" for source in sources], _MOST_NAMED)
    are = "are" if len(sources) > 1 else "is"
    return f"{names} {are} not in the build context"


def differences(
    old: Planned,
    new: Planned,
    files: Sequence[ChangedFile],
    stages: Sequence[str],
) -> Iterator[KeyDifference]:
    """What of a step's own is another now: files first, since they are the usual cause.

    Of an edited step the edit.

    `files` are those of the build context that it takes, `stages` those from which it takes
    something else now.
    """
    parts: list[KeyDifference] = []
    if old is not new:
        parts += _parts(old, new)
    is_edited = any(part.cause is Cause.INSTRUCTION for part in parts)
    if files and not is_edited:
        yield _of_files(files)
    yield from parts

    for stage in stages:
        text = (
            f"what is copied from stage {stage} may have changed: the stage is rebuilt"
        )
        yield KeyDifference(Cause.STAGE, text)

    old_base, new_base = old.below, new.below
    if isinstance(old_base, BaseImage) and isinstance(new_base, BaseImage):
        yield from _bases(old_base, new_base)


def _of_files(files: Sequence[ChangedFile]) -> KeyDifference:
    paths = sorted(file.path for file in files)
    text = first_few([file.text for file in files], _MOST_NAMED)
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
    words: list[_Kind] = []
    variables: list[str] = []
    for kind in {**before, **after}:
        if _values(before, kind) == _values(after, kind):
            continue
        cause, name = kind
        if cause is Cause.VARIABLE:
            variables.append(name)
        else:
            words.append(kind)

    yield from _of_words(old, new, words)
    if variables:
        yield _of_variables(new, variables, before, after)
    elif _names(old) != _names(new):
        text = "the same variables are set in a different order"
        yield KeyDifference(Cause.VARIABLE, text)
    elif not words and _all_values(old) != _all_values(new):
        text = "its operands are in a different order"
        yield KeyDifference(Cause.INSTRUCTION, text)


def _of_words(
    old: Planned,
    new: Planned,
    changed: Sequence[_Kind],
) -> Iterator[KeyDifference]:
    """Of all that the instruction says itself: that it was edited.

    Where it was not, what is another for it.
    """
    line = new.line
    is_edited = old.instruction.line.text != new.instruction.line.text
    is_of_edit = any(cause is Cause.INSTRUCTION for cause, _name in changed)
    if is_edited and is_of_edit:
        text = "the instruction was edited"
        yield KeyDifference(Cause.INSTRUCTION, text, line=line)

    for cause, name in changed:
        if cause is Cause.SETTING:
            yield KeyDifference(cause, f"the {name} changed", line=line)
        elif not is_edited and name == "command":
            yield _of_command(new.instruction)
        elif not is_edited:
            text = f"{name} changed: a variable in it, or the working directory"
            yield KeyDifference(cause, text, line=line)


def _of_command(instruction: Instruction) -> KeyDifference:
    """Why a RUN executes something else, though its line is the same."""
    if instruction.heredocs:
        return KeyDifference(Cause.INSTRUCTION, "its script was edited")
    return KeyDifference(Cause.SETTING, "SHELL changed")


def _of_variables(
    new: Planned,
    names: Sequence[str],
    before: _Values,
    after: _Values,
) -> KeyDifference:
    """Variables by name alone: a value may be a secret."""
    instruction = new.instruction
    used = _used(instruction)
    is_exec = instruction.form == "exec"
    texts: list[str] = []
    line = 0
    for name in names:
        kind = (Cause.VARIABLE, name)
        was = before.get(kind)
        now = after.get(kind)
        text = f"{name} {_change(was, now)}"
        if name not in used and not is_exec:
            text += ", though it is not used here"
        texts.append(text)

        # The line of the first that is named, where it is known
        is_named = len(texts) <= _MOST_NAMED
        values = now or was
        if not line and is_named and values:
            _value, line = values[0]
    text = first_few(texts, _MOST_NAMED)
    return KeyDifference(Cause.VARIABLE, text, line=line)


def _used(instruction: Instruction) -> set[str]:
    """The variables that an instruction names."""
    used = set(_VARIABLE.findall(instruction.line.text))
    for heredoc in instruction.heredocs:
        used.update(_VARIABLE.findall(heredoc.content))
    return used


def _change(was: _Lines | None, now: _Lines | None) -> str:
    if not now:
        return "is no longer set"
    return "has a different value" if was else "is set now"


_Kind = tuple[Cause, str]  # of a part of a key, and its name
_Lines = list[tuple[str, int]]  # values, and the lines that set them
_Values = Mapping[_Kind, _Lines]


def _by_kind(parts: Sequence[KeyPart]) -> _Values:
    """The values of each kind and name; where a line moved, nothing has changed."""
    by_kind: dict[_Kind, _Lines] = {}
    for part in parts:
        kind = (part.cause, part.name)
        values = by_kind.setdefault(kind, [])
        values.append((part.value, part.line))
    return by_kind


def _values(parts: _Values, kind: _Kind) -> list[str]:
    lines = parts.get(kind, ())
    return [value for value, _line in lines]


def _all_values(step: Planned) -> list[str]:
    return [part.value for part in step.inputs.parts]


def _names(step: Planned) -> list[str]:
    """The variables that a step sees, in their order."""
    parts = step.inputs.parts
    return [part.name for part in parts if part.cause is Cause.VARIABLE]
