"""What COPY and ADD bring from the build context: which file stands at a path of the image, and is it source code."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.context.files import Context, copied
from lightship.context.wildcards import BadPatternError, has_wildcards
from lightship.context.wildcards import clean as clean_source
from lightship.context.wildcards import matches as matches_wildcards
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, clean, join_workdir
from lightship.pyproject.manifests import is_manifest
from lightship.record import record

_CODE = (
    ".py",
    ".js",
    ".ts",
    ".jsx",
    ".tsx",
    ".vue",
    ".svelte",
    ".mjs",
    ".cjs",
    ".go",
    ".rb",
    ".rs",
    ".java",
    ".php",
)
_SETTINGS = (
    ".config.js",
    ".config.ts",
    ".config.mjs",
    ".config.cjs",
    "rc.js",
    "rc.cjs",
)
_SOURCE_DIRECTORIES = frozenset({"src", "app"})
_UNTOUCHED = frozenset({"LICENSE", "README.md", "README.rst", "README"})


@record
class Delivery:
    """One COPY or ADD of files of the build context; `root` is its destination as a path of the image."""

    copying: Copying
    sources: tuple[str, ...]
    root: str
    into: bool  # whether the destination is surely a directory

    @property
    def takes_all(self) -> bool:
        """Whether it takes the whole build context."""
        return any(source in ("", "*") for source in self.sources)

    def origin(self, context: Context | None, path: str) -> str | None:
        """The file of the context that stands at `path` of the image; None where none does, as far as is known."""
        for source in self.sources:
            found = self._origin(context, source, path)
            if found is not None and (context is None or context.exists(found)):
                return found
        return None

    def _origin(self, context: Context | None, source: str, path: str) -> str | None:
        directory, _, name = path.rpartition("/")
        if has_wildcards(source):
            if (directory or "/") != self.root:
                return None
            candidate = f"{source.rpartition('/')[0]}/{name}".lstrip("/")
            return candidate if _matches(source, candidate) else None
        if _is_file(context, source):
            targets = (
                (f"{self.root.rstrip('/')}/{source.rpartition('/')[2]}",)
                if self.into
                else ()
            )
            return (
                source
                if path in (*targets, *(() if self.into else (self.root,)))
                else None
            )
        rest = below(path, self.root)
        return None if rest is None else f"{source}/{rest}".lstrip("/")

    def target(self, context: Context | None, source: str) -> str:
        """Where in the image a source stands; for several files of a pattern, the directory that they go to."""
        if self.into and not has_wildcards(source) and _is_file(context, source):
            return f"{self.root.rstrip('/')}/{source.rpartition('/')[2]}"
        return self.root

    def writes(self, context: Context | None, place: str) -> bool:
        """Whether it may write at `place` of the image, above or below it."""
        targets = [self.target(context, source) for source in self.sources]
        return any(
            below(place, target) is not None or below(target, place) is not None
            for target in targets
        )

    def has_sources(self, context: Context | None) -> bool:
        """Whether more comes with it than manifests: code that changes more often than what it depends on."""
        if context is not None and context.is_whole:
            files = [file.path for file in copied(context, self.sources)]
            if self.takes_all:
                return any(
                    not is_manifest(path) and path not in _UNTOUCHED for path in files
                )
            return any(_is_code(path) for path in files)
        return self.takes_all or any(
            source in _SOURCE_DIRECTORIES or _is_code(source) for source in self.sources
        )


def deliveries(build: Build) -> Sequence[tuple[Copying, Delivery | None]]:
    """Every COPY and ADD, with what it does."""
    return build.once(_deliveries)


def _deliveries(build: Build) -> Sequence[tuple[Copying, Delivery | None]]:
    return tuple((copying, delivery(copying)) for copying in build.copyings())


def delivery(copying: Copying) -> Delivery | None:
    """What a COPY or ADD of the context does; None where it takes anything else too, or is in ONBUILD."""
    target = copying.destination.value
    if (
        copying.before is None
        or target is None
        or len(copying.local) != len(copying.sources)
    ):
        return None
    if copying.instruction.flag("parents"):
        return None
    sources = tuple(clean_source(f"/{source.value}")[1:] for source in copying.local)
    into = (
        len(sources) > 1
        or target.endswith("/")
        or target.rpartition("/")[2] in (".", "..")
    )
    root = clean(join_workdir(copying.before.workdir, target).path)
    return Delivery(
        copying, sources, root, into or root == clean(copying.before.workdir)
    )


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
    return "." in source.rpartition("/")[2].lstrip(".") or is_manifest(source)


def _is_code(path: str) -> bool:
    return (
        path.endswith(_CODE)
        and not is_manifest(path)
        and not path.endswith(_SETTINGS)
        and path.rpartition("/")[2][0] != "."
    )
