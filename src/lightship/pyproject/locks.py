"""Lock files: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751) and Pipfile.lock.

Sources: docs.astral.sh/uv (concepts/projects/layout), python-poetry poetry/packages/locker.py,
pdm-project pdm/project/lockfile, packaging.python.org/specifications/pylock-toml,
pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.context.files import Context
from lightship.pyproject.data_files import at, json_of, rows, table, text_at, toml
from lightship.pyproject.dependency import normalised
from lightship.record import record

LOCKS = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "pylock.toml": "pip",
}
"""Each lock file that is known, and the tool that reads it."""
_LOCAL = ("editable", "virtual", "directory", "path")


@record
class Locked:
    """One locked version of a package.

    `wheels` are file names, those for other systems too. `source` is registry, git, url or local.
    Pipfile.lock names no files: then `is_known` is False, and nothing can be said.
    """

    name: str
    version: str
    wheels: tuple[str, ...] = ()
    has_sdist: bool = False
    source: str = "registry"

    @property
    def is_known(self) -> bool:
        return bool(self.wheels) or self.has_sdist

    def wheels_for(self, libc: str) -> tuple[str, ...]:
        """Its wheels for Linux with that libc, `glibc` or `musl`.

        Those that are for any system too.
        """
        return tuple(wheel for wheel in self.wheels if is_for(wheel, libc))

    def fits(self, libc: str) -> bool | None:
        """Whether any wheel fits a libc, whatever the Python; None where the lock does not tell."""
        return bool(self.wheels_for(libc)) if self.is_known else None


def platforms(wheel: str) -> list[str]:
    """The tags of a wheel's name that say for which systems it is (PEP 425)."""
    return wheel.removesuffix(".whl").rpartition("-")[2].split(".")


def is_for(wheel: str, libc: str) -> bool:
    """Whether a wheel is for Linux with that libc: PEP 600 (manylinux is glibc), PEP 656
    (musllinux).
    """
    name = "musllinux" if libc == "musl" else "manylinux"
    return any(
        part == "any" or part.startswith((name, "linux")) for part in platforms(wheel)
    )


def is_for_linux(wheel: str) -> bool:
    """Whether it is a wheel for Linux, with whichever libc."""
    return wheel.endswith(".whl") and any(
        part == "any" or "linux" in part for part in platforms(wheel)
    )


def is_for_python(wheel: str, version: str) -> bool:
    """Whether a wheel is for that version of CPython, by the tags in its name."""
    tags = wheel.removesuffix(".whl").split("-")[-3:]
    if len(tags) < 3:
        return True
    pythons, abi, _ = tags
    major, _, minor = version.partition(".")
    if abi.endswith("t"):  # cp313t: the build without the GIL
        return False
    for tag in pythons.split("."):
        if tag in (f"py{major}", f"cp{major}{minor}", f"py{major}{minor}"):
            return True
        older = (
            tag.startswith((f"cp{major}", f"py{major}"))
            and tag[3:].isdecimal()
            and len(tag) < 9
        )
        if (
            older
            and int(tag[3:]) <= int(minor)
            and (abi == "abi3" or tag.startswith("py"))
        ):
            return True
    return False


def read_lock(context: Context, path: str) -> Iterator[Locked]:
    """The packages of a lock file."""
    name = path.rpartition("/")[2]
    is_json = name == "Pipfile.lock"
    data = json_of(context, path) if is_json else toml(context, path)
    yield from locked_in(name, data)


def locked_in(name: str, data: Mapping[str, Any]) -> Iterator[Locked]:
    """The packages of the content of a lock file with that name."""
    if name == "Pipfile.lock":
        yield from _of_pipfile(data)
        return
    files = table(data, "metadata", "files")
    for package in rows(data, "packages" if name == "pylock.toml" else "package"):
        if isinstance(package, Mapping):
            yield _package(package, files)


def _package(package: Mapping[str, Any], files: Mapping[str, Any]) -> Locked:
    name, version = text_at(package, "name"), text_at(package, "version")
    listed = [*rows(package, "wheels"), *rows(package, "files")]
    if not listed:  # older locks of Poetry and PDM
        listed = rows(files, name) or rows(files, f"{name} {version}")
    names = [_file_name(row) for row in listed]
    wheels = tuple(each for each in names if each.endswith(".whl"))
    sdist = "sdist" in package or any(
        each.endswith((".tar.gz", ".zip")) for each in names
    )
    return Locked(normalised(name), version, wheels, sdist, _source(package))


def _file_name(row: Any) -> str:
    found = (
        text_at(row, "file")
        or text_at(row, "name")
        or text_at(row, "url")
        or text_at(row, "path")
    )
    return found.rpartition("/")[2].partition("#")[0]


def _source(package: Mapping[str, Any]) -> str:
    """Where it is from: uv has a table with one key, Poetry `type`, PDM and pylock.toml keys
    of the package itself.
    """
    own = table(package, "source")
    kind = text_at(own, "type")
    if "git" in own or kind == "git" or "git" in package or "vcs" in package:
        return "git"
    keys = {*own, *package}
    if kind in ("directory", "file") or not keys.isdisjoint(_LOCAL):
        return "local"
    return (
        "url"
        if kind == "url" or ("url" in own and "type" not in own) or "archive" in package
        else "registry"
    )


def _of_pipfile(data: Mapping[str, Any]) -> Iterator[Locked]:
    for section in ("default", "develop"):
        for name, details in table(data, section).items():
            version = text_at(details, "version").removeprefix("==")
            source = "registry"
            if at(details, "git"):
                source = "git"
            elif not {"path", "file"}.isdisjoint(table(details)):
                source = "local"
            yield Locked(normalised(name), version, source=source)
