"""The places for data that ENV, the start command and settings of the project name."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.evaluation.paths import clean
from lightship.facts.copies.sources import matches_at, sources_of
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex

_SETTINGS = (".py", ".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".json")
# Names of variables and options that hold a place to write to
_OF_DATA = regex(
    r"(?i)(?:^|[_-])(?:data|dir|directory|folder|cache|home|storage|store|db|database|uploads?|media"
    r"|logs?|archive|backups?|output|models?|path)(?:[_-]|$)"
)
_OF_TOOLS = regex(
    r"(?:PATH|LD_|PYTHON|PIP_|UV_|POETRY_|CARGO_|RUSTUP_|JAVA_|NODE_|NPM_|PNPM_|VIRTUAL_ENV|GO|CUDA"
    r"|NVM_|PLAYWRIGHT_|SSL_|REQUESTS_CA|HOME$).*|.*(?:^|_)(?:APP|PROJECT|CONFIG|BIN|LIB|VENV)_.*"
)
_DATA_FILE = regex(r"""["'\s=](?P<path>/[\w./-]+\.(?:sqlite3?|db|log))(?![\w/])""")
_DATA_FILE_MARKS = ('"/', "'/", " /", "=/")
_DIRECTORY = regex(
    r"""_(?:ROOT|DIR|DIRECTORY|FOLDER|LOCATION)["']?\s*[:=]\s*f?r?["']?(?P<path>/[\w./-]+)"""
)
_DIRECTORY_MARKS = ("_ROOT", "_DIR", "_DIRECTORY", "_FOLDER", "_LOCATION")
_PATH = regex(r"/[\w.-]+(?:/[\w.-]+)*/?")
_FILE_ENDINGS = (".db", ".log", ".pid", ".sock", ".sqlite", ".sqlite3")


def named_directories(build: Build) -> tuple[str, ...]:
    """Directories by absolute paths, those of files for which only the file is named."""
    return build.once(_named_directories)


def _named_directories(build: Build) -> tuple[str, ...]:
    paths = (*_of_environment(build), *_of_start(build), *_of_settings(build))
    return tuple(dict.fromkeys(map(_directory, paths)))


def _directory(path: str) -> str:
    if path.endswith(_FILE_ENDINGS):
        path, _, _ = path.rpartition("/")
    return clean(path or "/")


def _of_environment(build: Build) -> Iterator[str]:
    if build.final is None:
        return
    environment = build.evaluation.finals[build.final.index].env
    for name, value in environment.items():
        if not value or not _PATH.fullmatch(value):
            continue
        if _OF_DATA.search(name) and not _OF_TOOLS.fullmatch(name):
            yield value


def _of_start(build: Build) -> Iterator[str]:
    """`--log-file /var/log/app.log` and `--data-dir=/data`."""
    for command in start_commands(build):
        option = ""
        for word in command.values[1:]:
            name, equals, value = (word or "").partition("=")
            if name.startswith("-") and not equals:
                option = name
                continue
            if not equals:
                name, value = option, word or ""
            option = ""
            is_of_data = name.startswith("--") and _OF_DATA.search(name)
            if _PATH.fullmatch(value) and (is_of_data or value.endswith(_FILE_ENDINGS)):
                yield value


def _of_settings(build: Build) -> Iterator[str]:
    for text in sources_of(build, _SETTINGS):
        for match in matches_at(_DATA_FILE, _DATA_FILE_MARKS, text):
            yield match["path"]
        for match in matches_at(_DIRECTORY, _DIRECTORY_MARKS, text):
            yield match["path"]
