"""From what a user names to a Side: a folder, a commit, the working tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.tree import Tree, context_of
from lightship.config import Config, config_for
from lightship.context.files import Context, FileKind
from lightship.dockerfile.parse import parse
from lightship.errors import FileError, UsageError
from lightship.evaluation.paths import clean
from lightship.files.context import open_context
from lightship.files.reading import read_file
from lightship.files.trees import folder_tree
from lightship.history import History, open_history
from lightship.record import record
from lightship.text import decode

NAMES = ("Dockerfile", "dockerfile", "Containerfile", "containerfile")
_GIT = ".git"


@record
class Asked:
    """What the command line says of a build; `dockerfile` is None for the usual name."""

    dockerfile: str | None
    args: Mapping[str, str]
    target: str | None
    no_config: bool

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Asked:
        return cls(
            given["dockerfile"],  # type: ignore[arg-type]
            given["build_args"],  # type: ignore[arg-type]
            given["target"],  # type: ignore[arg-type]
            given["no_config"],  # type: ignore[arg-type]
        )

    def build(
        self,
        text: bytes,
        context: Context,
        path: str | None,
        folder: str,
        extra: Mapping[str, str],
    ) -> Build:
        """The Build; what the command line says wins over the configuration of `folder`."""
        config = Config() if self.no_config else config_for(os.path.abspath(folder))
        args = {**config.build_args, **self.args, **extra}
        return Build(
            parse(decode(text)), context, args, self.target or config.target, path
        )


def folder_side(folder: str, asked: Asked, extra: Mapping[str, str]) -> Side:
    """A directory as it is, `.git` too, with its Dockerfile; `asked.dockerfile` is a path in it."""
    tree = folder_tree(folder)
    name = clean(asked.dockerfile or _usual(lambda path: path in tree.files, folder))
    text = read_file(os.path.join(folder, name))
    return Side(asked.build(text, context_of(tree, name), name, folder, extra), tree)


def _usual(exists: Callable[[str], bool], where: str) -> str:
    """The Dockerfile's name where none is given."""
    found = next((name for name in NAMES if exists(name)), None)
    if found is None:
        raise FileError(f"there is no Dockerfile in {where}; name it with --file")
    return found


class Repository:
    """A build context in a git repository, and the Dockerfile, which may lie beside it.

    `dockerfile` is its path from the root of the context, which may start with `../`.
    """

    def __init__(self, context: str, asked: Asked) -> None:
        self.context, self.asked = context, asked
        self.history: History = open_history(context)
        self.dockerfile = self._dockerfile()

    def working_tree(self, ref: str, extra: Mapping[str, str]) -> Side:
        """The files on the disk, comparable with those of a commit: without `.git`, and what git ignores.

        A directory is there because a file is in it, as in a commit.
        """
        tree = self.history.working_tree(ref)
        files = {
            path: file
            for path, file in tree.files.items()
            if file.kind is not FileKind.DIRECTORY
        }
        files = {path: file for path, file in files.items() if not _is_of_git(path)}
        ignored = self.history.ignored(files)
        files = {path: file for path, file in files.items() if path not in ignored}
        kept = replace(tree, files=files)
        return Side(self._of_disk(kept, extra), kept)

    def commit(self, ref: str, extra: Mapping[str, str]) -> Side:
        """A commit, with its own Dockerfile."""
        tree = self.history.tree(ref)
        return Side(self.build(ref, tree, extra), tree)

    def build(
        self, ref: str, tree: Tree, extra: Mapping[str, str], path: str = ""
    ) -> Build:
        """The Build of a commit with its own Dockerfile, which may have lain at `path`; a FileError for none."""
        path = path or self.dockerfile
        text = self.at(ref, path)
        if text is None:
            raise FileError(f"there is no {path} in this commit")
        context = Context(tree.files.values, lambda each: self.at(ref, each), path)
        return self.asked.build(text, context, _inside(path), self.context, extra)

    def today(self, extra: Mapping[str, str]) -> Build:
        """The Dockerfile and the ignore file as they are on the disk; of a bare repository those of HEAD."""
        if self.history.root is None:
            return self.build("HEAD", self.history.tree("HEAD"), extra)
        return self._of_disk(Tree.of({}), extra)

    def today_with_files(self) -> Build:
        """As `today`, with the files of the context, for those who judge them."""
        if self.history.root is None:
            return self.build("HEAD", self.history.tree("HEAD"), {})
        context = open_context(
            self.context, os.path.join(self.context, self.dockerfile)
        )
        return replace(self.today({}), context=context)

    def at(self, ref: str, path: str) -> bytes | None:
        """A file of a commit, by its path from the root of the context, which may lead out of it."""
        whole = clean(
            f"/{self.history.prefix}/{path}" if self.history.prefix else f"/{path}"
        )
        return self.history.read(ref, whole[1:])

    def _dockerfile(self) -> str:
        named = self.asked.dockerfile
        if self.history.root is None:
            return (
                clean(named)
                if named
                else _usual(
                    lambda path: self.history.read("HEAD", path) is not None,
                    self.context,
                )
            )
        if named is None:
            return _usual(
                lambda path: os.path.isfile(os.path.join(self.context, path)),
                self.context,
            )
        path = os.path.relpath(
            os.path.realpath(named), os.path.realpath(self.context)
        ).replace(os.sep, "/")
        if clean(f"/{self.history.prefix}/{path}").startswith("/..") or _leaves(
            self.history.prefix, path
        ):
            raise UsageError(f"{named} is not in the repository of {self.context}")
        return path

    def _of_disk(self, tree: Tree, extra: Mapping[str, str]) -> Build:
        """The Build with the Dockerfile and the ignore file that are on the disk."""
        text = read_file(os.path.join(self.context, self.dockerfile))
        context = Context(tree.files.values, self._beside, self.dockerfile)
        return self.asked.build(
            text, context, _inside(self.dockerfile), self.context, extra
        )

    def _beside(self, path: str) -> bytes | None:
        """A file on the disk: an ignore file."""
        place = os.path.join(self.context, path)
        return read_file(place) if os.path.isfile(place) else None


def _leaves(prefix: str, path: str) -> bool:
    """Whether a path from the context leads out of the repository."""
    ups = 0
    for part in path.split("/"):
        ups += part == ".."
    return ups > (len(prefix.split("/")) if prefix else 0)


def _inside(dockerfile: str) -> str | None:
    """The Dockerfile's path in the context, where it lies there."""
    return None if dockerfile.startswith("../") else dockerfile


def _is_of_git(path: str) -> bool:
    return path == _GIT or path.startswith(f"{_GIT}/")
