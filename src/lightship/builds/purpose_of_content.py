"""What an image is for, by what its container starts and what it is based on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.definition import BuildDefinition, BuildSourceKind, Purpose
from lightship.builds.purpose_names import FOR_WORK, purpose_of_name
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
    BaseSign(Purpose.TEST, ("gcr.io/oss-fuzz-base/",)),
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
            "astro dev",
            "expo start",
            "gatsby develop",
            "ionic serve",
            "next dev",
            "ng serve",
            "nuxt dev",
            "nuxi dev",
            "quasar dev",
            "react-scripts start",
            "vue-cli-service serve",
            "webpack serve",
            *_scripts("dev", "develop", "development", "start:dev", "serve", "watch"),
        ),
        # A container to work in, which waits
        ("sleep infinity", "tail -f /dev/null"),
    ),
    CommandSign(
        Purpose.CI,
        _words("pre-commit ruff mypy flake8 pylint golangci-lint hadolint"),
    ),
    # The packages that the container makes are taken out of it
    CommandSign(
        Purpose.TOOL, _words("abuild debuild dpkg-buildpackage makepkg rpmbuild")
    ),
)


def by_content(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What the container starts, then what it is based on."""
    dockerfile = dockerfile_of(workspace, build)
    line = list(_line_of_stages(dockerfile, build.target))
    for stage in line:
        command = _command_of(stage)
        if command is not None:
            purpose = _of_command(command)
            if purpose is Purpose.UNKNOWN:
                purpose = _of_script(workspace, build, command)
            if purpose is Purpose.UNKNOWN:
                purpose = _of_package_script(workspace, build, command)
            if purpose is not Purpose.UNKNOWN:
                return purpose
            break
    return _of_base(line[-1].base.text) if line else Purpose.UNKNOWN


