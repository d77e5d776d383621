"""sudo has no purpose in a build

## What it does
Finds `sudo` in RUN. The rule is silent where the base image is known to run as a user with sudo, as
`cimg/`, `gitpod/` and `rayproject/ray` do, and where the project builds the base image itself and
sets no user after it, or gives sudo to users in its Dockerfile: sudo stays in the image either way.
So it does where the container's start calls sudo, by itself or in a script of the project, and on a
base image that is not known where files of a user (`~`, `/home/app`) go with sudo and no USER is
set: the base has a user of its own. It is silent, too, where somebody works in the container, and
the Dockerfile lets them become root on purpose (`NOPASSWD`): sudo stays there as well.

## Why is this bad?
A build runs as root until USER says otherwise: then sudo changes nothing, but adds a setuid
program to the image. Where USER names another user, sudo works only because that user may become
root without a password, in the finished image as well.

## Fix safety
The fix removes sudo where the build runs as root. It is safe where the base image is known and
the Dockerfile sets no variables. It is unsafe where it sets some: sudo removes variables from the
environment and uses a PATH of its own. There is none for images whose user is not known, unless a
command before it needs root and does without sudo, such as `apt-get install`.

There is no fix after `USER app`: write `USER root` above the RUN and `USER app` below it. There
is none for `sudo -u` either: USER, or setpriv and gosu in a script, change the user.

## When to ignore
Ignore it where the same script also runs outside of the build and needs sudo there.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import is_bare
from lightship.base_images.reference import Reference
from lightship.base_images.users import image_user, may_be_local
from lightship.build import Build, Invocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.stages.final_image import is_worked_in
from lightship.facts.start.purpose import runs_program, start_commands
from lightship.facts.start.start_files import start_files, text_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.shell.sudo_in_run.installed_for_it import spare_words
from lightship.shell.commands import Wrapper
from lightship.shell.run_as import starting_user
from lightship.text import Edit, Span

_PLAIN = frozenset(
    (
        "-E",
        "-H",
        "-n",
        "-EH",
        "-HE",
        "--preserve-env",
        "--set-home",
        "--non-interactive",
    )
)
# Images that run as a user with sudo and no password, as their own Dockerfiles and pages say
_WITH_SUDO = (
    "cimg/",
    "circleci/",
    "conanio/",
    "gitpod/",
    "rayproject/ray",
    "mcr.microsoft.com/devcontainers/",
    "mcr.microsoft.com/vscode/devcontainers/",
    "ghcr.io/devcontainers/",
)
# In a script, outside of its comments
_CALLS_SUDO = regex(r"(?m)^(?:[^#\n]*[\s;&|({])?sudo[ \t]")
_DOCKERFILE = regex(r"(?i)^dockerfile|\.dockerfile$")
_MOST_DOCKERFILES = 50
_SYSTEM = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper")
_ACCOUNTS = ("useradd", "groupadd", "adduser", "addgroup", "usermod")
# Words of a RUN: `~/src`, `/home/app/src`
_OF_A_USER = regex(r"(?<![\w./~-])(?:~/|~(?=\s|$)|/home/\w)")
# What lets users become root, beside the package
_RIGHTS = regex(
    r"\bsudoers\b|\bNOPASSWD\b|\b(?:usermod|gpasswd|adduser)\b.*\b(?:sudo|wheel)\b"
)
_ROOT = frozenset(("root", "0", "root:root", "0:0"))
_AS_ROOT = _ROOT | {""}


def check(build: Build) -> Iterator[Finding]:
    by_run: dict[Instruction, list[tuple[Invocation, Wrapper]]] = {}
    for invocation in build.commands():
        for wrapper in invocation.command.wrappers:
            if wrapper.name == "sudo":
                uses = by_run.setdefault(invocation.instruction, [])
                uses.append((invocation, wrapper))

    if not by_run:
        return
    if build.once(_start_needs_sudo):
        return
    comes_with_sudo = build.once(_stages_with_sudo)
    told: set[tuple[Stage | None, str]] = set()
    for run, uses in by_run.items():
        stage = build.dockerfile.stage_of(run)
        if stage in comes_with_sudo or _is_of_base_user(build, stage):
            continue
        if build.once(_may_become_root):
            continue  # sudo stays, whatever this RUN does
        message = _message(build, *uses[0])
        removals = [_removal(build, *use) for use in uses]
        fix = _all_of(build, run, removals)
        cause = (stage, message)
        if fix is not None or cause not in told:  # one USER cures all of a stage
            yield Finding(uses[0][1].words[0].span, message, fix)
        told.add(cause)


def _start_needs_sudo(build: Build) -> bool:
    """Whether the container's start calls sudo, itself or in a script of the project."""
    if any(command.wrapped_by("sudo") for command in start_commands(build)):
        return True
    for file in start_files(build):
        text = text_of(build, file)
        if text is not None and _CALLS_SUDO.search(text):
            return True
    return False


