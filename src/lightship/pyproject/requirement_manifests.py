"""The requirements files and environment files that an install names, and what they include."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from lightship.context.files import Context
from lightship.pyproject.data_files import parse_toml, table, toml, yaml_of
from lightship.pyproject.early_reads import refusal_of_indexes
from lightship.pyproject.local_dependencies import local_refusal
from lightship.pyproject.manifest_text import text_of
from lightship.pyproject.manifests import Manifests, is_sent
from lightship.pyproject.requirements import (
    FILE_OPTIONS,
    RequirementLine,
    included,
    lines_of,
)
from lightship.regex import regex

# `git+file:///app/lib`, `name @ file:lib`
_FILE_URL = regex(r"(?:^|@ |\+)file:")
_YAML = (".yml", ".yaml")
_INDEXES = frozenset({"-i", "--index-url", "--extra-index-url"})
_DIRECTORIES = frozenset({"-e", "--editable", "-f", "--find-links"})
_ARCHIVES = (".whl", ".tar.gz", ".zip")


def of_dependencies(context: Context | None, path: str) -> Manifests:
    """A pyproject.toml of which only the dependencies are asked for: they must be stated there."""
    text = context.read(path) if context is not None else None
    if context is None or text is None or context.ignore.matches(path):
        return Manifests((), f"{path} is not in the build context")

    data = parse_toml(text.removeprefix("\ufeff")) or {}
    project = data.get("project")
    stated = project.get("dependencies") if isinstance(project, Mapping) else None
    if not isinstance(stated, list):
        return Manifests((path,), f"{path} states no dependencies")
    return Manifests((path,), local_refusal(data))


def settings_of_uv(context: Context, path: str) -> Manifests | None:
    """A uv.toml, or a pyproject.toml with settings of uv; None where it has none."""
    if not is_sent(context, path):
        return None

    settings = toml(context, path)
    if not path.endswith("uv.toml"):
        settings = table(settings, "tool", "uv")
    if not settings:
        return None
    return Manifests((path,), refusal_of_indexes(settings))


def of_requirements(context: Context | None, path: str) -> Manifests:
    """A requirements file of pip, or an environment file of conda, with all that it includes."""
    if path.endswith(".toml"):
        return of_dependencies(context, path)
    if context is None:
        return Manifests((path,))

    paths: list[str] = []
    seen = {path}
    waiting = deque(seen)
    while waiting:
        path = waiting.popleft()
        if not is_sent(context, path):
            return Manifests(tuple(paths), f"{path} is not in the build context")

        paths.append(path)
        text = _text_for_pip(context, path)
        for line in filter(_is_of_file, lines_of(text)):
            if line.option not in FILE_OPTIONS:
                refusal = f"{path} asks for {line.value}, which is in the sources"
                return Manifests(tuple(paths), refusal)
            other = included(path, line.value)
            if "://" not in line.value and other not in seen:
                seen.add(other)
                waiting.append(other)
    return Manifests(tuple(paths))


def _text_for_pip(context: Context, path: str) -> str:
    """A requirements file; of an environment file the lines that it hands on to pip."""
    if not path.endswith(_YAML):
        return text_of(context, path)
    return "\n".join(_lines_for_pip(context, path))


def _lines_for_pip(context: Context, path: str) -> Iterator[str]:
    dependencies = yaml_of(context, path).get("dependencies")
    if not isinstance(dependencies, list):
        return
    for item in dependencies:
        lines = item.get("pip") if isinstance(item, Mapping) else None
        if isinstance(lines, list):
            yield from map(str, lines)


def _is_of_file(line: RequirementLine) -> bool:
    """Whether a line names a file or a directory."""
    if line.option in FILE_OPTIONS:
        return True
    if line.option in _INDEXES:
        return line.value.startswith("file:")
    if line.option in _DIRECTORIES:
        return not _is_url(line.value)
    return not line.option and _is_path(line.value)


def _is_url(text: str) -> bool:
    return "://" in text and not _FILE_URL.search(text)


def _is_path(text: str) -> bool:
    """A requirement that is a file or a directory of its own."""
    if _is_url(text):
        return False

    # `name @ ./lib`, `lib/name`
    requirement = text.partition(";")[0].strip()
    name, at, place = requirement.partition(" @ ")
    if at and place.startswith((".", "/")):
        return True
    first = name.split(maxsplit=1)[:1]
    if any("/" in word for word in first):
        return True

    if requirement.endswith(_ARCHIVES) or text.startswith((".", "/", "file:")):
        return True
    return "@ file:" in text
