"""`Selected`: the entries that one selection takes, and the digest that a cache key sees of them.

The digest is the sum, modulo 2^128, of a hash for each entry, so that one is taken out and put in
without the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from lightship.cache.selection.selection import (
    Naming,
    Selection,
    followed,
    last_part,
    resolved,
    starting,
)
from lightship.context.files import FileKind
from lightship.record import record
from lightship.text import encode

_MODULUS = 1 << 128
_NOWHERE = "\0"  # no path of a context


@record
class SentEntry:
    """A file, symlink or directory that is sent.

    `content` names its bytes, or where a symlink points.
    """

    kind: FileKind
    mode: int
    content: Callable[[], str]

    def token(self) -> str:
        """What a key sees of it: kind, mode, content; a symlink has no mode of its own."""
        if self.kind is FileKind.DIRECTORY:
            return f"d {self.mode:o}"
        content = self.content()
        if self.kind is FileKind.SYMLINK:
            return f"l {content}"
        return f"f {self.mode:o} {content}"


@record(eq=False)
class SentFiles:
    """All that is sent: entries by path, the targets of symlinks among them, and all paths,
    sorted.
    """

    entries: Mapping[str, SentEntry]
    links: Mapping[str, str]
    paths: Sequence[str]


class Selected:
    """What one selection takes: the token of each entry by its name.

    `follows` says that a symlink which a pattern selects stands for what it points to, wherever
    that lies.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.tokens: dict[str, str] = {}
        self.follows = False
        # Whether the directory is there in which a pattern looks
        self._has_start = False
        self._naming = Naming(selection, selection.source)
        self._sum = 0

    def start(self, sent: SentFiles) -> None:
        """Take from all that is sent, from scratch."""
        naming = self._naming_in(sent)
        self._naming = naming
        self.tokens = {}
        self._sum = 0
        self.follows = False
        self._has_start = naming.start in sent.entries
        for path in naming.among(sent.paths):
            name = naming.name(path)
            if name is None:
                continue
            token = self._token(path, sent)
            self._replace(name, token)

    def _naming_in(self, sent: SentFiles) -> Naming:
        """The names of what is taken, after the symlinks on the way to it were followed."""
        selection = self.selection
        source: str | None = selection.source
        if sent.links:
            source = resolved(selection, sent.links)
        if source is None:
            source = _NOWHERE
        return Naming(selection, source)

    def restart(self, sent: SentFiles) -> set[str]:
        """The same after symlinks changed: the paths of what is another under its name now."""
        old_tokens = self.tokens
        old_naming = self._naming
        self.start(sent)

        changed: set[str] = set()
        names = old_tokens.keys() | self.tokens.keys()
        for name in names:
            token = self.tokens.get(name)
            old_token = old_tokens.get(name)
            if token == old_token:
                continue
            naming = self._naming
            if token is None:
                # What is gone lay where the names of before say
                naming = old_naming
            path = naming.path(name)
            changed.add(path)
        return changed

    def put(self, path: str, entry: SentEntry | None) -> bool:
        """An entry has come, changed or (None) gone; whether that changes what is taken."""
        naming = self._naming
        if path == naming.start:
            self._has_start = entry is not None
        name = naming.name(path)
        if name is None:
            return False
        token: str | None = None
        if entry is not None:
            token = entry.token()
        return self._replace(name, token)

    def holds(self, paths: Sequence[str]) -> bool:
        """Whether one of these sorted paths is taken."""
        naming = self._naming
        names = map(naming.name, naming.among(paths))
        return any(name is not None for name in names)

    def path(self, name: str) -> str:
        """Where in the context the entry of that name lies."""
        return self._naming.path(name)

    @property
    def start_of_pattern(self) -> str:
        """The directory in which a pattern looks.

        Empty for the root, and for what is not a pattern.
        """
        if self.selection.is_pattern:
            return self._naming.start
        return ""

    @property
    def digest(self) -> str | None:
        """What the key sees; None where there is nothing at a source that must be there, or
        it is not a pattern.

        A pattern may select nothing, if the directory is there in which it looks (fsutil copy,
        ResolveWildcards). A pattern that selects one path whose name is the pattern's own counts
        as a plain source (Checksum).
        """
        if not self.tokens:
            may_be_empty = self._may_be_empty()
            return "nothing" if may_be_empty else None

        digest = self._sum
        is_single = len(self.tokens) == 1
        if is_single and self.selection.is_pattern:
            [(name, token)] = self.tokens.items()
            own = last_part(name)
            pattern = last_part(self.selection.source)
            if own == pattern:
                digest = _hash("", token)
        return f"{digest:032x}"

    def _may_be_empty(self) -> bool:
        """Whether the build goes on where nothing is selected."""
        selection = self.selection
        if selection.optional or selection.parents:
            return True
        is_whole_context = not selection.source
        return is_whole_context or self._may_match_nothing()

    def _may_match_nothing(self) -> bool:
        """Whether it is a pattern whose directory is there."""
        selection = self.selection
        if not selection.is_pattern or selection.is_bad:
            return False
        looks_in_root = not self._naming.start
        return self._has_start or looks_in_root

    def _replace(self, name: str, after: str | None) -> bool:
        before = self.tokens.get(name)
        if before == after:
            return False
        total = self._sum
        if before is not None:
            total -= _hash(name, before)
            del self.tokens[name]
        if after is not None:
            total += _hash(name, after)
            self.tokens[name] = after
        self._sum = total % _MODULUS
        return True

    def _token(self, path: str, sent: SentFiles) -> str:
        """What a key sees at a path: of a symlink that a pattern selects, what it points to."""
        entry = sent.entries[path]
        is_link = entry.kind is FileKind.SYMLINK
        if not is_link or not self._is_top(path):
            return entry.token()

        self.follows = True
        target = followed(path, sent.links)
        if target is None or target not in sent.entries:
            return "l nowhere"

        below: list[tuple[str, str]] = []
        start = f"{target}/"
        for inside in starting(sent.paths, start):
            name = inside.removeprefix(target)
            token = sent.entries[inside].token()
            below.append((name, token))
        own = sent.entries[target].token()
        return f"to {own} {below}"

    def _is_top(self, path: str) -> bool:
        """Whether a pattern selects this path itself, and not what it lies in."""
        return self.selection.is_pattern and self._naming.is_top(path)


def _hash(name: str, token: str) -> int:
    data = encode(f"{name}\0{token}")
    hasher = hashlib.blake2b(data, digest_size=16)
    digest = hasher.digest()
    return int.from_bytes(digest)