def _may_become_root(build: Build) -> bool:
    """Whether anyone who works in the container shall become root: no program is started, nobody
    pulls it, and the Dockerfile says so.
    """
    if build.is_published or "NOPASSWD" not in build.dockerfile.text:
        return False
    return is_worked_in(build) or not runs_program(build)


def _stages_with_sudo(build: Build) -> frozenset[Stage]:
    """The stages whose base image runs as a user who may become root."""
    stages: list[Stage] = []
    # Nobody writes sudo on a base of their own that runs as root
    sets_user = any(build.each("USER"))
    for stage in build.dockerfile.stages:
        image = build.root_image(stage)
        if image is None:
            continue
        is_own = may_be_local(image) or build.is_own_image(image)
        gets_sudo = is_own and (not sets_user or _gives_sudo_elsewhere(build))
        if image.name.startswith(_WITH_SUDO) or gets_sudo:
            stages.append(stage)
    return frozenset(stages)


def _is_of_base_user(build: Build, stage: Stage | None) -> bool:
    """Whether a base image that is not known seems to have a user of its own, who needs sudo.

    No USER is set, nothing shows root, and its RUN name a home directory.
    """
    if stage is None or any(build.each("USER")):
        return False
    runs = [item for item in stage.instructions if item.keyword == "RUN"]
    if not runs or _image(build, runs[0]) is not None:
        return False
    if any(_shows_root(build, run) for run in runs):
        return False
    return any(_OF_A_USER.search(run.line.text) for run in runs)


def _gives_sudo_elsewhere(build: Build) -> bool:
    """Whether another Dockerfile there lets users become root: that is the one to change."""
    context = build.context
    if context is None:
        return False
    files = [file for file in context.files if _DOCKERFILE.search(file.name)]
    for file in files[:_MOST_DOCKERFILES]:
        if file.path != build.path and "NOPASSWD" in (context.read(file.path) or ""):
            return True
    return False


def _all_of(
    build: Build, instruction: Instruction, removals: list[Edit | None]
) -> Fix | None:
    """All sudo of one RUN, if each can go."""
    edits = tuple(edit for edit in removals if edit is not None)
    if len(edits) < len(removals):
        return None
    safety = _safety(build, instruction, _user(build, instruction))
    if safety is None:
        return None
    spare = tuple(spare_words(build, instruction))
    return Fix("Remove sudo", (*edits, *spare), safety)


def _user(build: Build, instruction: Instruction) -> str:
    before = build.evaluation.before(instruction)
    return before.user if before is not None else ""


def _message(build: Build, call: Invocation, wrapper: Wrapper) -> str:
    user = _user(build, call.instruction)
    if starting_user(wrapper.words):
        return "sudo changes the user: use USER, which needs no setuid program in the image"
    if user and user not in _ROOT:
        if not build.once(_brings_sudo):
            return (
                f"this RUN needs root: use USER root before it and USER {user} after it"
            )
        return (
            f"sudo lets {user} become root in the image too: use USER root for this RUN"
        )
    if (
        user
        or _image(build, call.instruction) is not None
        or _shows_root(build, call.instruction)
    ):
        return "the build already runs as root: remove sudo"
    return (
        "sudo does nothing for root, and lets other users become root in the image: use "
        "USER root"
    )


def _brings_sudo(build: Build) -> bool:
    """Whether the Dockerfile itself installs sudo, or gives users the right to it."""
    if _RIGHTS.search(build.dockerfile.text):
        return True
    for call in build.packages(*_SYSTEM):
        if any(package.name == "sudo" for package in call.does.packages):
            return True
    return False


