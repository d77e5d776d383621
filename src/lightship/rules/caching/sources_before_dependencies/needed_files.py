"""The COPY lines that bring what an install of dependencies reads, before the sources are there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lightship.build import Invocation
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.copies.deliveries import Delivery
from lightship.facts.edits.moves import GiveUp
from lightship.facts.installs.dependencies import Install
from lightship.facts.values.directories import directory_of, in_directory
from lightship.pyproject.data_files import parse_toml
from lightship.pyproject.manifest_names import ARTEFACTS
from lightship.pyproject.manifests import Manifests, of_project
from lightship.pyproject.requirement_manifests import (
    of_dependencies,
    of_requirements,
    settings_of_uv,
)
from lightship.pyproject.uv_workspaces import workspace_members
from lightship.record import record
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.shell.specs import written

_MANIFESTS = {
    "pipenv": "Pipfile",
    "npm": "package.json",
    "yarn": "package.json",
    "pnpm": "package.json",
    "bun": "package.json",
    "uv": "pyproject.toml",
    "poetry": "pyproject.toml",
    "pdm": "pyproject.toml",
}
# Variables that make an install read more files
_ENVIRONMENT = (
    "PIP_CONSTRAINT",
    "PIP_REQUIREMENT",
    "PIP_FIND_LINKS",
    "UV_CONSTRAINT",
    "UV_FIND_LINKS",
    "UV_OVERRIDE",
    "NPM_CONFIG_USERCONFIG",
)
# Variables that name a file that installs read: it may be one of the sources
_FILES = (
    "NETRC",
    "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_GLOBALCONFIG",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "POETRY_CONFIG_DIR",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "UV_CONFIG_FILE",
    "UV_ENV_FILE",
)
# Characters that a path may have in a COPY without quotes
_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+*"
)
_QUOTES = frozenset("\"'\\` \t\n")


@record
class _Needed:
    """A file that the install reads: `place` in the image, `origin` in the build context.

    `manifests` are all the files that are needed with it.
    """

    place: str
    origin: str
    manifests: Manifests


def copy_lines(early: EarlyCopy, install: Install) -> list[str]:
    """A COPY for each directory of manifests that nothing but the sources would have brought."""
    state = early.build.evaluation.before(early.run)
    if state is None or any(name in state.env for name in _ENVIRONMENT):
        raise GiveUp
    if any(_is_copied(early, path) for path in _named_files(early)):
        raise GiveUp
    _check_artefacts(early, install)
    _check_words(early, install)

    by_directory: dict[str, list[str]] = {}
    others = early.others
    for needed in _needed(early, install):
        if needed.manifests.refusal:
            raise GiveUp
        for path in needed.manifests.paths:
            target = _target(needed, path)
            if any(_brings(early, copied, target, path) for copied in others):
                continue
            if not _brings(early, early.delivery, target, path):
                raise GiveUp
            if not _SAFE.issuperset(path) or path.startswith("-"):
                raise GiveUp
            paths = by_directory.setdefault(posixpath.dirname(target), [])
            if path not in paths:
                paths.append(path)
    return [_copy_line(early, *item) for item in by_directory.items()]


def _named_files(early: EarlyCopy) -> Iterator[str]:
    """What variables of the image, and of commands of the RUN, name as files to read."""
    state = early.build.evaluation.before(early.run)
    env = state.env if state is not None else {}
    for name in _FILES:
        yield env.get(name) or ""
    for call in early.build.commands(of=early.run):
        for assignment in call.command.assignments:
            if assignment.name in _FILES or assignment.name in _ENVIRONMENT:
                yield assignment.value or "$"


def _is_copied(early: EarlyCopy, path: str) -> bool:
    """Whether the copy of the sources brings a file, or may."""
    state = early.build.evaluation.before(early.run)
    if not path or state is None:
        return False
    if "$" in path:
        return True
    place = in_workdir(state.workdir, path)
    return below(place, early.delivery.root) is not None


def _check_words(early: EarlyCopy, install: Install) -> None:
    """Give up where an option or `<` names another file of the sources: `--script main.py`."""
    command = install.command
    directory = install.directory
    known = {*install.files, *(package.name for package in install.local)}
    named = [item.target for item in command.redirects if item.operator.endswith("<")]
    for word in (*command.args, *named):
        text = (written(word) if word is not None else "").rpartition("=")[2]
        place = in_directory(directory, text) if text else None
        if place is None or text in known or place in known:
            continue
        origin = early.delivery.origin(early.build.context, place)
        if origin and _is_sent_file(early, origin):
            raise GiveUp


def _is_sent_file(early: EarlyCopy, path: str) -> bool:
    context = early.build.context
    return context is not None and context.read(path) is not None


def _target(needed: _Needed, path: str) -> str:
    """Where in the image a manifest belongs: as it lies beside the file that names it."""
    beside = posixpath.relpath(path, posixpath.dirname(needed.origin) or ".")
    return posixpath.normpath(
        posixpath.join(posixpath.dirname(needed.place), beside),
    )


def is_virtual(early: EarlyCopy, install: Install) -> bool:
    """Whether the project is one that its tool never installs."""
    if early.build.context is None or not install.whole or not install.project:
        return False
    return any(needed.manifests.virtual for needed in _needed(early, install))


def is_workspace(early: EarlyCopy, install: Install) -> bool:
    """Whether uv installs the members of a workspace too, unless it is told not to."""
    if install.tool != "uv" or not install.whole or early.build.context is None:
        return False
    if install.does.option("--no-install-workspace"):
        return False
    if _is_mounted_workspace(early, install):
        raise GiveUp  # the members are installed from their sources, which the copy brings
    return any(needed.manifests.workspace for needed in _needed(early, install))


def _is_mounted_workspace(early: EarlyCopy, install: Install) -> bool:
    """Whether a mount of the RUN brings the manifest of a workspace of uv."""
    context = early.build.context
    directory = _project_directory(early, install)
    step = early.build.evaluation.step(early.run)
    if context is None or directory is None or step is None:
        return False

    path = posixpath.join(directory, _MANIFESTS["uv"])
    for mount in step.mounts:
        target = in_workdir(step.before.workdir, mount.target)
        rest = below(path, target)
        if mount.type != "bind" or mount.from_ or rest is None:
            continue
        origin = clean(f"/{mount.source}/{rest}").lstrip("/")
        text = context.read(origin) or ""
        data = parse_toml(text.removeprefix("\ufeff")) or {}
        folder = posixpath.dirname(origin)
        if workspace_members(context, folder, data) is not None:
            return True
    return False


def _needed(early: EarlyCopy, install: Install) -> Iterator[_Needed]:
    """What the install reads, but for what a mount of the RUN brings."""
    context = early.build.context
    for path in install.files:
        origin = _origin(early, path)
        if origin is not None:
            yield _Needed(path, origin, of_requirements(context, origin))
    if install.files and not install.whole:
        yield from _uv_settings(early, install)

    if install.manifest is not None:
        path = _in_image(install, install.manifest)
        origin = _origin(early, path)
        if origin is not None:
            yield _Needed(path, origin, of_dependencies(context, origin))

    if install.whole:
        directory = _project_directory(early, install)
        if directory is None or install.tool not in _MANIFESTS:
            raise GiveUp
        path = posixpath.join(directory, _MANIFESTS[install.tool])
        origin = _origin(early, path)
        if origin is not None:
            directory = origin.rpartition("/")[0]
            yield _Needed(path, origin, of_project(context, install.tool, directory))


def _uv_settings(early: EarlyCopy, install: Install) -> Iterator[_Needed]:
    """What uv reads beside requirements files: its indexes, from the working directory."""
    context = early.build.context
    if install.tool != "uv" or install.directory is None or context is None:
        return
    for name in ("uv.toml", "pyproject.toml"):
        path = posixpath.join(install.directory, name)
        for delivery in (early.delivery, *early.others):
            origin = delivery.origin(context, path)
            settings = settings_of_uv(context, origin) if origin else None
            if origin and settings is not None:
                yield _Needed(path, origin, settings)
                return


def _project_directory(early: EarlyCopy, install: Install) -> str | None:
    """Where the manifest and the lock file are; with `uv sync --package` in the directory itself.

    None where it is not known.
    """
    if install.directory is not None or install.tool != "uv":
        return install.directory
    if install.does.option("--project", "--directory"):
        return None
    call = Invocation(install.instruction, install.script, install.command)
    return directory_of(early.build, call)


def _in_image(install: Install, path: str) -> str:
    if install.directory is None and not path.startswith("/"):
        raise GiveUp
    return in_workdir(install.directory or "/", path)


def _origin(early: EarlyCopy, path: str) -> str | None:
    """The file of the build context at a path of the image; None where a mount brings it."""
    step = early.build.evaluation.step(early.run)
    if step is None or "$" in path or not path.startswith("/"):
        raise GiveUp

    for mount in step.mounts:
        target = in_workdir(step.before.workdir, mount.target)
        if mount.type == "bind" and below(path, target) is not None:
            return None

    for delivery in (early.delivery, *early.others):
        origin = delivery.origin(early.build.context, path)
        if origin:  # empty for the root of the context, which is not a file
            return origin
    raise GiveUp


def _brings(early: EarlyCopy, delivery: Delivery, target: str, path: str) -> bool:
    """Whether a copy puts that file there; a pattern stands for the file that it is made from."""
    if "*" in path:
        return delivery.origin(None, target.replace("*", "")) == path.replace("*", "")
    return delivery.origin(early.build.context, target) == path


def _copy_line(early: EarlyCopy, directory: str, paths: Sequence[str]) -> str:
    """`COPY requirements.txt ./`, with the owner and the destination as the original has them."""
    copying = early.delivery.copying
    text = early.build.dockerfile.text
    target = copying.destination.word.text
    rest = below(directory, early.delivery.root)
    if rest is None or not _QUOTES.isdisjoint(target):
        raise GiveUp
    if any("$" in source.word.text for source in copying.sources):
        raise GiveUp  # another build may take them from elsewhere

    # Without a WORKDIR a relative path would be a finding of its own
    relative = not (copying.destination.value or "").startswith("/")
    if relative and copying.before is not None and not copying.before.workdir_set:
        target = early.delivery.root
    several = len(paths) > 1 or "*" in paths[0]
    if rest or several or target not in (".", "./"):
        if target.endswith("/."):
            target = target.removesuffix(".")
        target = f"{target.rstrip('/')}/{rest}".rstrip("/") + "/"

    flags = [
        flag.span.of(text)
        for flag in copying.instruction.flags
        if flag.name in ("chown", "chmod")
    ]
    if any("\n" in flag for flag in flags):
        raise GiveUp
    return " ".join(["COPY", *flags, *paths, target])


def _check_artefacts(early: EarlyCopy, install: Install) -> None:
    """Give up where the sources would overwrite what the install makes, as `node_modules`."""
    context = early.build.context
    if context is None or install.directory is None:
        return
    kind = "node" if install.is_node else "python"
    for name in ARTEFACTS[kind]:
        place = posixpath.join(install.directory, name)
        origin = early.delivery.origin(context, place)
        if origin is None:
            continue
        if any(below(file.path, origin) is not None for file in context.sent):
            raise GiveUp
