"""`apt` is meant for interactive use, not for scripts

## What it does
Finds calls of `apt` in stages that end in the final image, and reports all calls of a RUN together.
What apt-get does not have, such as `apt list`, is reported where something reads its output: a
pipe, a file or `$(…)`. It is silent in images for development, tests or CI.

## Why is this bad?
apt warns in every build log that it "does not have a stable CLI interface". Its options, questions
and output may change with any release; those of apt-get and apt-cache do not.

## Fix safety
The fix writes apt-get, in the other stages of the file too. It is safe for the subcommands that are
the same in both, and for `upgrade` and `full-upgrade`, for which it writes what apt means by them.
There is no fix for subcommands that apt-get does not have, such as `apt list`: apt-cache offers
most of them.

## When to ignore
Ignore it where a subcommand exists only in apt, and its output is not parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.text import Edit

_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
_SAME = frozenset(
    """autoclean autopurge autoremove auto-remove build-dep clean download install purge
    reinstall remove source update""".split()
)

_OTHERWISE_CALLED = frozenset({"upgrade", "full-upgrade"})


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    by_run: dict[Instruction, list[PackageInvocation]] = {}
    unseen: dict[Instruction, list[PackageInvocation]] = {}
    for call in build.packages("apt"):
        is_shipped = call.instruction in build.shipped
        if call.does.name in _SAME or call.does.name in _OTHERWISE_CALLED:
            runs = by_run if is_shipped else unseen
            runs.setdefault(call.instruction, []).append(call)
        elif is_shipped and _is_read(call):
            message = (
                f"the output of apt {call.does.name} may change with any release: use "
                "apt-cache or dpkg"
            )
            yield Finding(call.command.words[0].span, message)

    message = "the interface of apt may change with any release: use apt-get in scripts"
    # A file that calls apt-get in one stage calls it in the others too
    beside: list[Edit] = []
    for instruction, calls in unseen.items():
        beside += _of_run(build, instruction, calls)
    for instruction, calls in by_run.items():
        edits = _of_run(build, instruction, calls)
        fix = None
        if edits:
            fix = Fix("Use apt-get", (*edits, *beside))
            beside = []
        first = calls[0].command.words[0]
        yield Finding(first.span, message, fix)


def _of_run(
    build: Build, instruction: Instruction, calls: Sequence[PackageInvocation]
) -> tuple[Edit, ...]:
    """The edits of all calls in a RUN; nothing where one of them has none."""
    made = [_edits(call) for call in calls]
    made += _behind_variables(build, instruction)
    if not all(made):
        return ()
    return tuple(chain.from_iterable(made))


def _is_read(call: PackageInvocation) -> bool:
    """Whether something reads the output, and not only who looks at the log of the build."""
    script, command = call.script, call.command
    if command.redirects or len(script.pipe(command)) > 1:
        return True
    return script.inside(command, "substitution")


def _behind_variables(build: Build, run: Instruction) -> Iterator[tuple[Edit, ...]]:
    """The same for `${RETRY} apt update` of the RUN: it would speak of two programs otherwise."""
    for call in build.commands(of=run):
        first, *words = call.command.words or (None,)
        if first is None or first.variable is None:
            continue
        rest = list(dropwhile(_is_assignment, words))
        if not rest:
            continue
        program, *args = rest
        if program.text != "apt":
            continue
        if _SAME.isdisjoint(word.value for word in args):
            yield ()
            continue
        edit = Edit.insert(program.span.end, "-get")
        yield (edit,)


def _is_assignment(word: Word) -> bool:
    return _ASSIGNMENT.match(word.text) is not None


def _edits(call: PackageInvocation) -> tuple[Edit, ...]:
    """What makes it apt-get; nothing where apt-get has no such subcommand."""
    word = call.command.words[0]
    if word.text.strip('"') not in ("apt", "/usr/bin/apt"):
        return ()

    is_exec = call.script.shell == "exec"
    end = word.span.end
    if is_exec:
        end -= 1  # before the quote
    edits = [Edit.insert(end, "-get")]

    does = call.does
    if does.name == "upgrade":
        if not takes_words(call.script):
            return ()
        edits.append(after_word(call.script, does.subcommand, "--with-new-pkgs"))
    elif does.name == "full-upgrade" and not is_exec:
        edits.append(Edit.replace(does.subcommand.span, "dist-upgrade"))
    elif does.name not in _SAME:
        return ()
    return tuple(edits)


RULE = Rule(
    id="apt-instead-of-apt-get",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("apt",)),
    aliases=("DL3027", "CKV_DOCKER_9", "semgrep/prefer-apt-get", "parfum/DL3027"),
    examples=(
        Example(
            bad="RUN $RETRY A=b apt -y update && apt install -y --no-install-recommends git && "
            "rm -rf /var/lib/apt/lists/*",
            fixed="RUN $RETRY A=b apt-get -y update && apt-get install -y --no-install-recommends "
            "git && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="FROM debian:13 AS build\nRUN apt-get update && apt clean\n"
            "FROM debian:13\nRUN apt-get update && apt clean",
            fixed="FROM debian:13 AS build\nRUN apt-get update && apt-get clean\n"
            "FROM debian:13\nRUN apt-get update && apt-get clean",
        ),
        Example(
            bad="RUN apt update && apt install -y --no-install-recommends git && rm -rf "
            "/var/lib/apt/lists/*",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt -y upgrade", fixed="RUN apt-get -y upgrade --with-new-pkgs"
        ),
        Example(bad="RUN apt full-upgrade -y", fixed="RUN apt-get dist-upgrade -y"),
        Example(
            bad='RUN ["/usr/bin/apt", "purge", "-y", "git"]',
            fixed='RUN ["/usr/bin/apt-get", "purge", "-y", "git"]',
        ),
        Example(
            bad="RUN <<EOF\n  # on its own\n  apt autoremove -y\nEOF",
            fixed="RUN <<EOF\n  # on its own\n  apt-get autoremove -y\nEOF",
        ),
        Example(bad="RUN apt list --installed | grep -q python3"),
        Example(good="RUN apt list --installed"),
        Example(
            good="RUN apt-get update && apt-cache policy git && rm -rf /var/lib/apt/lists/*"
        ),
        Example(good="RUN apk add --no-cache apt && ls /etc/apt"),
        Example(good="RUN echo apt install git"),
    ),
)
