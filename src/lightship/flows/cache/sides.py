"""From what a user names to a Side: a folder, a commit, the working tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.context.files import Context, FileKind
from lightship.errors import FileError, UsageError
from lightship.evaluation.paths import clean
from lightship.files.context import open_context
from lightship.files.reading import read_file
from lightship.files.trees import folder_tree
from lightship.flows.builds import BuildOptions, config_of, make_build
from lightship.history import GitHistory, open_history

NAMES = ("Dockerfile", "dockerfile", "Containerfile", "containerfile")
_GIT = ".git"


def folder_side(folder: str, options: BuildOptions, extra: Mapping[str, str]) -> Side:
    """A directory as it is, `.git` too, with its Dockerfile, whose path counts from the directory.

    `extra` are build arguments of this side alone.
    """
    tree = folder_tree(folder)
    name = options.dockerfile or _usual(lambda path: path in tree.files, folder)
    path = clean(name)
    text = read_file(os.path.join(folder, path))
    build = build_in(folder, text, context_of(tree, path), path, options, extra)
    return Side(build, tree)


def build_in(
    folder: str,
    text: bytes,
    context: Context,
    path: str | None,
    options: BuildOptions,
    extra: Mapping[str, str],
) -> Build:
    """The Build of a Dockerfile, with the configuration of a folder and some more arguments."""
    options = replace(options, build_args={**options.build_args, **extra})
    return make_build(text, context, path, options, config_of(options, folder))


def _usual(exists: Callable[[str], bool], where: str) -> str:
    """The Dockerfile's name where none is given."""
    for name in NAMES:
        if exists(name):
            return name
    raise FileError(f"no Dockerfile in {where}: name one with --file")


class Repository:
    """A build context in a git repository, and the Dockerfile, which may lie beside it.

    `dockerfile` is its path from the root of the context, which may start with `../`.
    """

    def __init__(self, context: str, options: BuildOptions) -> None:
        self.context = context
        self.options = options
        self.history: GitHistory = open_history(context)
        self.dockerfile = self._dockerfile()

    def working_tree(self, ref: str, extra: Mapping[str, str]) -> Side:
        """The files on the disk, comparable with those of a commit.

        That is without `.git`, and without what git ignores; a directory is there because a file is
        in it, as in a commit.
        """
        tree = self.history.working_tree(ref)
        files = {
            path: file
            for path, file in tree.files.items()
            if file.kind is not FileKind.DIRECTORY and not _is_of_git(path)
        }
        ignored = self.history.ignored(files)
        known = {path: file for path, file in files.items() if path not in ignored}
        kept = replace(tree, files=known)
        return Side(self._of_disk(kept, extra), kept)

    def commit(self, ref: str, extra: Mapping[str, str]) -> Side:
        """A commit, with its own Dockerfile."""
        tree = self.history.tree(ref)
        return Side(self.build(ref, tree, extra), tree)

    def build(
        self, ref: str, tree: FileTree, extra: Mapping[str, str], path: str = ""
    ) -> Build:
        """The Build of a commit with its own Dockerfile, which may have lain at `path` then.

        A FileError where there is none.
        """
        path = path or self.dockerfile
        text = self.at(ref, path)
        if text is None:
            raise FileError(f"this commit has no {path}")
        context = Context(tree.files.values, lambda name: self.at(ref, name), path)
        return self._build(text, context, path, extra)

    def today(self, extra: Mapping[str, str]) -> Build:
        """The Dockerfile and the ignore file as they are on the disk.

        Those of HEAD in a bare repository.
        """
        if self.history.root is None:
            return self.build("HEAD", self.history.tree("HEAD"), extra)
        return self._of_disk(FileTree.of({}), extra)

    def today_with_files(self) -> Build:
        """As `today`, with the files of the context, for those who judge them."""
        if self.history.root is None:
            return self.build("HEAD", self.history.tree("HEAD"), {})
        dockerfile = os.path.join(self.context, self.dockerfile)
        return replace(self.today({}), context=open_context(self.context, dockerfile))

    def at(self, ref: str, path: str) -> bytes | None:
        """A file of a commit, by its path from the root of the context.

        The path may lead out of the context, but not out of the repository.
        """
        prefix = self.history.prefix
        whole = clean(f"/{prefix}/{path}" if prefix else f"/{path}")
        return self.history.read(ref, whole[1:])

    def _dockerfile(self) -> str:
        named = self.options.dockerfile
        if self.history.root is None:
            return clean(named) if named else _usual(self._is_in_head, self.context)
        if named is None:
            return _usual(self._is_on_disk, self.context)

        path = os.path.relpath(os.path.realpath(named), os.path.realpath(self.context))
        path = path.replace(os.sep, "/")
        prefix = self.history.prefix
        is_outside = clean(f"/{prefix}/{path}").startswith("/..")
        if is_outside or _leaves(prefix, path):
            raise UsageError(f"{named} is not in the repository of {self.context}")
        return path

    def _is_in_head(self, path: str) -> bool:
        return self.history.read("HEAD", path) is not None

    def _is_on_disk(self, path: str) -> bool:
        return os.path.isfile(os.path.join(self.context, path))

    def _of_disk(self, tree: FileTree, extra: Mapping[str, str]) -> Build:
        """The Build with the Dockerfile and the ignore file that are on the disk."""
        text = read_file(os.path.join(self.context, self.dockerfile))
        context = Context(tree.files.values, self._beside, self.dockerfile)
        return self._build(text, context, self.dockerfile, extra)

    def _build(
        self, text: bytes, context: Context, path: str, extra: Mapping[str, str]
    ) -> Build:
        inside = None if path.startswith("../") else path
        return build_in(self.context, text, context, inside, self.options, extra)

    def _beside(self, path: str) -> bytes | None:
        """A file on the disk: an ignore file."""
        place = os.path.join(self.context, path)
        return read_file(place) if os.path.isfile(place) else None


def _leaves(prefix: str, path: str) -> bool:
    """Whether a path from the context leads out of the repository."""
    ups = path.split("/").count("..")
    depth = len(prefix.split("/")) if prefix else 0
    return ups > depth


def _is_of_git(path: str) -> bool:
    return path == _GIT or path.startswith(f"{_GIT}/")
