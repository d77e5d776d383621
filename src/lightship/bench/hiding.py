"""What must not be shown or stored: secrets, and values of variables.

Variables are part of step names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from lightship.docker.image_build import read_arguments
from lightship.errors import FileError
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.files.reading import read_file
from lightship.proof.texts import hider
from lightship.text import decode

_LONGEST = 1 << 20  # bytes of a secret


def hiding(
    options: Sequence[str], *variables: Mapping[str, str]
) -> Callable[[str], str]:
    """What takes them out of a text.

    `options` are those of docker build, `variables` of builds and containers.
    """
    values = [pair for mapping in variables for pair in mapping.items()]
    secrets = [value for name, value in values if is_secret_name(name)]
    return hider((*secrets, *_secrets(options)), dict(values))


def _secrets(options: Sequence[str]) -> Iterator[str]:
    """What `--secret` hands to a build: a variable, or a file.

    docker/buildx, util/buildflags/secrets.go
    """
    for words in read_arguments(options).flags.get("--secret", ()):
        fields = dict(word.partition("=")[::2] for word in words.split(","))
        name = fields.get("id", "")
        path = fields.get("src") or fields.get("source") or ""
        variable = fields.get("env") or ("" if path else name)
        if variable in os.environ and fields.get("type") != "file":
            yield os.environ[variable]
        yield from _content(path or name)


def _content(path: str) -> Iterator[str]:
    """The text of a file of secrets, where it can be read and is no longer than one is."""
    with suppress(FileError):
        if os.path.isfile(path) and os.path.getsize(path) <= _LONGEST:
            yield decode(read_file(path))
