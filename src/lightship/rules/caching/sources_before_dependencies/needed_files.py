"""What an install of dependencies must find in the image when the sources are not there yet, as COPY lines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.copies.deliveries import Delivery, below
from lightship.facts.edits.moves import GiveUp
from lightship.facts.installs.dependencies import Install
from lightship.pyproject.manifests import (
    ARTEFACTS,
    Manifests,
    of_dependencies,
    of_project,
    of_requirements,
)
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy

_MANIFESTS = {
    "pipenv": "Pipfile",
    "npm": "package.json",
    "yarn": "package.json",
    "pnpm": "package.json",
}
_MANIFESTS |= {
    "bun": "package.json",
    "uv": "pyproject.toml",
    "poetry": "pyproject.toml",
    "pdm": "pyproject.toml",
}
# Variables that make an install read more files
_ENVIRONMENT = "PIP_CONSTRAINT PIP_REQUIREMENT PIP_FIND_LINKS UV_CONSTRAINT UV_FIND_LINKS UV_OVERRIDE".split()
_ENVIRONMENT += ["NPM_CONFIG_USERCONFIG"]
_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+*"
)
_QUOTES = frozenset("\"'\\` \t\n")


def copy_lines(early: EarlyCopy, install: Install) -> list[str]:
    """A COPY for each directory of manifests that only `early.taken` would have brought."""
    state = early.build.evaluation.before(early.run)
    if state is None or any(name in state.env for name in _ENVIRONMENT):
        raise GiveUp
    _check_artefacts(early, install)
    by_directory: dict[str, list[str]] = {}
    others = early.others
    for place, origin, manifests in _manifests(early, install):
        if manifests.refusal:
            raise GiveUp
        for path in manifests.paths:
            beside = posixpath.relpath(path, posixpath.dirname(origin) or ".")
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(place), beside)
            )
            if any(_brings(early, other, target, path) for other in others):
                continue
            if (
                not _brings(early, early.taken, target, path)
                or not _SAFE.issuperset(path)
                or path[:1] == "-"
            ):
                raise GiveUp
            paths = by_directory.setdefault(posixpath.dirname(target), [])
            paths += [path] if path not in paths else []
    return [
        _copy_line(early, directory, paths) for directory, paths in by_directory.items()
    ]


def is_virtual(early: EarlyCopy, install: Install) -> bool:
    """Whether the project is one that its tool never installs."""
    if early.build.context is None or not install.whole or not install.project:
        return False
    return any(manifests.virtual for _, _, manifests in _manifests(early, install))


def _manifests(
    early: EarlyCopy, install: Install
) -> Iterator[tuple[str, str, Manifests]]:
    """What the install reads: where it finds it in the image, the file of the context behind that, and all it needs."""
    context = early.build.context
    for path in install.files:
        origin = _origin(early, path)
        if origin is not None:
            yield path, origin, of_requirements(context, origin)
    if install.manifest is not None:
        path = _in_image(install, install.manifest)
        origin = _origin(early, path)
        if origin is not None:
            yield path, origin, of_dependencies(context, origin)
    if install.whole:
        if install.directory is None or install.tool not in _MANIFESTS:
            raise GiveUp
        path = posixpath.join(install.directory, _MANIFESTS[install.tool])
        origin = _origin(early, path)
        if origin is not None:
            yield (
                path,
                origin,
                of_project(context, install.tool, origin.rpartition("/")[0]),
            )


def _in_image(install: Install, path: str) -> str:
    if install.directory is None and not path.startswith("/"):
        raise GiveUp
    return clean(join_workdir(install.directory or "/", path).path)


def _origin(early: EarlyCopy, path: str) -> str | None:
    """The file of the context behind a path of the image; None where a mount of the RUN has it."""
    step = early.build.evaluation.step(early.run)
    if step is None or "$" in path or not path.startswith("/"):
        raise GiveUp
    for mount in step.mounts:
        target = clean(join_workdir(step.before.workdir, mount.target).path)
        if mount.type == "bind" and below(path, target) is not None:
            return None
    for source in (early.taken, *early.others):
        origin = source.origin(early.build.context, path)
        if origin:  # empty for the root of the context, which is no file
            return origin
    raise GiveUp


def _brings(early: EarlyCopy, source: Delivery, target: str, path: str) -> bool:
    """Whether a copy puts that file there; a pattern stands for the file that it is made from."""
    if "*" in path:
        return source.origin(None, target.replace("*", "")) == path.replace("*", "")
    return source.origin(early.build.context, target) == path


def _copy_line(early: EarlyCopy, directory: str, paths: Sequence[str]) -> str:
    """`COPY requirements.txt ./`, with the ownership and the destination of the original, as they are written there."""
    copying, text = early.taken.copying, early.build.dockerfile.text
    target = copying.destination.word.text
    rest = below(directory, early.taken.root)
    if rest is None or not _QUOTES.isdisjoint(target):
        raise GiveUp
    several = len(paths) > 1 or "*" in paths[0]
    relative = not (copying.destination.value or "").startswith("/")
    if relative and copying.before is not None and not copying.before.workdir_set:
        target = (
            early.taken.root
        )  # without a WORKDIR a relative path is a finding of its own
    if rest or several or target not in (".", "./"):
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
    """Sources that come after the install must not bring what it makes: node_modules of another machine."""
    context = early.build.context
    if context is None or install.directory is None:
        return
    for name in ARTEFACTS["node" if install.is_node else "python"]:
        origin = early.taken.origin(context, posixpath.join(install.directory, name))
        if origin is not None and any(
            below(file.path, origin) is not None for file in context.sent
        ):
            raise GiveUp
