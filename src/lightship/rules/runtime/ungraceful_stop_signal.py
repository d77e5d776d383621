"""STOPSIGNAL is a signal that no program can catch

## What it does
Finds STOPSIGNAL with SIGKILL or SIGSTOP. It is silent in images for development, tests or CI, and
in one that starts nothing by itself and has a virtual screen: nothing there has to end in order.
Where the base image is another one of the repository whose Dockerfile sets such a signal too, the
finding is there.

## Why is this bad?
`docker stop` sends the signal of STOPSIGNAL, and kills the program only if it still runs ten
seconds later. SIGKILL ends the program at once, in the middle of its work: requests are cut off,
files stay half written, and locks stay taken. SIGSTOP is worse: it freezes the program, which is
then killed anyway. Neither can be caught (signal(7)).

## Fix safety
The fix deletes the line, so that the base image's signal applies, which is SIGTERM for nearly
all. It is unsafe: a program that ignores SIGTERM then takes ten seconds to stop. For that, write
the signal that it does handle: SIGINT, or SIGQUIT for nginx and php-fpm. There is no fix where a
comment directly above the line speaks of it.

## When to ignore
Ignore it where the program keeps no state and must end at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.places import holds_comment, whole_lines, word_on_first_line
from lightship.facts.edits import moves
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.purpose import start_steps
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit

_MOST_DOCKERFILES = 50
_IN_TEXT = regex(r"(?im)^[ \t]*STOPSIGNAL[ \t]+(?:SIG)?(?:KILL|STOP|9|19)\b")
_UNCATCHABLE = {"KILL": "kills", "9": "kills", "STOP": "freezes", "19": "freezes"}


# Somebody looks at what a test does on a screen that the image makes
_SCREEN = frozenset({"xvfb", "x11vnc", "tigervnc-standalone-server"})


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build) or _is_for_looking(build):
        return

    steps = [
        step
        for step in build.shipped_steps
        if step.instruction.keyword == "STOPSIGNAL" and step.operands
    ]
    for step in steps[-1:]:
        signal = step.operands[0].upper().removeprefix("SIG")
        effect = _UNCATCHABLE.get(signal)
        if effect is None or _is_inherited(build):
            continue

        item, dockerfile = step.instruction, build.dockerfile
        fix = None
        is_own = step.place is item and not holds_comment(dockerfile, item.span)
        # A comment above it says why somebody wants it
        if is_own and not moves.is_commented(dockerfile, item):
            fix = Fix(
                "Delete this STOPSIGNAL",
                (Edit.delete(whole_lines(dockerfile, item)),),
                Safety.UNSAFE,
            )
        span = word_on_first_line(dockerfile, step, item.args[0].span)
        message = f"{step.operands[0]} {effect} the program before it can finish: remove STOPSIGNAL"
        yield Finding(span, message, fix)


def _is_for_looking(build: Build) -> bool:
    """Whether it starts nothing by itself, and has a screen for what its user starts."""
    if start_steps(build):
        return False
    for call in build.packages("apt-get", "apt", "apk", "dnf", action="install"):
        names = {package.name for package in call.does.packages}
        if call.instruction in build.shipped and names & _SCREEN:
            return True
    return False


def _is_inherited(build: Build) -> bool:
    """Whether the base image is the project's own and sets such a signal too."""
    final, context = build.final, build.context
    if final is None or context is None:
        return False
    image = build.root_image(final)
    if image is None:
        return False
    if not (may_be_local(image) or build.is_own_image(image)):
        return False

    others = [
        file.path
        for file in context.files
        if "dockerfile" in file.name.lower() and file.path != build.path
    ]
    texts = (context.read(path) or "" for path in others[:_MOST_DOCKERFILES])
    return any(map(_IN_TEXT.search, texts))


RULE = Rule(
    id="ungraceful-stop-signal",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(keywords=("STOPSIGNAL",)),
    aliases=("tally/no-ungraceful-stopsignal",),
    practice=Practice.PERFORMANCE,
    examples=(
        Example(bad='# It ignores SIGTERM\nSTOPSIGNAL SIGKILL\nCMD ["./serve"]'),
        Example(bad="STOPSIGNAL SIGKILL\nUSER 10001", fixed="USER 10001"),
        Example(bad="USER 10001\nSTOPSIGNAL 9\n", fixed="USER 10001\n"),
        Example(
            bad="stopsignal kill\n# As whom\nUSER 10001", fixed="# As whom\nUSER 10001"
        ),
        Example(bad="STOPSIGNAL \\\n  SIGSTOP\nUSER 10001", fixed="USER 10001"),
        Example(bad="STOPSIGNAL \\\n  # at once\n  SIGKILL\nUSER 10001"),
        Example(
            bad="ARG SIGNAL=SIGKILL\nSTOPSIGNAL $SIGNAL\nUSER 10001",
            fixed="ARG SIGNAL=SIGKILL\nUSER 10001",
        ),
        Example(
            bad="FROM debian:trixie-slim AS base\nSTOPSIGNAL SIGKILL\nFROM base\nUSER 10001",
            fixed="FROM debian:trixie-slim AS base\nFROM base\nUSER 10001",
        ),
        Example(
            bad="FROM debian:trixie-slim AS base\nONBUILD STOPSIGNAL SIGKILL\nFROM base\nUSER 10001"
        ),
        Example(good="STOPSIGNAL SIGTERM"),
        Example(good="STOPSIGNAL SIGQUIT"),
        Example(good="STOPSIGNAL SIGRTMIN+3"),
        Example(good="STOPSIGNAL SIGKILL\nSTOPSIGNAL SIGINT"),
        Example(
            good="FROM debian:trixie-slim AS build\nSTOPSIGNAL SIGKILL\nRUN ./build /app\n"
            "FROM scratch\nCOPY --from=build /app /app\nUSER 10001"
        ),
    ),
)
