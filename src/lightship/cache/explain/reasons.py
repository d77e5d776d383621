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
        return Reason(
            Cause.KNOWN,
            f"the same as line {same_as}, which this build already makes",
            line=same_as,
        )
    if rebuilt:
        stages = " and ".join(rebuilt)
        text = f"stage {stages} is rebuilt, but what is copied from it stays the same"
        return Reason(Cause.SAME, text)
    if is_same:
        return Reason(Cause.SAME, "nothing that it depends on has changed")
    return Reason(
        Cause.KNOWN, "it was built this way before, and is still in the cache"
    )


def miss_reason(
    new: Keyed,
    differences: Sequence[KeyDifference],
    cause: Planned | None,
    old: Keyed | None,
) -> Reason:
    """Of a miss; `cause` is the first rebuilt step below it, `old` what it was before."""
    if new.missing:
        return Reason(Cause.FAILS, f"the build fails: {_missing(new.missing)}")
    if new.key is None:
        return Reason(Cause.FAILS, "it is not reached: the build fails before it")
    own = "; ".join(difference.text for difference in differences)
    changed = {path for difference in differences for path in difference.paths}
    paths = tuple(sorted(changed))
    if cause is not None:
        text = f"the step before it is rebuilt (first line {cause.line})"
        below = new.step.below
        if isinstance(below, Planned) and below.stage != new.step.stage:
            base = f"its base stage {below.stage}"
            text = f"{base} is rebuilt (first line {cause.line})"
        return Reason(
            Cause.PARENT, f"{text}; {own}" if own else text, paths, cause.line
        )
    if differences:
        first = differences[0]
        return Reason(first.cause, own, paths, first.line)
    if old is not None and old.key is None:
        return Reason(Cause.FAILS, "the previous build failed before this step")
    if old is None:
        return Reason(Cause.INSTRUCTION, "the step is new", line=new.step.line)
    return Reason(
        Cause.PARENT,
        "the steps before it changed: one was added, removed or moved",
        line=new.step.line,
    )


def _missing(selections: Sequence[Selection]) -> str:
    for selection in selections:
        if selection.is_bad:
            return (
                f"`{selection.source}` is not a valid pattern: a bracket is misplaced"
            )
    names = list(dict.fromkeys(f"`{selection.source}`" for selection in selections))
    are = "are" if len(names) > 1 else "is"
    return f"{first_few(names, _MOST_NAMED)} {are} not in the build context"


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
    parts = list(_parts(old, new)) if old is not new else []
    is_edited = any(part.cause is Cause.INSTRUCTION for part in parts)
    if files and not is_edited:
        paths = tuple(sorted(file.path for file in files))
        yield KeyDifference(Cause.FILES, _files(files), paths)
    yield from parts
    for stage in stages:
        yield KeyDifference(
            Cause.STAGE,
            f"what is copied from stage {stage} may have changed: the stage is rebuilt",
        )
    if isinstance(old.below, BaseImage) and isinstance(new.below, BaseImage):
        yield from _bases(old.below, new.below)


def _files(files: Sequence[ChangedFile]) -> str:
    return first_few([file.text for file in files], _MOST_NAMED)


def _bases(old: BaseImage, new: BaseImage) -> Iterator[KeyDifference]:
    if old.image != new.image:
        names = f"{_image(old)} -> {_image(new)}"
        yield KeyDifference(
            Cause.IMAGE, f"the base image changed: {names}", line=new.line
        )
    elif old.platform != new.platform:
        yield KeyDifference(
            Cause.IMAGE,
            f"the platform changed: {old.platform} -> {new.platform}",
            line=new.line,
        )


def _image(base: BaseImage) -> str:
    return base.image.removeprefix("docker.io/").removeprefix("library/") or "scratch"


def _parts(old: Planned, new: Planned) -> Iterator[KeyDifference]:
    before = _by_kind(old.inputs.parts)
    after = _by_kind(new.inputs.parts)
    words: list[tuple[Cause, str]] = []
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
        yield KeyDifference(
            Cause.VARIABLE, "the same variables are set in a different order"
        )
    elif not words and _all_values(old) != _all_values(new):
        yield KeyDifference(Cause.INSTRUCTION, "its operands are in a different order")


def _of_words(
    old: Planned,
    new: Planned,
    changed: Sequence[tuple[Cause, str]],
) -> Iterator[KeyDifference]:
    """Of all that the instruction says itself: that it was edited.

    Where it was not, what is another for it.
    """
    is_edited = old.instruction.line.text != new.instruction.line.text
    if is_edited and any(cause is Cause.INSTRUCTION for cause, _ in changed):
        yield KeyDifference(
            Cause.INSTRUCTION, "the instruction was edited", line=new.line
        )
    for cause, name in changed:
        if cause is Cause.SETTING:
            yield KeyDifference(cause, f"the {name} changed", line=new.line)
        elif not is_edited and name == "command":
            if new.instruction.heredocs:
                yield KeyDifference(cause, "its script was edited")
            else:
                yield KeyDifference(Cause.SETTING, "SHELL changed")
        elif not is_edited:
            yield KeyDifference(
                cause,
                f"{name} changed: a variable in it, or the working directory",
                line=new.line,
            )


def _of_variables(
    new: Planned,
    names: Sequence[str],
    before: _Values,
    after: _Values,
) -> KeyDifference:
    """Variables by name alone: a value may be a secret."""
    used = _used(new.instruction)
    texts: list[str] = []
    line = 0
    for name in names:
        was = before.get((Cause.VARIABLE, name))
        now = after.get((Cause.VARIABLE, name))
        text = f"{name} {_change(was, now)}"
        if name not in used and new.instruction.form != "exec":
            text += ", though it is not used here"
        texts.append(text)
        if not line and len(texts) <= _MOST_NAMED:
            _, line = (now or was or [("", 0)])[0]
    return KeyDifference(Cause.VARIABLE, first_few(texts, _MOST_NAMED), line=line)


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


_Lines = list[tuple[str, int]]  # values, and the lines that set them
_Values = Mapping[tuple[Cause, str], _Lines]


def _by_kind(parts: Sequence[KeyPart]) -> _Values:
    """The values of each kind and name; where a line moved, nothing has changed."""
    by_kind: dict[tuple[Cause, str], _Lines] = {}
    for part in parts:
        kind = (part.cause, part.name)
        values = by_kind.setdefault(kind, [])
        values.append((part.value, part.line))
    return by_kind


def _values(parts: _Values, kind: tuple[Cause, str]) -> list[str]:
    return [value for value, _ in parts.get(kind, ())]


def _all_values(step: Planned) -> list[str]:
    return [part.value for part in step.inputs.parts]


def _names(step: Planned) -> list[str]:
    """The variables that a step sees, in their order."""
    parts = step.inputs.parts
    return [part.name for part in parts if part.cause is Cause.VARIABLE]
