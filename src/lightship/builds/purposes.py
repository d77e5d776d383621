"""What an image is for, by signs: names of targets, files, services, base images and commands.

A rule may be silent about an image that is not for production. The signs are data; the first kind
of sign that says something decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Purpose,
)
from lightship.builds.purpose_names import (
    FOR_WORK,
    is_weak_name,
    purpose_of_name,
    purpose_of_path,
)
from lightship.builds.workspace import Workspace, joined
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Stage
from lightship.record import record
from lightship.regex import regex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@record
class CommandSign:
    """What a command may have in it, and what that says.

    `words` are programs, the last part of a path, or options; `phrases` are words in a row; `whole`
    are commands that do nothing else.
    """

    purpose: Purpose
    words: frozenset[str]
    phrases: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


@record
class BaseSign:
    """How the names of base images start, without docker.io, and what that says."""

    purpose: Purpose
    starts: tuple[str, ...]


def _scripts(*names: str) -> tuple[str, ...]:
    """The ways to run a script of package.json."""
    runs = [
        f"{manager} {run}{name}"
        for manager in ("npm", "yarn", "pnpm", "bun")
        for run in ("", "run ")
        for name in names
    ]
    return tuple(runs)


BASE_SIGNS = (
    BaseSign(
        Purpose.DEVELOPMENT,
        (
            "mcr.microsoft.com/devcontainers/",
            "mcr.microsoft.com/vscode/devcontainers/",
            "ghcr.io/devcontainers/",
            "gitpod/workspace-",
        ),
    ),
    BaseSign(
        Purpose.CI,
        (
            "cimg/",
            "circleci/",
            "jenkins/agent",
            "jenkins/inbound-agent",
            "jenkins/ssh-agent",
            "gitlab/gitlab-runner",
            "ghcr.io/actions/",
            "catthehacker/",
        ),
    ),
    # What they build is taken out: packages of Lambda, wheels
    BaseSign(
        Purpose.TOOL,
        (
            "lambci/lambda:build",
            "public.ecr.aws/sam/build-",
            "quay.io/pypa/manylinux",
            "quay.io/pypa/musllinux",
        ),
    ),
)
COMMAND_SIGNS = (
    CommandSign(
        Purpose.TEST,
        _words("pytest py.test tox nox unittest cypress"),
        ("manage.py test", *_scripts("test")),
    ),
    CommandSign(
        Purpose.DEVELOPMENT,
        _words(
            "--reload runserver nodemon watchmedo air vite webpack-dev-server debugpy"
        ),
        (
            "next dev",
            "webpack serve",
            *_scripts("dev", "develop", "start:dev", "serve"),
        ),
        # A container to work in, which waits
        ("sleep infinity", "tail -f /dev/null"),
    ),
    CommandSign(
        Purpose.CI,
        _words("pre-commit ruff mypy flake8 pylint golangci-lint hadolint"),
    ),
)


def purpose_of(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What an image is for; UNKNOWN where nothing tells."""
    if build.purpose is not Purpose.UNKNOWN:
        return build.purpose
    for look in _LOOKS:
        purpose = look(workspace, build)
        if purpose is not Purpose.UNKNOWN:
            return purpose
    return Purpose.UNKNOWN


def _by_target(workspace: Workspace, build: BuildDefinition) -> Purpose:
    target = build.target or ""
    if is_weak_name(target) and _by_file(workspace, build) in FOR_WORK:
        return Purpose.UNKNOWN
    return purpose_of_name(target)


