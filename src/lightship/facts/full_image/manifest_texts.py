"""The texts of the manifests and lock files that installs read."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.facts.context.git_questions import PROJECT_FILES
from lightship.facts.installs.requirement_files import install_of, requirements_of
from lightship.pyproject.dependency import Dependency
from lightship.pyproject.manifest_names import is_manifest
from lightship.pyproject.manifest_text import text_of

_MOST_MANIFESTS = 50
_NOT_OF_THE_PROJECT = frozenset(("Dockerfile", ".dockerignore"))


def manifest_texts(build: Build, calls: Sequence[PackageInvocation]) -> list[str]:
    """The texts of the requirements that installs read.

    Of all manifests and lock files that are sent to the builder, where it is not known which.
    """
    context = build.context
    if context is None:
        return []
    return [text_of(context, path) for path in _manifest_paths(build, context, calls)]


def project_texts(build: Build, calls: Sequence[PackageInvocation]) -> list[str]:
    """The files among them that say how a project is built."""
    context = build.context
    if context is None:
        return []
    paths = _manifest_paths(build, context, calls)
    own = [path for path in paths if basename(path) in PROJECT_FILES]
    return [text_of(context, path) for path in own]


def _manifest_paths(
    build: Build, context: Context, calls: Sequence[PackageInvocation]
) -> Sequence[str]:
    if not calls:
        return ()
    paths = _requirement_paths(build, calls)
    if paths is not None:
        return paths
    manifests = [file for file in context.sent if is_manifest(file.path)]
    own = [file for file in manifests if file.name not in _NOT_OF_THE_PROJECT]
    return [file.path for file in own[:_MOST_MANIFESTS]]


def _requirement_paths(
    build: Build, calls: Sequence[PackageInvocation]
) -> list[str] | None:
    """The files with what pip installs; None where another one may be read."""
    paths: dict[str, None] = {}
    for call in calls:
        if call.does.manager not in ("pip", "uv") or call.does.action != "install":
            return None

        install = install_of(build, call)
        requirements = requirements_of(build, call)
        if install is None or install.project or requirements is None:
            return None

        for asked in requirements:
            if asked.missing or any(map(_is_local, asked.dependencies)):
                return None
            paths.update(dict.fromkeys(asked.paths))
    return list(paths)


def _is_local(dependency: Dependency) -> bool:
    """Whether it is a project of the sources, as `-e ./`, whose own files are read then."""
    return bool(dependency.url) and "://" not in dependency.url
