"""What COPY and ADD bring from the build context: which file to which path, and is it code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import BadPatternError, has_wildcards
from lightship.context.wildcards import clean as clean_source
from lightship.context.wildcards import matches as matches_wildcards
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, clean, in_workdir, related
from lightship.pyproject.manifest_names import is_manifest
from lightship.record import record
from lightship.regex import regex

_CODE = tuple(
    ".py .js .ts .jsx .tsx .vue .svelte .mjs .cjs .go .rb .rs .java .php".split()
)
_SETTINGS = tuple(
    """.config.js .config.ts .config.mjs .config.cjs rc.js rc.cjs .conf.js .conf.py
    gunicorn_conf.py gunicorn_config.py""".split()
)
_ALL = frozenset({"", "*"})
_SOURCE_DIRECTORIES = frozenset({"src", "app"})
_SETS_UP = regex(r"\bsetup\s*\(|setuptools|distutils|distribute")
_UNTOUCHED = frozenset({"LICENSE", "README.md", "README.rst", "README"})


@record
class Delivery:
    """One COPY or ADD of files of the build context; `root` is its destination in the image.

    `into` is whether the destination is surely a directory.
    """

    copying: Copying
    sources: tuple[str, ...]
    root: str
    into: bool

    @property
    def takes_all(self) -> bool:
        """Whether it takes the whole build context."""
        return not _ALL.isdisjoint(self.sources)

    def origin(self, context: Context | None, path: str) -> str | None:
        """The file of the context that stands at `path` of the image, as far as is known.

        None where none does.
        """
        for source in self.sources:
            origin = self._origin(context, source, path)
            if origin is None:
                continue
            if context is None or context.exists(origin):
                return origin
        return None

    def _origin(self, context: Context | None, source: str, path: str) -> str | None:
        """The path that one source would have to hold for `path` to stand in the image."""
        if has_wildcards(source):
            return self._match(source, path)
        if _is_file(context, source):
            place = self._place(source)
            return source if place == path else None

        rest = below(path, self.root)
        if rest is None:
            return None
        origin = f"{source}/{rest}"
        return origin.lstrip("/")

    def _match(self, pattern: str, path: str) -> str | None:
        """The file of a pattern that goes to `path`: all of them go into one directory."""
        if dirname(path) != self.root:
            return None
        name = basename(path)
        directory = dirname(pattern)
        candidate = f"{directory}/{name}".lstrip("/")
        if _matches(pattern, candidate):
            return candidate
        return None

    def _place(self, source: str) -> str:
        """Where in the image a single file goes."""
        if not self.into:
            return self.root
        name = basename(source)
        directory = self.root.rstrip("/")
        return f"{directory}/{name}"

    def target(self, context: Context | None, source: str) -> str:
        """Where in the image a source stands; of a pattern the directory that its files go to."""
        if has_wildcards(source):
            return self.root
        if _is_file(context, source):
            return self._place(source)
        return self.root

    def writes(self, context: Context | None, place: str) -> bool:
        """Whether it may write at `place` of the image, above or below it."""
        for source in self.sources:
            target = self.target(context, source)
            if related(place, target):
                return True
        return False

    def has_sources(self, context: Context | None) -> bool:
        """Whether more comes with it than manifests: code that changes more often than they do."""
        takes_all = self.takes_all
        if context is None or not context.is_whole:
            if takes_all:
                return True
            return any(map(_may_be_code, self.sources))

        if not takes_all:
            return any(self.code_of(context))
        files = copied(context, self.sources)
        if any(_is_own(file.path) for file in files):
            return True
        return any(_is_setup_module(context, file.path) for file in files)

    def code_of(self, context: Context) -> Iterator[str]:
        """The files of code that come with it: no manifests, settings or documentation."""
        for file in copied(context, self.sources):
            if _is_code(file.path) or _is_setup_module(context, file.path):
                yield file.path


def _is_setup_module(context: Context, path: str) -> bool:
    """Whether a setup.py is a module of the program, and sets no package up."""
    if basename(path) != "setup.py":
        return False
    text = context.read(path) or ""
    return text != "" and _SETS_UP.search(text) is None


# A COPY or ADD, and what it does as far as that is known
Deliveries = Sequence[tuple[Copying, Delivery | None]]


def deliveries(build: Build) -> Deliveries:
    """Every COPY and ADD, with what it does."""
    return build.once(_deliveries)


def _deliveries(build: Build) -> Deliveries:
    copyings = tuple(build.copyings())
    brought = map(delivery, copyings)
    return list(zip(copyings, brought, strict=True))


def delivery(copying: Copying) -> Delivery | None:
    """What a COPY or ADD of the context does.

    None where it takes anything else too, or stands in ONBUILD.
    """
    before = copying.before
    target = copying.destination.value
    if before is None or target is None:
        return None
    if len(copying.local) < len(copying.sources):
        return None
    if copying.instruction.flag("parents"):
        return None

    sources: list[str] = []
    for source in copying.local:
        path = clean_source(f"/{source.value}")
        sources.append(path.removeprefix("/"))

    root = in_workdir(before.workdir, target)
    into = basename(target) in ("", ".", "..")
    if root == clean(before.workdir):
        into = True
    if len(sources) > 1:
        into = True
    return Delivery(copying, tuple(sources), root, into)


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches_wildcards(pattern, path)
    except BadPatternError:
        return False


def _is_file(context: Context | None, source: str) -> bool:
    if not source:
        return False
    if context is not None and context.exists(source):
        return context.has_file(source)
    name = basename(source)
    has_suffix = "." in name.lstrip(".")
    return has_suffix or is_manifest(source)


def _is_own(path: str) -> bool:
    """Whether a file of a project is neither a manifest nor one that nobody touches."""
    if path in _UNTOUCHED:
        return False
    return not is_manifest(path)


def _may_be_code(source: str) -> bool:
    if source in _SOURCE_DIRECTORIES:
        return True
    return _is_code(source)


def _is_code(path: str) -> bool:
    if not path.endswith(_CODE):
        return False
    if path.endswith(_SETTINGS):
        return False
    if is_manifest(path):
        return False
    name = basename(path)
    return not name.startswith(".")