def _by_file(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the Dockerfile, then the directories that it is in."""
    if build.inline is not None:
        return Purpose.UNKNOWN
    return purpose_of_path(build.dockerfile)


def _by_last_stage(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the stage that is built where no target is named."""
    if build.target is not None:
        return Purpose.UNKNOWN
    stages = _dockerfile_of(workspace, build).stages
    name = stages[-1].name if stages else None
    return purpose_of_name(name or "")


def _by_service(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The profiles of a compose service, then its name; a target of bake likewise."""
    if build.kind not in (BuildSourceKind.COMPOSE, BuildSourceKind.BAKE):
        return Purpose.UNKNOWN
    _, _, profiles = build.why.partition(" (profile")
    purpose = purpose_of_name(profiles)
    if purpose is not Purpose.UNKNOWN or not build.names:
        return purpose
    return purpose_of_name(build.names[0])


def _by_source(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the file that says it; the override of compose is for development."""
    if build.kind is not BuildSourceKind.COMPOSE:
        return Purpose.UNKNOWN
    name = build.source.path.rpartition("/")[2]
    if ".override." in name and purpose_of_name(name) is Purpose.UNKNOWN:
        return Purpose.DEVELOPMENT
    return purpose_of_name(name)


def _by_comment(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What the comment at the head of the Dockerfile says that it is for."""
    comment = _first_comment(_text_of(workspace, build))
    if not comment or _FOR_PRODUCTION.search(comment):
        return Purpose.UNKNOWN
    for purpose, pattern in _COMMENT_SIGNS:
        if pattern.search(comment):
            return purpose
    return Purpose.UNKNOWN


def _text_of(workspace: Workspace, build: BuildDefinition) -> str:
    if build.inline is not None:
        return build.inline.text
    return workspace.text(build.dockerfile) or ""


def _first_comment(text: str) -> str:
    """The comment before the first instruction, without parser directives, as one line."""
    lines: list[str] = []
    for line in text[:_LONGEST_COMMENT].splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        words = stripped.strip("# \t")
        if not words.startswith(("syntax=", "escape=", "check=")):
            lines.append(words)
    return " ".join(lines)


def _by_test_run(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """Whether the file that builds it also runs its tests in it: `docker run NAME pytest`.

    An image with the name of a registry is tested before it is pushed there.
    """
    if build.is_published or not build.names:
        return Purpose.UNKNOWN
    if any(map(_names_registry, build.names)):
        return Purpose.UNKNOWN
    for source in build.sources:
        text = workspace.text(source.path) or ""
        if _PUSH.search(text):
            continue  # what is pushed is tested before
        for line in text.splitlines():
            words = line.split()
            if "run" not in words or _TEST_PROGRAMS.isdisjoint(words):
                continue
            after = words[words.index("run") :]
            if any(name in after for name in build.names):
                return Purpose.TEST
    return Purpose.UNKNOWN


def _names_registry(name: str) -> bool:
    host, slash, _ = name.partition("/")
    return bool(slash) and "." in host


def _by_publishing(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What is pushed, or built by a platform that runs it."""
    return Purpose.PRODUCTION if build.is_published else Purpose.UNKNOWN


def _by_content(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What the container starts, then what it is based on."""
    dockerfile = _dockerfile_of(workspace, build)
    line = list(_line_of_stages(dockerfile, build.target))
    for stage in line:
        command = _command_of(stage)
        if command is not None:
            purpose = _of_command(command)
            if purpose is Purpose.UNKNOWN:
                purpose = _of_script(workspace, build, command)
            if purpose is not Purpose.UNKNOWN:
                return purpose
            break
    return _of_base(line[-1].base.text) if line else Purpose.UNKNOWN


def _dockerfile_of(workspace: Workspace, build: BuildDefinition) -> Dockerfile:
    if build.inline is not None:
        return parse(build.inline.text)
    return workspace.dockerfile(build.dockerfile)


def _line_of_stages(dockerfile: Dockerfile, target: str | None) -> Iterator[Stage]:
    """The stage that is built, and those that it starts from."""
    stages = dockerfile.stages
    wanted = target.lower() if target is not None else None
    if wanted is None and stages:
        wanted = stages[-1].name
        yield stages[-1]
        stages = stages[:-1]
        wanted = dockerfile.stages[-1].base.text.lower()
    for stage in reversed(stages):
        if stage.name is not None and stage.name == wanted:
            yield stage
            wanted = stage.base.text.lower()


def _command_of(stage: Stage) -> str | None:
    """ENTRYPOINT and CMD of a stage as one text; None where it has neither."""
    texts: dict[str, str] = {}
    for instruction in stage.instructions:
        if instruction.keyword in ("ENTRYPOINT", "CMD"):
            texts[instruction.keyword] = " ".join(
                word.text for word in instruction.args
            )
    if not texts:
        return None
    return f"{texts.get('ENTRYPOINT', '')} {texts.get('CMD', '')}".strip()


def _of_command(command: str) -> Purpose:
    """What a command says, quotes and separators of a shell left out."""
    parts = command[:_LONGEST].translate(_MARKS).split()
    words = [part.rpartition("/")[2].partition("=")[0] for part in parts]
    text = f" {' '.join(words)} "
    for sign in COMMAND_SIGNS:
        if command in sign.whole or not sign.words.isdisjoint(words):
            return sign.purpose
        for phrase in sign.phrases:
            if f" {phrase} " in text:
                return sign.purpose
    return Purpose.UNKNOWN


def _of_script(workspace: Workspace, build: BuildDefinition, command: str) -> Purpose:
    """What a script that is started says: its name, as `start-dev.sh`, or what it runs.

    One that can start a server for production is for that.
    """
    for part in command[:_LONGEST].translate(_MARKS).split():
        if not part.endswith(".sh"):
            continue
        purpose = purpose_of_name(part.rpartition("/")[2])
        if purpose in FOR_WORK:
            return purpose
        text = _script(workspace, build, part)
        if text and not any(server in text for server in _SERVERS):
            return _of_lines(text)
    return Purpose.UNKNOWN


def _script(workspace: Workspace, build: BuildDefinition, path: str) -> str | None:
    """The script at the end of a path of the image, as it lies in the build context."""
    parts = path.removeprefix("./").strip("/").split("/")
    for start in range(min(len(parts), _DEEPEST)):
        inside = joined(build.context, "/".join(parts[start:]))
        text = workspace.text(inside) if inside is not None else None
        if text is not None:
            return text
    return None


def _of_lines(script: str) -> Purpose:
    """What the commands of a script say, the last one first: it is the one that stays."""
    lines = script[:_LONGEST_SCRIPT].splitlines()
    for line in reversed(lines):
        text = line.strip().removeprefix("exec ")
        if text.startswith("#"):
            continue
        purpose = _of_command(text)
        if purpose is not Purpose.UNKNOWN:
            return purpose
    return Purpose.UNKNOWN


def _of_base(image: str) -> Purpose:
    name = image.removeprefix("docker.io/")
    for sign in BASE_SIGNS:
        if name.startswith(sign.starts):
            return sign.purpose
    return Purpose.UNKNOWN


# What separates commands and words of a shell
_MARKS = str.maketrans(dict.fromkeys(";&|()'\"", " "))
_LONGEST = 500  # characters of a command
_LONGEST_SCRIPT = 20_000
_DEEPEST = 8  # parts of the path of a script
_LONGEST_COMMENT = 2_000
_FOR_PRODUCTION = regex(r"\bprod(?:uction)?\b", re.IGNORECASE)
# An image that is called one for tests or development, not one that speaks of either
_IMAGE = r"(?:docker ?file|docker image|image|container|build|environment)"
_COMMENT_SIGNS = (
    (
        Purpose.TEST,
        regex(
            rf"\b{_IMAGE} (?:is |used |meant )*(?:to run|for running) (?:the |our |unit )?tests\b"
            rf"|\b{_IMAGE} (?:is |used |meant )*for testing\b|\bwith test dependencies\b"
            rf"|\btest {_IMAGE}\b",
            re.IGNORECASE,
        ),
    ),
    (
        Purpose.DEVELOPMENT,
        regex(
            rf"\b{_IMAGE} (?:is |used |meant )*for (?:local )?development\b"
            rf"|\bdevelopment {_IMAGE}\b",
            re.IGNORECASE,
        ),
    ),
)
_PUSH = regex(r"\b(?:docker|image|podman)[ -]push\b|\bpush: *true\b")
_TEST_PROGRAMS = frozenset({"pytest", "tox", "nox"})
_SERVERS = (
    "gunicorn",
    "uvicorn",
    "uwsgi",
    "daphne",
    "hypercorn",
    "granian",
    "waitress",
)
_LOOKS: tuple[Callable[[Workspace, BuildDefinition], Purpose], ...] = (
    _by_target,
    _by_file,
    _by_last_stage,
    _by_service,
    _by_source,
    _by_publishing,
    _by_test_run,
    _by_comment,
    _by_content,
)
