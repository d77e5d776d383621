"""What must not be shown or stored: secrets, and values of variables.

Variables are part of step names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from lightship.docker.image_build import read_arguments
from lightship.errors import FileError
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.files.reading import read_file
from lightship.proof.texts import hider
from lightship.text import decode

_LONGEST = 1 << 20  # bytes of a secret


def hiding(
    options: Sequence[str],
    *variables: Mapping[str, str],
    secrets: Iterable[str] = (),
) -> Callable[[str], str]:
    """What takes them out of a text.

    `options` are those of docker build, `variables` of builds and containers; `secrets` are
    further ones.
    """
    hidden = list(secrets)
    values: dict[str, str] = {}
    for mapping in variables:
        for name, value in mapping.items():
            values[name] = value
            # Of two variables with one name, both values are secret
            if is_secret_name(name):
                hidden.append(value)
    hidden += _secrets(options)
    return hider(hidden, values)


def _secrets(options: Sequence[str]) -> Iterator[str]:
    """What `--secret` hands to a build: a variable, or a file.

    docker/buildx, util/buildflags/secrets.go
    """
    flags = read_arguments(options).flags
    for words in flags.get("--secret", ()):
        fields = _fields(words)
        name = fields.get("id", "")
        path = fields.get("src") or fields.get("source") or ""
        variable = fields.get("env", "")
        if not variable and not path:
            variable = name

        is_file = fields.get("type") == "file"
        if variable in os.environ and not is_file:
            yield os.environ[variable]
        yield from _content(path or name)


def _fields(words: str) -> dict[str, str]:
    """`id=key,src=key.txt`: the values by their names."""
    fields: dict[str, str] = {}
    for word in words.split(","):
        name, _equals, value = word.partition("=")
        fields[name] = value
    return fields


def _content(path: str) -> Iterator[str]:
    """The text of a file of secrets, where it can be read and is no longer than one is."""
    if not os.path.isfile(path) or os.path.getsize(path) > _LONGEST:
        return
    with suppress(FileError):
        content = read_file(path)
        yield decode(content)
