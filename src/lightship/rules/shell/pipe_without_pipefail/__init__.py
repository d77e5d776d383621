"""A pipe hides the failure of a command before the last one

## What it does
Finds pipes in RUN that ignore the failure of a command before the last one.

The rule is silent where pipefail would not help: before `||`, in conditions and arguments, where a
`;` drops the status anyway; for commands that do not fail, such as echo, or whose complaints are
thrown away (`check 2>/dev/null |`); before a command that fails without its whole input, as `tar
-x`, `gpg --dearmor`, `xargs pip install` and `xargs dnf install` do; for what is only shown in the
log, such as `fc-list | sort`; for `yes |` and `| head`, where pipefail would turn success into
failure; and in shells other than sh and its relatives. So it is where something later in the build
stops without what the pipe makes: where a command calls or a COPY takes what a known installer
brings (`cargo` or `pip install` after rustup, `pip` after get-pip.py where the image has none,
`npm` after NodeSource), or what is named as the address of any other script is; where a command is
called that nothing else is known to have brought; where a version is installed that only a new
source of packages has (`nodejs=22.1.0`); where the user that it makes is named (`chown app`, `USER
app` before a RUN); where the file that it writes is looked through or unpacked (`grep -q done
make.log`, `dpkg -i a.deb`); where a later step of the same build follows (`make | tee log && make
install`); and for a key of apt, without which `apt-get update` stops.

## Why is this bad?
The status of `curl ... | sh` is that of sh alone. If the download fails, sh runs an empty script
successfully, and the build continues without what it should have fetched.

## Fix safety
Where the shell is bash, the fix puts `set -o pipefail` at the start of the script. Where it is the
image's /bin/sh, the fix sets SHELL before the first RUN of the stage with a pipe, if the base image
is known to have bash, or is an Alpine. Both are unsafe: the build now stops where it continued
before, also where that was intended, and all RUN below use the new shell. For other images the fix
is only shown: check which shell they have. So it is where the image is not known to have a command
of the pipe, and where it certainly lacks one there is no fix: the pipe fails already, which
pipefail would turn into a failing build. There is none where a RUN below writes something like
`echo 'a\\nb'`: the sh of Debian prints two lines for that, bash one. Nor is there one where a RUN
below has a pipe that is likely to fail with pipefail: `grep` without a match, `--help |`, `yes |`,
`| head`, or an unknown program in `$(...)`.

## When to ignore
Ignore it where a failure of the first command is acceptable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import has_bash, is_alpine
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.edits import moves
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.shell.pipe_without_pipefail.escapes_of_echo import last_escape
from lightship.rules.shell.pipe_without_pipefail.in_image import InImage
from lightship.rules.shell.pipe_without_pipefail.noticed_later import is_noticed_later
from lightship.rules.shell.pipe_without_pipefail.pipefail_safety import (
    commands_in_image,
    is_of_sh,
    safety_from,
)
from lightship.shell.commands import Command, Script
from lightship.shell.pipes import counted_pipes, unseen_failures
from lightship.text import Edit

_WITH_PIPEFAIL = frozenset(("bash", "ksh", "zsh", "mksh"))
_BASH = '["/bin/bash", "-o", "pipefail", "-c"]'
_BLANK = regex(r"\n[ \t]*\r?\n[^\n]*\S")
_DOWNLOADERS = frozenset({"curl", "wget"})
_ASH = '["/bin/ash", "-o", "pipefail", "-c"]'


def check(build: Build) -> Iterator[Finding]:
    # By stage: what gives its RUN another shell, there or in a stage that it starts from
    shells: dict[int, Fix] = {}
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        if base is not None and base.index in shells:
            shells[stage.index] = shells[base.index]
        for instruction in stage.instructions:
            if (instruction.trigger or instruction).keyword != "RUN":
                continue
            for script in build.scripts(instruction):
                command = _unseen(build, instruction, script)
                if command is not None:
                    fix = _fix(build, stage, instruction, script, shells)
                    yield _finding(command, fix)


def _unseen(build: Build, instruction: Instruction, script: Script) -> Command | None:
    """The first command whose failure goes unseen, and is not noticed soon after."""
    for command in unseen_failures(script):
        if _is_expected(command):
            continue
        if not is_noticed_later(build, instruction, script, command):
            return command
    return None


def _is_expected(command: Command) -> bool:
    """Whether what it says of its failure is thrown away: `check 2>/dev/null`."""
    if command.name in _DOWNLOADERS:
        return False
    for redirect in command.redirects:
        target = redirect.target
        if target is None or target.value != "/dev/null":
            continue
        if redirect.fd == 2 or redirect.operator.startswith("&"):
            return True
    return False


def _finding(command: Command, fix: Fix | None) -> Finding:
    message = f"a failing {_name(command)} goes unnoticed in this pipe: set pipefail"
    return Finding(command.span, message, fix)


def _name(command: Command) -> str:
    return command.name or "command"


def _fix(
    build: Build,
    stage: Stage,
    instruction: Instruction,
    script: Script,
    shells: dict[int, Fix],
) -> Fix | None:
    if script.shell in _WITH_PIPEFAIL:
        return _fix_of_script(build, stage, script)

    before = build.evaluation.before(instruction)
    if before is None or before.shell is not None or not is_of_sh(script):
        return None
    if stage.index not in shells:
        fix = _fix_of_stage(build, stage, instruction)
        if fix is None:
            return None
        shells[stage.index] = fix
    return shells[stage.index]


def _fix_of_script(build: Build, stage: Stage, script: Script) -> Fix | None:
    """`set -o pipefail` at the start of a script, after its `#!`."""
    present = commands_in_image(build, stage, script)
    if present is InImage.MISSING:
        return None

    text = script.text.text
    at = text.find("\n") + 1 if text.startswith("#!") else 0
    ending = build.dockerfile.newline if "\n" in text else " && "
    edit = Edit.insert(script.text.offset(at), f"set -o pipefail{ending}")
    is_known = present is InImage.THERE
    safety = Safety.UNSAFE if is_known else Safety.MANUAL
    return Fix("Set pipefail", (edit,), safety)


def _fix_of_stage(build: Build, stage: Stage, found: Instruction) -> Fix | None:
    """SHELL before the first RUN of the stage that can have it."""
    shell = _shell(build, stage)
    from_here = safety_from(build, stage, found)
    if shell is None or from_here is None:
        return None

    argv, is_there = shell
    if argv == _BASH and last_escape(build, stage) >= found.span.start:
        return None
    first = _first_pipe(build, stage, found, argv, from_here)
    edit = _above(build, stage, first, f"SHELL {argv}")
    safety = from_here if is_there else Safety.MANUAL
    return Fix("Set SHELL with pipefail", (edit,), safety)


def _first_pipe(
    build: Build,
    stage: Stage,
    found: Instruction,
    argv: str,
    safety: Safety,
) -> Instruction:
    """The first RUN of the stage with a pipe of sh, if it can have that shell as safely."""
    for item in stage.instructions:
        if item is found:
            break
        if item.keyword != "RUN" or not any(map(_has_pipe, build.scripts(item))):
            continue
        before = build.evaluation.before(item)
        if before is None or before.shell is not None:
            continue
        if argv == _BASH and last_escape(build, stage) >= item.span.start:
            continue
        if safety_from(build, stage, item) is safety:
            return item
    return found


def _has_pipe(script: Script) -> bool:
    return is_of_sh(script) and any(map(_is_long, counted_pipes(script)))


def _is_long(pipe: Sequence[Command]) -> bool:
    return pipe[0].stage < pipe[-1].stage


def _above(build: Build, stage: Stage, item: Instruction, line: str) -> Edit:
    """A paragraph of its own, where the stage has paragraphs and does not begin here."""
    dockerfile = build.dockerfile
    is_first = item is stage.instructions[0]
    has_paragraphs = _BLANK.search(stage.span.of(dockerfile.text)) is not None
    if is_first or not has_paragraphs or moves.is_spaced(dockerfile, item):
        return moves.before_block(dockerfile, item, (line,))
    [written] = moves.indented(dockerfile, item, line)
    return moves.before(dockerfile, item, ("", written, ""))


def _shell(build: Build, stage: Stage) -> tuple[str, bool] | None:
    """A shell with pipefail for the base image, and whether the image is known to have it."""
    image = build.root_image(stage)
    if (
        image is None
        or build.evaluation.root(stage).system == "windows"
        or image.path == "library/scratch"
    ):
        return None
    if is_alpine(image):
        return _ASH, True
    return _BASH, has_bash(image)


_FULL = "FROM buildpack-deps:trixie\n"

RULE = Rule(
    id="pipe-without-pipefail",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    scope=RuleScope(text=("|",)),
    aliases=("DL4006", "semgrep/set-pipefail"),
    missed={
        "function": "calls of functions are not followed",
    },
    examples=(
        Example(
            bad=f"{_FULL}# a tool\nRUN curl -fsSL https://example.org/a | sh\n"
            "RUN curl -f https://example.org/b | sh",
            fixed=f'{_FULL}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n# a tool\n'
            "RUN curl -fsSL https://example.org/a | sh\n"
            "RUN curl -f https://example.org/b | sh",
        ),
        Example(
            bad="FROM alpine:3.22\nRUN wget -qO- https://example.org/a.sh \\\n    # install\n"
            "    | sh",
            fixed='FROM alpine:3.22\nSHELL ["/bin/ash", "-o", "pipefail", "-c"]\n'
            "RUN wget -qO- https://example.org/a.sh \\\n    # install\n    | sh",
        ),
        Example(
            bad=f'{_FULL}SHELL ["/bin/bash", "-c"]\nRUN curl -f https://example.org | sh',
            fixed=f'{_FULL}SHELL ["/bin/bash", "-c"]\nRUN set -o pipefail && curl -f '
            "https://example.org | sh",
        ),
        Example(
            bad=f"{_FULL}RUN <<EOF\n#!/bin/bash\nset -e\n"
            "curl -f https://example.org | sh\necho done\nEOF",
            fixed=f"{_FULL}RUN <<EOF\n#!/bin/bash\nset -o pipefail\nset -e\n"
            "curl -f https://example.org | sh\necho done\nEOF",
        ),
        Example(
            bad=f"{_FULL}RUN curl -f https://example.org/a | gpg --dearmor > /a.gpg && curl -f "
            "https://example.org/b | sh",
            fixed=f'{_FULL}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN curl -f https://example.org/a | gpg --dearmor > /a.gpg && curl -f "
            "https://example.org/b | sh",
        ),
        Example(
            bad=f"{_FULL}RUN bash -c 'curl -f https://example.org | sh'",
            fixed=f"{_FULL}RUN bash -c 'set -o pipefail && curl -f https://example.org | sh'",
        ),
        Example(
            bad="FROM example.org/base\nRUN VERSION=$(curl -f https://example.org | jq .v) && "
            "echo $VERSION"
        ),
        Example(
            bad=f"{_FULL}ONBUILD RUN curl -f https://example.org | sh",
            fixed=f'{_FULL}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "ONBUILD RUN curl -f https://example.org | sh",
        ),
        # sh prints two lines there, bash one
        Example(
            bad=f"{_FULL}RUN curl -f https://example.org/b | sh\n"
            "RUN echo '[a]\\nb = 1' > /etc/a.conf"
        ),
        # Nothing calls what it brings
        Example(
            bad=f"{_FULL}RUN curl -fsSL https://sh.rustup.rs | sh -s -- -y",
            fixed=f'{_FULL}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN curl -fsSL https://sh.rustup.rs | sh -s -- -y",
        ),
        Example(good=f"{_FULL}RUN curl -fsSL https://example.org/a.tar | tar -x"),
        Example(good=f"{_FULL}RUN pip list --format=freeze | awk /torch/ > /pins.txt"),
        Example(good=f"{_FULL}RUN chromium --version | awk '{{print $2}}' > /version"),
        Example(
            good=f"{_FULL}RUN curl -f https://example.org/a | gpg --dearmor > /a.gpg"
        ),
        Example(
            good=f'{_FULL}SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\n'
            "RUN curl -f https://example.org | jq .v > /v"
        ),
        Example(
            good='FROM buildpack-deps:trixie AS base\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "FROM base\nRUN curl -f https://example.org | jq .v > /v",
        ),
        Example(
            good=f"{_FULL}RUN set -o pipefail && curl -f https://example.org | jq .v > /v"
        ),
        Example(
            good=f"{_FULL}RUN bash -euxo pipefail -c 'curl -f https://example.org | jq .v > /v'"
        ),
        Example(
            good=f"{_FULL}RUN echo 'a' | tee /etc/a && yes | ./configure && dpkg -l | head -n 3"
        ),
        Example(
            good=f"{_FULL}RUN if dpkg -l | grep -q git; then echo git; fi; "
            "curl -f https://example.org | jq .v > /v || exit 0"
        ),
        Example(good=f"{_FULL}RUN curl -f https://example.org | jq .v > /v; echo done"),
        Example(
            good=f"{_FULL}RUN crontab -l | sort | crontab - && apk info -v | sort > /packages"
        ),
        Example(good='RUN echo "$(ls | wc -l) files | one"'),
        Example(
            good="FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n"
            'SHELL ["powershell", "-Command"]\n'
            "RUN dir | Out-Null"
        ),
        Example(good='RUN ["sh", "a|b"]'),
    ),
)
