"""A later CMD, ENTRYPOINT or HEALTHCHECK of the same stage overrides this one

## What it does
Finds CMD, ENTRYPOINT and HEALTHCHECK that a later one of the same stage overrides.

## Why is this bad?
Only the last of each counts, so the one that is reported has no effect.

## Fix safety
The fix deletes it, with the comment directly above it. It is safe: BuildKit discards its value.
There is only a choice where this one starts a server and the later one seems to be the mistake:
compose starts this one instead, or the later one runs a Python file that starts no server. There is
no fix where it contains a comment, where the comment above it may speak of the instruction below as
well, where ONBUILD adds the instruction, or where the later one starts a script that nothing brings
into the image: then that one may be the mistake.

## When to ignore
Ignore it where a tool removes the later one before the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.places import holds_comment, on_first_line
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.edits import moves
from lightship.facts.start.made_scripts import is_made_by_nothing
from lightship.facts.start.started import started
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.runtime.overridden_instruction.wrong_winner import (
    why_it_should_win,
)

_KEYWORDS = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


def check(build: Build) -> Iterator[Finding]:
    last: dict[tuple[int, str], Step] = {}
    for step in build.evaluation.steps:
        keyword = step.instruction.keyword
        if keyword not in _KEYWORDS:
            continue

        earlier = last.get((step.stage.index, keyword))
        if earlier is not None:
            place = on_first_line(build.dockerfile, earlier.place)
            message = (
                f"the {keyword} on line {step.place.first_line} overrides this one"
            )
            script = _script_of_nothing(build, step)
            reason = why_it_should_win(build, earlier, step)
            if reason:
                told = f"{message}, but {reason}: delete one of them"
                yield Finding(place, told, choices=_either(build, earlier, step))
            elif script:
                told = f"{message}, but nothing here brings its {script}: delete one of them"
                yield Finding(place, told)
            else:
                fix = _fix(build, earlier)
                yield Finding(place, f"{message}: delete this one", fix)
        last[step.stage.index, keyword] = step


def _either(build: Build, earlier: Step, later: Step) -> tuple[Fix, ...]:
    """The later one deleted, then this one: a person decides."""
    choices: list[Fix] = []
    for step in (later, earlier):
        fix = _fix(build, step)
        if fix is None:
            continue
        title = f"Delete the {step.instruction.keyword} on line {step.place.first_line}"
        choices.append(replace(fix, message=title, safety=Safety.MANUAL))
    return tuple(choices)


def _script_of_nothing(build: Build, step: Step) -> str:
    """The script that an instruction in force starts, where the image does not have it."""
    for start in started(build):
        if start.step is step and is_made_by_nothing(build, start):
            return start.word.value or ""
    return ""


def _fix(build: Build, step: Step) -> Fix | None:
    if step.place is not step.instruction or holds_comment(
        build.dockerfile, step.instruction.span
    ):
        return None
    # The comment above speaks of what is gone, unless it speaks of what follows as well
    dockerfile = build.dockerfile
    is_commented = moves.is_commented(dockerfile, step.instruction)
    if is_commented and not _is_paragraph(dockerfile, step.instruction):
        return None
    edit = moves.remove(dockerfile, step.instruction)
    return Fix(f"Delete this {step.instruction.keyword}", (edit,))


def _is_paragraph(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether an instruction with its comments stands between blank lines, or ends the file."""
    below = instruction.last_line + 1
    if below > len(dockerfile.lines.starts):
        return True
    text = dockerfile.lines.span(below).of(dockerfile.text)
    return not text.strip()


RULE = Rule(
    id="overridden-instruction",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(repeated=_KEYWORDS),
    aliases=(
        "MultipleInstructionsDisallowed",
        "DL3012",
        "DL4003",
        "DL4004",
        "DS-0007",
        "AVD-DS-0007",
        "DS-0016",
        "AVD-DS-0016",
        "DS-0023",
        "AVD-DS-0023",
        "semgrep/multiple-entrypoint-instructions",
    ),
    missed={
        "in-an-earlier-stage": "a stage may replace what its base starts",
    },
    examples=(
        Example(bad='CMD ["./one"]\nCMD ["./two"]', fixed='CMD ["./two"]'),
        Example(
            bad='ENTRYPOINT ["./one"]\nRUN ./build\nENTRYPOINT ["./two"]',
            fixed='RUN ./build\nENTRYPOINT ["./two"]',
        ),
        Example(
            bad='USER 10001\n\n# Tests\nCMD ["./one"]\n\n# Serves\nCMD ["./two"]',
            fixed='USER 10001\n\n# Serves\nCMD ["./two"]',
        ),
        Example(bad='# For development\nCMD ["./one"]\nCMD ["./two"]'),
        Example(good='USER 10001\nENTRYPOINT ["./app"]\nCMD ["serve"]'),
        Example(
            good='FROM debian:trixie-slim AS one\nUSER 10001\nCMD ["./one"]\nFROM one\n'
            'CMD ["./two"]'
        ),
    ),
)