def _shows_root(build: Build, instruction: Instruction) -> bool:
    """Whether a command before it, or in it, does without sudo what only root can: it installs
    packages of the distribution, or makes accounts.
    """
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return False
    of_root = [
        call for call in build.packages(*_SYSTEM) if call.does.action == "install"
    ]
    calls = [(call.instruction, call.command) for call in of_root]
    calls += [(call.instruction, call.command) for call in build.commands(*_ACCOUNTS)]
    for own, command in calls:
        is_before = own.span.start <= instruction.span.start
        is_here = is_before and build.dockerfile.stage_of(own) is stage
        if is_here and _user(build, own) == "" and not command.wrapped_by("sudo"):
            return True
    return False


def _removal(build: Build, call: Invocation, wrapper: Wrapper) -> Edit | None:
    """Remove sudo and its options, where it stands for root."""
    user = _user(build, call.instruction)
    if user and user not in _ROOT:
        return None

    after_sudo = wrapper.words[1:]
    options = [word for word in after_sudo if word.text.strip('"').startswith("-")]
    if any(word.text.strip('"') not in _PLAIN for word in options):
        return None
    outer = call.script.outer
    if outer is not None and (outer.name in ("su", "runuser") or outer.wrappers):
        return None

    # What follows sudo: its assignments, an inner wrapper, or the command itself
    sudo = wrapper.words[0]
    following = [word for word in after_sudo if word not in options]
    following += call.command.words
    following += [
        inner.words[0] for inner in call.command.wrappers if inner.words[0].at > sudo.at
    ]
    start = min(word.span.start for word in following)
    span = Span(sudo.span.start, start)
    return None if holds_comment(build.dockerfile, span) else Edit.delete(span)


def _safety(build: Build, instruction: Instruction, user: str) -> Safety | None:
    """Safe where root is sure and nothing but the PATH of a plain system is in the environment.

    None where it may not be root that the build runs as.
    """
    image = _image(build, instruction)
    if image is None:
        is_root = bool(user) or _shows_root(build, instruction)
        return Safety.UNSAFE if is_root else None
    if not is_bare(image) or image.path == "library/python":
        return Safety.UNSAFE

    step = build.evaluation.step(instruction)
    if step is None or instruction.trigger is not None:
        return Safety.UNSAFE
    return Safety.SAFE if set(step.before.env) == {"PATH"} else Safety.UNSAFE


def _image(build: Build, instruction: Instruction) -> Reference | None:
    """The base image, if it is one of the official ones that start as root."""
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return None
    image = build.root_image(stage)
    if image is None or not image.official or may_be_local(image):
        return None
    return None if image_user(image).runs_as == "user" else image


RULE = Rule(
    id="sudo-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("sudo",)),
    aliases=(
        "DL3004",
        "DS-0010",
        "AVD-DS-0010",
        "CKV2_DOCKER_1",
        "DKL-DI-0001",
        "semgrep/no-sudo-in-dockerfile",
        "parfum/DL3004",
    ),
    practice=Practice.SECURITY,
    examples=(
        Example(bad="RUN sudo rm -rf /srv/old", fixed="RUN rm -rf /srv/old"),
        Example(
            bad="RUN mkdir /a && \\\n    # mine\n    sudo -E chown 10001 /a && echo sudo",
            fixed="RUN mkdir /a && \\\n    # mine\n    chown 10001 /a && echo sudo",
        ),
        Example(
            bad="FROM node:24\nENV A=1\nRUN sudo -H A=2 npm ci; echo x | sudo tee /x",
            fixed="FROM node:24\nENV A=1\nRUN A=2 npm ci; echo x | tee /x",
        ),
        Example(
            bad="RUN <<EOF\nsudo env A=1 make\nEOF",
            fixed="RUN <<EOF\nenv A=1 make\nEOF",
        ),
        Example(bad='RUN ["sudo", "-E", "make"]', fixed='RUN ["make"]'),
        Example(bad="RUN bash -c 'sudo make'", fixed="RUN bash -c 'make'"),
        Example(bad="USER app\nRUN sudo make install"),
        Example(bad="FROM example.org/base\nRUN sudo make install"),
        Example(bad="RUN sudo -u postgres createdb app"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends sudo && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good='RUN echo "app ALL=(ALL) NOPASSWD: /usr/bin/sudo" >> /etc/sudoers'
        ),
        Example(good="FROM cimg/python:3.14\nRUN sudo make install"),
        Example(good="FROM shop-base:v1\nRUN sudo make install"),
        Example(good='CMD ["sudo", "-u", "app", "run"]'),
    ),
)
