"""Extras and groups for development that are meant, or that do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import dirname

from lightship.build import Build
from lightship.dockerfile.places import comments_in
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_files import presence
from lightship.facts.start.container_lines import run_texts
from lightship.pyproject.dependency import normalised
from lightship.regex import regex
from lightship.shell.packages import Package

_FOR_WORK = regex(r"(?i)\b(?:tests?|testing|dev|develop(?:ment|ers?)?|notebooks?)\b")
_LEFT_OUT = regex(
    r"\b(?:uv|poetry|pdm)\b.*\s(?:--no-dev|--no-default-groups|--no-group|--only|--without|--prod)"
)
_OF_WORK = r"\b(?:dev|development|tests?|testing)\b"
_MEANT = (
    r"\b(?:includ(?:e|es|ed|ing)|needs?|needed|requires?|required|keep|kept|because)\b"
)
# `we include dev dependencies because ...`; but not `dev is not needed`
_SAID_MEANT = regex(
    r"(?i)^(?!.*\b(?:not?|never|without|don't|exclud\w*|skip\w*|only)\b).*"
    rf"(?:{_MEANT}.*{_OF_WORK}|{_OF_WORK}.*{_MEANT})"
)
_SERVICES = regex(r"(?m)^[\"']?services[\"']?:")
_BUILDS = regex(r"(?m)^[^\S\n]+build:")
_DEBUG = regex(
    r"(?mi)^[^\S\n]*(?:-\s*)?[\"']?DEBUG[\"']?\s*[=:]\s*[\"']?(?:true|1|yes|on)\b"
)


def is_unknown_extra(
    build: Build, install: Install, package: Package, extra: str
) -> bool:
    """Whether the project has no such extra: pip warns, and installs nothing for it."""
    context = build.context
    if context is None or install.directory is None:
        return False
    place = join_workdir(install.directory, package.name or ".").path
    for other in ("setup.py", "setup.cfg"):
        path = clean(f"{place}/{other}")
        if presence(build, install.instruction, path).is_there is not False:
            return False

    path = clean(f"{place}/pyproject.toml")
    manifest = presence(build, install.instruction, path)
    if not manifest.is_there or manifest.origin is None:
        return False
    text = context.read(manifest.origin) or ""
    if "[project" not in text:
        return False

    # 5 modules, and only an extra for work needs them
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    directory = dirname(manifest.origin)
    extras = read_project(context, directory).extras
    is_dynamic = extras == {} and '"optional-dependencies"' in text
    if is_dynamic:
        return False
    return normalised(extra) not in extras


def is_announced(install: Install, package: Package) -> bool:
    """Whether a comment above a RUN of its own says that it is for tests or development."""
    comments = install.instruction.comments
    if len(package.extras) != 1 or len(install.script.commands) != 1:
        return False
    return any(map(_FOR_WORK.search, comments))


def is_chosen(build: Build, installs: Sequence[Install]) -> bool:
    """Whether a comment beside the install says so, or is the install without the groups.

    Or all compose files that build something run it to debug.
    """
    text = build.dockerfile.text
    for install in installs:
        instruction = install.instruction
        items = comments_in(build.dockerfile, instruction.span)
        inside = [item.span.of(text) for item in items]
        comments = (*instruction.comments, *inside)
        if any(map(_LEFT_OUT.search, comments)):
            return True
        if any(map(_SAID_MEANT.search, comments)):
            return True
    return _is_debugged(build)


def _is_debugged(build: Build) -> bool:
    texts = run_texts(build) or ()
    building = list(filter(_builds_services, texts))
    return bool(building) and all(map(_DEBUG.search, building))


def _builds_services(text: str) -> bool:
    """Whether a text is a compose file that builds something."""
    if not _SERVICES.search(text):
        return False
    return _BUILDS.search(text) is not None
