"""What an image is for, by signs: names of targets, files, services, base images and commands.

A rule may be silent about an image that is not for production. The signs are data; the first kind
of sign that says something decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Purpose,
)
from lightship.builds.workspace import Workspace
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Stage
from lightship.record import record
from lightship.regex import regex

_WORDS = regex(r"[^a-z0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@record
class NameSign:
    """Words of a name, as `dev` of `Dockerfile.dev`, and what they say."""

    purpose: Purpose
    words: frozenset[str]


@record
class TextSign:
    """A pattern of a base image or a command, and what it says."""

    purpose: Purpose
    pattern: str


# In this order: an image for tests of a production image is for tests
NAME_SIGNS = (
    NameSign(
        Purpose.TEST,
        _words(
            "test tests testing tester unittest unittests e2e integration pytest tox cypress "
            "playwright selenium"
        ),
    ),
    NameSign(
        Purpose.CI,
        _words("ci lint linter linting validate precommit coverage checks qa"),
    ),
    NameSign(
        Purpose.DEVELOPMENT,
        _words(
            "dev devel develop development developer local devcontainer debug debugger "
            "hotreload worktree"
        ),
    ),
    NameSign(
        Purpose.TOOL,
        _words(
            "tool tools builder codegen protoc vendor generate packaging package artifact "
            "artifacts binaries deb rpm wheel wheels"
        ),
    ),
    NameSign(
        Purpose.PRODUCTION,
        _words("prod production release runtime deploy deployment final"),
    ),
)
# Of directories only whole names count, and only these
FOLDER_SIGNS = (
    NameSign(Purpose.DEVELOPMENT, _words(".devcontainer devcontainer dev local")),
    NameSign(Purpose.TEST, _words("test tests e2e testing")),
    NameSign(Purpose.CI, _words("ci .ci .circleci .gitlab .buildkite")),
    NameSign(Purpose.TOOL, _words("tools hack")),
    NameSign(Purpose.PRODUCTION, _words("prod production")),
)
BASE_SIGNS = (
    TextSign(
        Purpose.DEVELOPMENT,
        r"mcr\.microsoft\.com/(?:vscode/)?devcontainers/.*|gitpod/workspace-.*"
        r"|ghcr\.io/devcontainers/.*",
    ),
    TextSign(
        Purpose.CI,
        r"(?:docker\.io/)?(?:cimg|circleci)/.*|jenkins/(?:agent|inbound-agent|ssh-agent).*"
        r"|gitlab/gitlab-runner.*|ghcr\.io/actions/.*|catthehacker/.*",
    ),
)
COMMAND_SIGNS = (
    TextSign(
        Purpose.TEST,
        r"(?:.*[\s/])?(?:pytest|py\.test|tox|nox|unittest|cypress)\b.*"
        r"|(?:npm|yarn|pnpm|bun) (?:run )?test\b.*|.*manage\.py test\b.*",
    ),
    TextSign(
        Purpose.DEVELOPMENT,
        r".*\s--reload\b.*|.*\brunserver\b.*|(?:.*[\s/])?nodemon\b.*|.*\bwatchmedo\b.*"
        r"|(?:npm|yarn|pnpm|bun) (?:run )?(?:dev|develop|start:dev|serve)\b.*"
        r"|(?:.*[\s/])?(?:vite|next dev|webpack serve|webpack-dev-server)\b.*"
        r"|.*\bdebugpy\b.*|sleep infinity|tail -f /dev/null",
    ),
    TextSign(
        Purpose.CI,
        r"(?:.*[\s/])?(?:pre-commit|ruff|mypy|flake8|pylint|golangci-lint|hadolint)\b.*",
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


def _by_target(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    return _of_name(build.target or "")


def _by_file(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the Dockerfile, then the directories that it is in."""
    if build.inline is not None:
        return Purpose.UNKNOWN
    *folders, name = build.dockerfile.split("/")
    purpose = _of_name(name)
    if purpose is not Purpose.UNKNOWN:
        return purpose
    for folder in reversed(folders):
        for sign in FOLDER_SIGNS:
            if folder.lower() in sign.words:
                return sign.purpose
    return Purpose.UNKNOWN


def _by_service(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The profiles of a compose service, then its name; a target of bake likewise."""
    if build.kind not in (BuildSourceKind.COMPOSE, BuildSourceKind.BAKE):
        return Purpose.UNKNOWN
    _, _, profiles = build.why.partition(" (profile")
    purpose = _of_name(profiles)
    if purpose is not Purpose.UNKNOWN or not build.names:
        return purpose
    return _of_name(build.names[0])


def _by_source(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the file that says it; the override of compose is for development."""
    if build.kind is not BuildSourceKind.COMPOSE:
        return Purpose.UNKNOWN
    name = build.source.path.rpartition("/")[2]
    if ".override." in name and _of_name(name) is Purpose.UNKNOWN:
        return Purpose.DEVELOPMENT
    return _of_name(name)


def _by_publishing(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What is pushed, or built by a platform that runs it."""
    return Purpose.PRODUCTION if build.is_published else Purpose.UNKNOWN


def _by_content(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What the container starts, then what it is based on."""
    inline = build.inline
    dockerfile = workspace.dockerfile(build.dockerfile)
    if inline is not None:
        dockerfile = parse(inline.text)
    line = list(_line_of_stages(dockerfile, build.target))
    for stage in line:
        command = _command_of(stage)
        if command is not None:
            purpose = _of_text(command, COMMAND_SIGNS)
            if purpose is not Purpose.UNKNOWN:
                return purpose
            break
    return _of_text(line[-1].base.text, BASE_SIGNS) if line else Purpose.UNKNOWN


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


def _of_name(name: str) -> Purpose:
    words = set(_WORDS.split(name.lower()))
    for sign in NAME_SIGNS:
        if words & sign.words:
            return sign.purpose
    return Purpose.UNKNOWN


def _of_text(text: str, signs: tuple[TextSign, ...]) -> Purpose:
    for sign in signs:
        if regex(sign.pattern).fullmatch(text[:_LONGEST]):
            return sign.purpose
    return Purpose.UNKNOWN


_LONGEST = 500  # characters of a command
_LOOKS: tuple[Callable[[Workspace, BuildDefinition], Purpose], ...] = (
    _by_target,
    _by_file,
    _by_service,
    _by_source,
    _by_publishing,
    _by_content,
)
