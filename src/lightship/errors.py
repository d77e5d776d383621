"""Every error that a user can meet.

LightshipError            anything that lightship says instead of a traceback
├── UsageError            the command line or a configuration asks for what does not exist
│   └── ConfigError       a configuration file that cannot be read or has an unknown key
├── FileError             a file or directory that cannot be read or written
├── GitError              a repository that there is not, or that cannot be read
├── ParseError            a text that BuildKit would refuse, with the place and what was expected
│   └── ExpansionError    a variable expansion that BuildKit would refuse
├── ImageError            an image that is not as the specifications say, or is beyond a limit
│   ├── ImageNotFoundError   no image of that name, tag, digest or platform
│   └── CorruptBlobError  bytes that do not match the promised digest or size
├── DatabaseError         a database of vulnerabilities that cannot be used, or what it is made of
├── EngineError           an engine that cannot be reached, or refuses
└── RegistryError         a registry that cannot be reached, or refuses
    └── RegistryAwayError    one that will not answer the next request either: silent, or too busy
"""

from __future__ import annotations


class LightshipError(Exception):
    """The root of the tree; its text is a sentence for people."""


class UsageError(LightshipError):
    """The command line asks for what does not exist: an unknown rule, format or option value."""


class ConfigError(UsageError):
    """A configuration file that cannot be read, or names an unknown key or value."""


class FileError(LightshipError):
    """A file or directory that cannot be read or written."""


class GitError(LightshipError):
    """A git repository that there is not, or that cannot be read.

    The text names the ref, object or path.
    """


class ParseError(LightshipError):
    """A text that BuildKit would refuse."""


class ExpansionError(ParseError):
    """A variable expansion that BuildKit would refuse (frontend/dockerfile/shell/lex.go).

    `used` and `unset` are the variables that were read, and read but not found, before the refusal.
    """

    def __init__(
        self,
        reason: str,
        used: frozenset[str] = frozenset(),
        unset: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(reason)
        self.used = used
        self.unset = unset


class ImageError(LightshipError):
    """An image that is not as the specifications say, or is beyond a limit."""


class ImageNotFoundError(ImageError):
    """No image of that name, tag, digest or platform; the text lists those that there are."""


class CorruptBlobError(ImageError):
    """Bytes that do not match the promised digest or size; the text names the blob."""


class DatabaseError(LightshipError):
    """A database of vulnerabilities that there is not, is too old or cannot be read.

    Or a source that it cannot be made of. The text says what to do.
    """


class EngineError(LightshipError):
    """A container engine that cannot be reached, or refuses; the text has its own words."""


class RegistryError(LightshipError):
    """A registry that cannot be reached, or refuses; the text has its status and its own words."""


class RegistryAwayError(RegistryError):
    """A registry that will not answer the next request either: it is silent, or limits them."""
