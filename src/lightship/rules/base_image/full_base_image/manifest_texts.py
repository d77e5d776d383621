"""The texts of the manifests and lock files that installs read."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import install_of, requirements_of
from lightship.pyproject.manifest_names import is_manifest

_MOST_MANIFESTS = 50
_NOT_OF_THE_PROJECT = frozenset(("Dockerfile", ".dockerignore"))


def manifest_texts(build: Build, calls: Sequence[PackageInvocation]) -> list[str]:
    """The texts of the requirements that installs read.

    Of all manifests and lock files that are sent to the builder, where it is not known which.
    """
    context = build.context
    if context is None or not calls:
        return []

    paths = _requirement_paths(build, calls)
    if paths is None:
        manifests = [file for file in context.sent if is_manifest(file.path)]
        own = [file for file in manifests if file.name not in _NOT_OF_THE_PROJECT]
        paths = [file.path for file in own[:_MOST_MANIFESTS]]
    return [context.read(path) or "" for path in paths]


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
            if asked.missing:
                return None
            paths.update(dict.fromkeys(asked.paths))
    return list(paths)
