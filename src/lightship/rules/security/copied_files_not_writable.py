"""A RUN writes as a user into a directory that belongs to root

## What it does
Finds commands after USER that write into a directory of root. The rule reports only what is
certain: this Dockerfile has made the directory as root, nothing has given it away since, and the
command writes into it.

## Why is this bad?
COPY gives what it copies, and the directories that it creates, to root, whatever USER says; so
does WORKDIR before USER. Usually that is right: a program that cannot change its own code is
safer. But a RUN after `USER node` that creates files there, as `npm install` creates
`node_modules`, fails with "EACCES: permission denied", and so does the build.

## Fix safety
The fix gives the user what is copied, `COPY --chown=node`, and the directory itself where WORKDIR
has made it: COPY does not change the owner of a directory that exists already (tonistiigi/fsutil,
copy/copy.go). It is unsafe: the program may then change its own code too. The alternative is to
run the command above USER, as root.

## When to ignore
Ignore it where the command can do without these files and continues when it cannot write them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.users import image_user
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.dispatch import Step
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import and_above, below, in_workdir
from lightship.facts.edits import moves
from lightship.facts.users.accounts import is_root
from lightship.facts.values.unread import is_unread
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.failing import is_certain
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.starters import USERS
from lightship.text import Edit

_GIVES = (
    "chown",
    "chmod",
    "chgrp",
    "setfacl",
    "install",
    "useradd",
    "adduser",
    "usermod",
    "tar",
    "cp",
    "mv",
    "unzip",
)
_OPEN = ("/home", "/tmp", "/var/tmp", "/run", "/dev", "/root")  # noqa: S108 - paths of the image
_OF_NODE = frozenset({"npm", "yarn", "pnpm"})
# What stands for itself in an instruction and in a script
_PLAIN = regex(r"[\w./:@+-]+")
_MAKERS = ("mkdir", "touch")


@record(eq=False)
class _RootDirectory:
    """A directory of root's; `workdir` has made it where it was not COPY, `copies` have filled
    it.
    """

    path: str
    number: int
    workdir: Step | None
    copies: tuple[Step, ...]


_RootDirectories = dict[str, _RootDirectory]  # by path


def check(build: Build) -> Iterator[Finding]:

    # By stage; None after which nothing is known, or more need not be said
    ends: list[_RootDirectories | None] = []
    graph = build.evaluation.graph
    for stage, base in zip(build.dockerfile.stages, graph.bases, strict=True):
        trees: _RootDirectories | None = None
        if base is not None:
            trees = ends[base.index]
        elif _starts_as_root(build, stage):
            trees = {}

        finding: Finding | None = None
        end: _RootDirectories | None = None
        if trees is not None:
            finding, end = _in_stage(build, stage, dict(trees))
        ends.append(end)
        if finding is not None:
            yield finding


def _starts_as_root(build: Build, stage: Stage) -> bool:
    """Whether the stage starts from an image that is known to run as root: no user of its own has
    directories there.
    """
    image = build.root_image(stage)
    return image is not None and image_user(image).runs_as == "root"


def _in_stage(
    build: Build, stage: Stage, trees: _RootDirectories
) -> tuple[Finding | None, _RootDirectories | None]:
    """The first RUN that fails so, and what is there at the end of the stage."""
    for item in stage.instructions:
        step = build.evaluation.step(item)
        if (
            step is None
            or (step.flags and step.flags.get("chown"))
            or item.keyword in ("VOLUME", "ONBUILD")
        ):
            return None, None

        as_user = bool(step.before.user) and not is_root(step.before.user)
        if item.keyword == "WORKDIR" and not as_user:
            _note(trees, step, step.operands[0], made_by_workdir=True)
        elif item.keyword in ("COPY", "ADD") and step.operands:
            _note(trees, step, step.operands[-1], made_by_workdir=False)
        elif item.keyword == "RUN" and as_user:
            write = _first_write(build, step, trees)
            if write is not None:
                return _finding(build, step, *write), None
        elif (item.keyword == "RUN" and _may_give(build, item)) or (
            item.keyword == "USER" and step.unset
        ):
            return None, None
    return None, trees


def _note(
    trees: _RootDirectories, step: Step, operand: str, made_by_workdir: bool
) -> None:
    """A directory that belongs to root from now on, or one more COPY into such a one."""
    path = in_workdir(step.before.workdir, operand)
    tree = _around(trees, path)
    if tree is not None:
        if not made_by_workdir:
            trees[tree.path] = replace(tree, copies=(*tree.copies, step))
        return

    is_directory = made_by_workdir or operand.endswith("/")
    if not is_directory or path == "/":
        return
    if any(below(path, top) is not None for top in _OPEN):
        return
    if made_by_workdir:
        trees[path] = _RootDirectory(path, len(trees), step, ())
    else:
        trees[path] = _RootDirectory(path, len(trees), None, (step,))


def _around(trees: _RootDirectories, path: str) -> _RootDirectory | None:
    """The first of the directories in which a path lies."""
    around = (trees[place] for place in and_above(path) if place in trees)
    return min(around, key=lambda tree: tree.number, default=None)


def _may_give(build: Build, run: Instruction) -> bool:
    """Whether a RUN may change who owns what: such a command, or one that cannot be read."""
    names = {
        command.name for script in build.scripts(run) for command in script.commands
    }
    return not names.isdisjoint(_GIVES) or is_unread(build, run)


def _first_write(
    build: Build, step: Step, trees: _RootDirectories
) -> tuple[Command, _RootDirectory] | None:
    """The first command that is known to write into one of `trees`."""
    mounts = build.mounts(step.instruction)
    for script in build.scripts(step.instruction):
        for command in script.commands:
            if command.name in ("cd", *USERS) or any(map(command.wrapped_by, USERS)):
                return None
            if not is_certain(script, command):
                continue
            for path in _written(build, Invocation(step.instruction, script, command)):
                place = in_workdir(step.before.workdir, path)
                tree = _around(trees, place)
                if tree is not None and not hides(mounts, place, step.before.workdir):
                    return command, tree
    return None


def _written(build: Build, call: Invocation) -> Iterator[str]:
    """Paths that a command makes, as it names them."""
    command = call.command
    for redirect in command.redirects:
        if redirect.operator not in (">", ">>") or redirect.target is None:
            continue
        if redirect.target.value:
            yield redirect.target.value
    if command.name in _MAKERS:
        for word in command.args:
            if word.value and not word.value.startswith("-"):
                yield word.value

    does = read_command(command)
    if does is not None and does.action in ("install", "sync"):
        yield from _made_by(build, call.instruction, does)


def _made_by(build: Build, run: Instruction, does: PackageCommand) -> Iterator[str]:
    """The directory that an install of a project makes in the working directory."""
    if does.manager == "uv" and _makes_venv(build, run, does):
        yield ".venv"
    elsewhere = does.option("--global", "--prefix", "--cwd", "--dir", "-g")
    if does.manager in _OF_NODE and elsewhere is None:
        yield "node_modules"


def _makes_venv(build: Build, run: Instruction, does: PackageCommand) -> bool:
    """Whether `uv sync` makes its environment in the working directory."""
    before = build.evaluation.before(run)
    if before is None or "UV_PROJECT_ENVIRONMENT" in before.env:
        return False
    if does.name != "sync":
        return False
    return does.option("--active", "--project", "--directory") is None


def _finding(
    build: Build, step: Step, command: Command, tree: _RootDirectory
) -> Finding:
    user = step.before.user
    message = (
        f"{command.name} runs as {user} and cannot write to {tree.path}, which belongs "
        "to root: add --chown"
    )
    return Finding(command.words[0].span, message, _fix(build, tree, user))


def _fix(build: Build, tree: _RootDirectory, user: str) -> Fix | None:
    if not _PLAIN.fullmatch(user):
        return None  # it would be two words
    edits = [
        Edit.insert(copy.instruction.name.span.end, f" --chown={user}")
        for copy in tree.copies
    ]
    if tree.workdir is not None:
        item = tree.workdir.instruction
        if not moves.is_closed(build.dockerfile, item) or not tree.copies:
            return None
        if not _PLAIN.fullmatch(tree.path):
            return None
        lines = moves.indented(build.dockerfile, item, f"RUN chown {user} {tree.path}")
        edits.append(moves.after(build.dockerfile, item, lines))
    return Fix(f"Give it to {user}", tuple(edits), Safety.UNSAFE) if edits else None


_NODE = "FROM node:24-slim\n"
_CI = "npm ci && npm cache clean --force"

RULE = Rule(
    id="copied-files-not-writable",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("USER",)),
    aliases=("tally/copy-after-user-without-chown",),
    practice=Practice.CORRECTNESS,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
        "if-branch function": "it may run only for a user who may do it",
        "sudo": "sudo runs it as root",
    },
    examples=(
        Example(
            bad=f"{_NODE}USER node\nCOPY package.json /app/\nRUN mkdir /app/logs\n"
            'CMD ["node", "/app"]',
            fixed=f"{_NODE}USER node\nCOPY --chown=node package.json /app/\n"
            'RUN mkdir /app/logs\nCMD ["node", "/app"]',
        ),
        Example(
            bad=f"{_NODE}WORKDIR /app\nCOPY package.json .\nUSER node\nRUN {_CI}\n"
            'CMD ["node", "a.js"]',
            fixed=f"{_NODE}WORKDIR /app\nRUN chown node /app\nCOPY --chown=node package.json .\n"
            f"USER node\nRUN {_CI}\n"
            'CMD ["node", "a.js"]',
        ),
        Example(
            bad=f"{_NODE}WORKDIR /app\nUSER node\nCOPY --link package.json \\\n  ./\n"
            "RUN set -e; \\\n"
            '  # all\n  yarn install && yarn cache clean\nCMD ["node", "a.js"]',
            fixed=f"{_NODE}WORKDIR /app\nRUN chown node /app\nUSER node\n"
            "COPY --chown=node --link package.json \\\n"
            "  ./\nRUN set -e; \\\n  # all\n  yarn install && yarn cache clean\n"
            'CMD ["node", "a.js"]',
        ),
        Example(
            bad="FROM ghcr.io/astral-sh/uv:0.11.2-python3.13-trixie-slim\nWORKDIR /app\n"
            "COPY uv.lock pyproject.toml ./\n"
            'USER 10001\nRUN <<EOF\nuv sync --locked\nEOF\nCMD ["python", "a.py"]',
            fixed="FROM ghcr.io/astral-sh/uv:0.11.2-python3.13-trixie-slim\nWORKDIR /app\n"
            "RUN chown 10001 /app\n"
            "COPY --chown=10001 uv.lock pyproject.toml ./\nUSER 10001\nRUN <<EOF\n"
            "uv sync --locked\nEOF\n"
            'CMD ["python", "a.py"]',
        ),
        Example(
            bad='WORKDIR /app\nUSER 10001\nRUN echo 1 > version\nCMD ["/app/server"]'
        ),
        # Two words would be another instruction
        Example(
            bad=f"{_NODE}USER 1000 1000\nCOPY package.json /app/\nRUN mkdir /app/logs\n"
            'CMD ["node", "/app"]'
        ),
        Example(
            good=f"{_NODE}WORKDIR /app\nCOPY package.json .\nRUN {_CI}\nUSER node\n"
            'CMD ["node", "a.js"]'
        ),
        # Nothing is written: root's files are as they should be
        Example(
            good=f'{_NODE}USER node\nCOPY app.js /app/\nCMD ["node", "/app/app.js"]'
        ),
        # BuildKit's WORKDIR behind USER makes the directory for the user
        Example(
            good=f"{_NODE}USER node\nWORKDIR /app\nCOPY package.json .\nRUN {_CI}\n"
            'CMD ["node", "a.js"]'
        ),
        Example(
            good=f"{_NODE}WORKDIR /app\nRUN chown node:node /app\nUSER node\n"
            f"COPY package.json .\nRUN {_CI}\n"
            'CMD ["node", "a.js"]'
        ),
        Example(
            good=f"{_NODE}WORKDIR /home/node/app\nCOPY package.json .\nUSER node\nRUN {_CI}\n"
            'CMD ["node", "/home/node/app/a.js"]'
        ),
        Example(
            good="FROM example.com/base:1\nWORKDIR /app\nCOPY a.py .\nUSER app\nRUN mkdir logs\n"
            'CMD ["/app/a.py"]'
        ),
        Example(
            good='WORKDIR /app\nUSER 10001\nRUN mkdir logs || true\nCMD ["/app/server"]'
        ),
        Example(
            good=f"{_NODE}WORKDIR /app\nUSER node\n"
            f"RUN --mount=type=cache,target=/app/node_modules,uid=1000 {_CI}\n"
            'CMD ["node", "a.js"]'
        ),
    ),
)
