"""A repository without the files that only its developer has: `.env` may hold live credentials.

What git tracks is read. In place of a file of variables that it does not track stands the example
beside it, and what the user hands over himself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lightship.builds.workspace import FILE, Workspace, folder_of, joined
from lightship.regex import regex

_MARKS = ("example", "sample", "template", "dist", "default", "defaults", "tmpl")
# What an example is called, the most usual first
_FORMS = (
    "{name}.{mark}",
    "{mark}{name}",
    "{mark}.{bare}",
    ".env.{mark}",
    "env.{mark}",
    "{name}-{mark}",
    "{mark}.env",
)
# What tells a file of variables: `.env`, `.env.local`, `app.env`, `.django` below `.envs`
_ENV = regex(r"\.?env(?:\..+)?|.+\.env|\.?env[-_].+")
_ENVS = ".envs/"


def is_env_file(path: str) -> bool:
    """Whether a file holds variables, by its name."""
    name = path.rpartition("/")[2]
    return _ENV.fullmatch(name) is not None or f"/{_ENVS}" in f"/{path}"


def is_example(path: str) -> bool:
    """Whether a file of variables is there to be copied."""
    name = path.rpartition("/")[2].lower()
    return any(mark in name for mark in _MARKS)


class PublicFiles:
    """The workspace as everybody has it, and what was read in place of what."""

    def __init__(
        self,
        workspace: Workspace,
        is_public: Callable[[str], bool],
        given: bytes = b"",
    ) -> None:
        """`is_public` is asked of the file that is read: where a path is a link, of its target."""
        self._all = workspace
        self._is_public = is_public
        self._given = given
        # An example by the file that it stands for; empty where there is none
        self.read_instead: dict[str, str] = {}
        self.workspace = replace(workspace, reader=self._read, kinds=self._kinds)

    def is_public(self, path: str) -> bool:
        """Whether everybody has a file."""
        return self._is_public(path) and self._all.is_file(path)

    def is_hidden_file(self, path: str) -> bool:
        """Whether there is a file that only its developer has."""
        return self._all.is_file(path) and not self._is_public(path)

    def _read(self, path: str) -> bytes | None:
        if self.is_public(path):
            data = self._all.reader(path)
            return self._with_given(data) if _is_dot_env(path) else data
        if not is_env_file(path):
            return None
        data = None
        example = self._example(path)
        if example is not None:
            self.read_instead[path] = example
            data = self._all.reader(example)
        elif self._all.is_file(path):
            self.read_instead[path] = ""
        return self._with_given(data)

    def _with_given(self, data: bytes | None) -> bytes | None:
        """What the user hands over comes last, and wins."""
        if not self._given:
            return data
        return (data or b"") + b"\n" + self._given

    def _kinds(self, path: str) -> str:
        kind = self._all.kinds(path)
        if kind == FILE and not self.is_public(path):
            return FILE if is_env_file(path) else ""
        return kind

    def _example(self, path: str) -> str | None:
        """The example beside a file of variables."""
        folder = folder_of(path)
        name = path.rpartition("/")[2]
        bare = name.lstrip(".")
        for form in _FORMS:
            for mark in _MARKS:
                other = form.format(name=name, bare=bare, mark=mark)
                place = joined(folder, other)
                if place is not None and self.is_public(place):
                    return place
        return None


def _is_dot_env(path: str) -> bool:
    return path.rpartition("/")[2] == ".env"


def public_by_name(path: str) -> bool:
    """Whether everybody has a file, where nothing but its name tells."""
    return not is_env_file(path) or is_example(path)
