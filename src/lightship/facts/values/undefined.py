"""Variables that are used and not set, and whether only the base image can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.base_images.environment import is_unset
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.values import similar
from lightship.evaluation.dispatch import Step
from lightship.lint.finding import Finding, Severity
from lightship.regex import regex
from lightship.text import Span

_USE = regex(r"\$(?:\{(\w+)(:?[-+])?[^}\n]*\}?|(\w+))")
_MOST_HINTS = 50  # a hint compares the name with all that are known
_NEAR = 0.75


def undefined_uses(build: Build) -> Iterator[tuple[bool, Finding]]:
    """Each use of a variable that is not set here, and whether the base image may well set it."""
    hints = _MOST_HINTS
    names: set[str] | None = None  # those that the Dockerfile sets anywhere
    for step in build.evaluation.steps:
        if not step.unset:
            continue
        uses, guarded = _uses(build, step)
        names = _names(build) if names is None else names
        given = _values(step)
        for name in sorted(step.unset):
            sure, own = (
                is_unset(build.evaluation.root(step.stage).name, name),
                _is_own(given, name),
            )
            missable = own or name in guarded
            span = on_first_line(build.dockerfile, step.place, uses.get(name))
            if sure is False or (sure is None and (missable or name not in given)):
                yield (
                    True,
                    Finding(span, _of_the_image(name, sure), severity=Severity.STYLE),
                )
                continue
            hint = (
                similar(name, step.before.env, _NEAR)
                if hints > 0 and name not in names
                else ""
            )
            hints -= 1
            message = (
                f"${name} is never set here: leave it out"
                if missable
                else _message(build, given, name, hint, sure)
            )
            severity = (
                Severity.STYLE
                if name in guarded
                else None
                if sure and not own
                else Severity.INFO
            )
            yield False, Finding(span, message, severity=severity)


def _of_the_image(name: str, sure: bool | None) -> str:
    """What BuildKit says too, when it cannot ask the registry for the image."""
    return (
        f"${name} is set by the base image alone"
        if sure is False
        else f"${name} is empty, unless the base image sets it"
    )


def _names(build: Build) -> set[str]:
    """The variables that the Dockerfile sets, in whatever stage."""
    return {
        *build.evaluation.globals,
        *(pair.name.text for item in build.each("ARG", "ENV") for pair in item.pairs),
    }


def _values(step: Step) -> dict[str, str]:
    """The variables that the instruction itself sets, with their values as they are written."""
    pairs = step.instruction.pairs if step.instruction.keyword in ("ARG", "ENV") else ()
    return {
        pair.name.text: pair.value.text if pair.value is not None else ""
        for pair in pairs
    }


def _is_own(given: Mapping[str, str], name: str) -> bool:
    """Whether the variable is to be part of its own new value: `ENV NAME=a:$NAME`."""
    value = given.get(name, "")
    return f"${name}" in value or f"${{{name}" in value


def _message(
    build: Build, given: Mapping[str, str], name: str, hint: str, sure: bool | None
) -> str:
    if name in given:
        return f"${name} is not set yet, as an instruction does not see what it sets itself: set it above"
    missing = (
        "is not set here" if sure else "is not set here, unless the base image sets it"
    )
    if name in build.evaluation.globals:
        return f"${name} {missing}: what FROM sees needs an ARG {name} of its own in each stage"
    return f"${name} {missing}: {hint or 'declare it with ARG or ENV'}"


def _uses(build: Build, step: Step) -> tuple[dict[str, Span], set[str]]:
    """Where each variable is first named in the instruction, and those that it says what to do without."""
    found: dict[str, Span] = {}
    if step.place is not step.instruction:
        return found, set()
    guarded: set[str] = set()
    for match in _USE.finditer(build.dockerfile.text, *step.instruction.span):
        name = match[1] or match[3]
        found.setdefault(name, Span(*match.span()))
        if match[2]:
            guarded.add(name)
    return found, guarded
