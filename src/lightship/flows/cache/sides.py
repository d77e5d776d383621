"""From what a user names to a Side: a folder, a commit, the working tree."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.context.files import Context, File, FileKind
from lightship.errors import FileError, UsageError
from lightship.evaluation.paths import clean
from lightship.files.folder_context import open_context
from lightship.files.reading import read_file
from lightship.files.trees import folder_tree
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.make_build import make_build
from lightship.flows.take_build import NAMES, usual_dockerfile
from lightship.history import GitHistory, open_history
from lightship.record import record

_GIT = ".git"
_OUTSIDE = "../"  # how a path begins that leads out of the build context


def folder_side(folder: str, options: BuildOptions) -> Side:
    """A directory as it is, `.git` too, with a Dockerfile that may lie beside it.

    A FileError where there is none.
    """
    tree = folder_tree(folder)
    dockerfile = options.dockerfile or usual_dockerfile(folder)
    if dockerfile is None:
        message = no_dockerfile(folder)
        raise FileError(message)

    path = _path_from(folder, dockerfile)
    context = context_of(tree, path)
    if path.startswith(_OUTSIDE):
        # The ignore file of the Dockerfile lies outside too
        read = partial(_file_at, folder)
        context = Context(tree.files.values, read, path)
    text = read_file(dockerfile)
    build = _build_in(folder, text, context, path, options)
    return Side(build, tree)


def _build_in(
    folder: str,
    text: bytes,
    context: Context,
    path: str,
    options: BuildOptions,
) -> Build:
    """The Build of a Dockerfile in a context, which may lie beside it."""
    config = config_of(options, folder)
    inside: str | None = path
    if path.startswith(_OUTSIDE):
        inside = None
    return make_build(text, context, inside, options, config)


def _file_at(folder: str, path: str) -> bytes | None:
    """A file on the disk, by its path from a directory; None where it is none."""
    place = os.path.join(folder, path)
    if not os.path.isfile(place):
        return None
    return read_file(place)


def _path_from(folder: str, dockerfile: str) -> str:
    """The path of a Dockerfile from a directory, which may start with `../`."""
    directory, name = os.path.split(dockerfile)
    # A link in place of the Dockerfile is not followed, one in place of its directory is
    parent = os.path.realpath(directory or ".")
    place = os.path.join(parent, name)
    return _relative(place, folder)


def _relative(place: str, folder: str) -> str:
    """A place on the disk from a directory, with slashes."""
    start = os.path.realpath(folder)
    path = os.path.relpath(place, start)
    return path.replace(os.sep, "/")


def with_args(options: BuildOptions, more: Mapping[str, str]) -> BuildOptions:
    """The options with some more build arguments."""
    args = {**options.build_args, **more}
    return replace(options, build_args=args)


def no_dockerfile(folder: str) -> str:
    """What is said of a directory without a Dockerfile."""
    return f"no Dockerfile in {folder}: name one with --file; `lightship builds` lists them"


@record(eq=False)
class Repository:
    """A build context in a git repository, and the Dockerfile, which may lie beside it.

    `dockerfile` is its path from the root of the context, which may start with `../`.
    """

    context: str
    options: BuildOptions
    history: GitHistory
    dockerfile: str

    @property
    def dockerfile_place(self) -> str:
        """The Dockerfile on the disk, as far as it is there."""
        return os.path.join(self.context, self.dockerfile)

    def working_tree(self, ref: str) -> Side:
        """The files on the disk, comparable with those of a commit.

        That is without `.git`, and without what git ignores; a directory is there because a file is
        in it, as in a commit.
        """
        tree = self.history.working_tree(ref)
        files = dict(_files_outside_git(tree))
        ignored = self.history.ignored(files)
        for path in ignored:
            files.pop(path, None)
        kept = replace(tree, files=files)
        build = self._of_disk(kept)
        return Side(build, kept)

    def commit(self, ref: str) -> Side:
        """A commit, with its own Dockerfile."""
        tree = self.history.tree(ref)
        build = self.build(ref, tree)
        return Side(build, tree)

    def version(self, ref: str | None, since: str) -> Side:
        """A commit; without `ref` the files on the disk, comparable with those of `since`."""
        if ref is not None:
            return self.commit(ref)
        return self.working_tree(since)

    def build(self, ref: str, tree: FileTree, path: str = "") -> Build:
        """The Build of a commit with its own Dockerfile, which may have lain at `path` then.

        A FileError where there is none.
        """
        path = path or self.dockerfile
        text = self.at(ref, path)
        if text is None:
            raise FileError(f"this commit has no {path}")
        read = partial(self.at, ref)
        context = Context(tree.files.values, read, path)
        return _build_in(self.context, text, context, path, self.options)

    def today(self) -> Build:
        """The Dockerfile and the ignore file as they are on the disk.

        Those of HEAD in a bare repository.
        """
        if self.history.root is None:
            return self._head()
        no_files = FileTree.of({})
        return self._of_disk(no_files)

    def today_with_files(self) -> Build:
        """As `today`, with the files of the context, for those who judge them."""
        if self.history.root is None:
            return self._head()
        today = self.today()
        context = open_context(self.context, self.dockerfile_place)
        return replace(today, context=context)

    def at(self, ref: str, path: str) -> bytes | None:
        """A file of a commit, by its path from the root of the context.

        The path may lead out of the context, but not out of the repository.
        """
        from_root = self.from_root(path)
        return self.history.read(ref, from_root)

    def from_root(self, path: str) -> str:
        """A path of the context, from the root of the repository."""
        prefix = self.history.prefix
        whole = clean(f"/{prefix}/{path}")
        return whole.removeprefix("/")

    def _head(self) -> Build:
        """The Build of HEAD."""
        tree = self.history.tree("HEAD")
        return self.build("HEAD", tree)

    def _of_disk(self, tree: FileTree) -> Build:
        """The Build with the Dockerfile and the ignore file that are on the disk."""
        text = read_file(self.dockerfile_place)
        # Of the files on the disk only the ignore file is read
        read = partial(_file_at, self.context)
        path = self.dockerfile
        context = Context(tree.files.values, read, path)
        return _build_in(self.context, text, context, path, self.options)


def open_repository(context: str, options: BuildOptions) -> Repository:
    """The repository that a build context lies in.

    A GitError where there is none, a FileError where it has no Dockerfile.
    """
    history = open_history(context)
    dockerfile = _dockerfile_in(history, context, options.dockerfile)
    return Repository(context, options, history, dockerfile)


def _dockerfile_in(history: GitHistory, context: str, named: str | None) -> str:
    """The path of the Dockerfile from the root of the context."""
    if history.root is None:
        return _dockerfile_in_head(history, context, named)
    if named is None:
        named = usual_dockerfile(context)
    if named is None:
        message = no_dockerfile(context)
        raise FileError(message)

    place = os.path.realpath(named)
    path = _relative(place, context)
    if _leaves(history.prefix, path):
        raise UsageError(f"{named} is not in the repository of {context}")
    return path


def _dockerfile_in_head(history: GitHistory, context: str, named: str | None) -> str:
    """The same in a bare repository, which has no files but those of commits."""
    if named is not None:
        return clean(named)

    for name in NAMES:
        text = history.read("HEAD", name)
        if text is not None:
            return name
    message = no_dockerfile(context)
    raise FileError(message)


def _files_outside_git(tree: FileTree) -> Iterator[tuple[str, File]]:
    """What is neither a directory nor in `.git`."""
    for path, file in tree.files.items():
        if file.kind is FileKind.DIRECTORY:
            continue
        top, _slash, _rest = path.partition("/")
        if top != _GIT:
            yield path, file


def _leaves(prefix: str, path: str) -> bool:
    """Whether a path from the context leads out of the repository."""
    parts = path.split("/")
    ups = parts.count("..")
    depth = 0
    if prefix:
        depth = prefix.count("/") + 1
    return ups > depth
