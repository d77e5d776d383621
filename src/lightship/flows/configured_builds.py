"""The builds that the configuration of a repository names, in its tables `[[build]]`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from lightship.builds.configured import configured_build
from lightship.builds.definition import BuildDefinition, Unresolved, Written
from lightship.config.config_keys import Config
from lightship.files.reading import path_inside, read_file
from lightship.regex import regex

_TABLE = regex(r"[ \t]*\[\[[ \t]*(?:tool\.lightship\.)?build[ \t]*\]\]")
_ARRAY = regex(r"[ \t]*build[ \t]*=")


def configured_builds(
    root: str,
    config: Config,
) -> Iterator[BuildDefinition | Unresolved]:
    """The builds of the configuration, and what of it cannot be one."""
    source = config.source
    if source is None:
        return
    path = path_inside(os.path.realpath(source), root)
    if path is None:
        return  # it is for several repositories

    tables = config.build
    data = read_file(source)
    lines = _table_lines(data, len(tables))
    for table, line in zip(tables, lines, strict=True):
        written = Written(path, line)
        build = configured_build(table, written)
        if isinstance(build, str):
            yield Unresolved(written, build)
        else:
            yield build


def _table_lines(data: bytes, count: int) -> Sequence[int]:
    """The lines of the tables `[[build]]`; TOML's own parser does not tell."""
    tables: list[int] = []
    array = 1
    text = data.decode("utf-8", "replace")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if _TABLE.match(line):
            tables.append(number)
        elif _ARRAY.match(line):
            array = number

    # All of them stand in one array, or in a way that is not seen here
    if len(tables) != count:
        return [array] * count
    return tables