def by_installs(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """TEST where CI alone builds it, pushes it nowhere, and all that it installs is for work.

    Then `requirements-dev.txt` is meant: the image is there to be tested with.
    """
    if build.kind not in _CI or build.is_published:
        return Purpose.UNKNOWN
    dockerfile = dockerfile_of(workspace, build)
    lists: list[str] = []
    for stage in _line_of_stages(dockerfile, build.target):
        for instruction in stage.instructions:
            if instruction.keyword == "RUN":
                lists += _REQUIREMENTS.findall(instruction.line.text)
    names = [path.rpartition("/")[2].rpartition(".")[0] for path in lists]
    if not names or any(purpose_of_name(name) not in FOR_WORK for name in names):
        return Purpose.UNKNOWN
    return Purpose.TEST


def by_starts(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """DEVELOPMENT where every service has a command of its own, and one starts a server for that.

    A server for production, in one of them or in the Dockerfile, says more.
    """
    if not build.starts or not all(build.starts):
        return Purpose.UNKNOWN
    dockerfile = dockerfile_of(workspace, build)
    own = [
        _command_of(stage) or "" for stage in _line_of_stages(dockerfile, build.target)
    ]
    if any(map(_is_of_production, (*build.starts, *own))):
        return Purpose.UNKNOWN
    purposes = set(map(_of_command, build.starts)) | set(map(_of_name, build.starts))
    if Purpose.DEVELOPMENT not in purposes or _has_override_for_production(workspace):
        return Purpose.UNKNOWN
    return Purpose.DEVELOPMENT


def _of_name(command: str) -> Purpose:
    """What the name of a script of the project says that is started: `/app/docker/start_dev`."""
    first, *_ = command[:_LONGEST].translate(_MARKS).split() or [""]
    folder, _, name = first.rpartition("/")
    return purpose_of_name(name) if folder else Purpose.UNKNOWN


def serves_production(workspace: Workspace, build: BuildDefinition) -> bool:
    """Whether the image, a service, or a script that one starts, serves as in production."""
    commands = start_commands(workspace, build)
    for command in list(commands):
        commands += _lines_of_scripts(workspace, build, command)
    is_served = any(map(_is_of_production, commands))
    return is_served or any(map(_WEB_SERVER.search, commands))


def start_commands(workspace: Workspace, build: BuildDefinition) -> list[str]:
    """What services start, and what the image does."""
    commands = list(filter(None, build.starts))
    dockerfile = dockerfile_of(workspace, build)
    for stage in _line_of_stages(dockerfile, build.target):
        command = _command_of(stage)
        if command is not None:
            return [*commands, command]
    return commands


def _lines_of_scripts(
    workspace: Workspace, build: BuildDefinition, command: str
) -> Iterator[str]:
    """The commands of the scripts that a command starts."""
    for part in command[:_LONGEST].translate(_MARKS).split():
        if part.endswith(".sh"):
            text = _script(workspace, build, part.strip("[],")) or ""
            yield from _commands_of_script(text)


def _commands_of_script(text: str) -> Iterator[str]:
    for part in _BETWEEN.split(text[:_LONGEST_SCRIPT]):
        command = part.strip()
        if command and not command.startswith("#"):
            yield command


def _has_override_for_production(workspace: Workspace) -> bool:
    """Whether a compose file for production builds nothing, and so runs what another one builds."""
    for path in workspace.paths:
        name = path.rpartition("/")[2]
        if _FOR_PRODUCTION.fullmatch(name) is None:
            continue
        if b"build:" not in (workspace.read(path) or b"build:"):
            return True
    return False


def _is_of_production(command: str) -> bool:
    has_server = any(server in command for server in _SERVERS)
    return has_server and _of_command(command) is not Purpose.DEVELOPMENT


def dockerfile_of(workspace: Workspace, build: BuildDefinition) -> Dockerfile:
    """The Dockerfile of a build, which may stand in another file."""
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
    whole = _IN_SHELL.sub("", " ".join(parts))
    if _MAKES_TESTS.search(text):
        return Purpose.TEST
    if _FILLS_DIRECTORY.search(command[:_LONGEST]):
        return Purpose.TOOL
    for sign in COMMAND_SIGNS:
        if whole in sign.whole or not sign.words.isdisjoint(words):
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
        commands = _commands_of_script(text or "")
        if text and not any(map(_is_of_production, commands)):
            return _of_lines(text)
    return Purpose.UNKNOWN


def _of_package_script(
    workspace: Workspace, build: BuildDefinition, command: str
) -> Purpose:
    """What the script of package.json does that `npm start` or `yarn run x` starts."""
    called = _RUNS_SCRIPT.search(command[:_LONGEST].translate(_MARKS))
    path = joined(build.context, "package.json")
    text = workspace.text(path) if called is not None and path is not None else None
    if called is None or text is None or len(text) > _LONGEST_SCRIPT:
        return Purpose.UNKNOWN
    name = re.escape(called["name"])
    script = re.search(rf'"{name}"\s*:\s*"(?P<does>[^"\n]*)"', text)
    return _of_command(script["does"]) if script is not None else Purpose.UNKNOWN


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


_CI = frozenset({BuildSourceKind.WORKFLOW, BuildSourceKind.GITLAB})
_REQUIREMENTS = regex(
    r"\s(?:-r|--requirement)[ \t=]*([\w./-]+\.(?:txt|in|pip))(?![\w.])"
)
# What separates commands and words of a shell
_MARKS = str.maketrans(dict.fromkeys(";&|()'\"", " "))
_FOR_PRODUCTION = regex(r"(?:docker-)?compose.*prod.*\.ya?ml|prod.*compose.*\.ya?ml")
# `make test-unit`
_MAKES_TESTS = regex(r" make (?:-\S+ )*(?:test|check)s?(?:[-_:]\S*)? ")
# Packages are put into a directory, which is taken out: a layer of Lambda
_FILLS_DIRECTORY = regex(r"\bpip3? install (?:[^;&|\n]{0,300}\s)?(?:-t|--target)[ =]")
_IN_SHELL = regex(r"^(?:exec )?(?:/bin/)?(?:ba|da)?sh -\w*c (?:exec )?")
_RUNS_SCRIPT = regex(
    r"\b(?:npm|yarn|pnpm|bun)[ ,]+(?:run(?:-script)?[ ,]+)?(?P<name>(?!run)[\w:-]+)"
)
_BETWEEN = regex(r"[;\n]|&&|\|\|")  # commands of a script
_WEB_SERVER = regex(r"\b(?:nginx|apache2|httpd|caddy)\b")
_LONGEST = 500  # characters of a command
_LONGEST_SCRIPT = 20_000
_DEEPEST = 8  # parts of the path of a script
_SERVERS = (
    "gunicorn",
    "uvicorn",
    "uwsgi",
    "daphne",
    "hypercorn",
    "granian",
    "waitress",
)
