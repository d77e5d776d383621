"""`Config`: what lightship.toml, pyproject.toml or .hadolint.yaml say, and where it was found.

The nearest file upward from the Dockerfile wins, and nothing is merged: `lightship.toml`, else
`[tool.lightship]` in `pyproject.toml`, else, where neither is found up to the root, hadolint's own
`.hadolint.yaml`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from lightship.errors import ConfigError, UsageError
from lightship.files.reading import read_file
from lightship.lint.finding import Severity
from lightship.lint.rule_selection import Request, names, resolve
from lightship.record import record

if TYPE_CHECKING:
    from lightship.lint.rule import Rule

T = TypeVar("T")
FAIL_ON = ("error", "warning", "info", "style", "none")
HADOLINT = (".hadolint.yaml", ".hadolint.yml")
YAML = (".yaml", ".yml")  # only hadolint's file is written in it
HADOLINT_LEVELS = {
    "error": "error",
    "warning": "warning",
    "info": "info",
    "style": "style",
    "ignore": "none",
    "none": "none",
}


def key(about: str, example: str, **default: Any) -> Any:
    """A key of the configuration; its documentation is generated from this."""
    return field(metadata={"about": about, "example": example}, **default)


@record
class Config:
    """All keys, and `source`: the file that they are from, None where there is none."""

    select: tuple[str, ...] | None = key(
        "The rules that run instead of the default set: ids, aliases, themes, `hadolint`, "
        "`buildkit`, `default`, `all`.",
        '["default", "style"]',
        default=None,
    )
    extend_select: tuple[str, ...] = key(
        "Rules that run in addition to `select`.", '["unused-ignore"]', default=()
    )
    ignore: tuple[str, ...] = key("Rules that do not run.", '["DL3059"]', default=())
    severity: Mapping[str, Severity] = key(
        "Rules with a different severity: error, warning, info or style.",
        '{ DL3007 = "error" }',
        default_factory=dict,
    )
    fail_on: Severity | None = key(
        "The lowest severity at which `lightship lint` exits with code 1: error, warning, info, "
        "style, or none.",
        '"error"',
        default=Severity.WARNING,
    )
    unsafe_fixes: bool = key(
        "Whether `lightship fix` also makes unsafe fixes.", "true", default=False
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = key(
        "Rules that do not run on some files: by a pattern of file names, or of paths relative "
        "to the configuration.",
        '{ "tests/*" = ["security"] }',
        default_factory=dict,
    )
    exclude: tuple[str, ...] = key(
        "Files and directories that a search skips, in the syntax of .gitignore.",
        '["vendor/"]',
        default=(),
    )
    build_args: Mapping[str, str] = key(
        "Build arguments, as for `docker build --build-arg`.",
        '{ VERSION = "3.13" }',
        default_factory=dict,
    )
    target: str | None = key(
        "The stage to build, as for `docker build --target`, in Dockerfiles that have it.",
        '"runtime"',
        default=None,
    )
    max_size: str = key(
        "`lightship inspect`: the largest uncompressed size of an image, with a unit.",
        '"500MB"',
        default="",
    )
    max_waste: str = key(
        "`lightship inspect`: the most wasted bytes, as a size or a share of the content.",
        '"10%"',
        default="",
    )
    min_efficiency: str = key(
        "`lightship inspect`: the lowest efficiency, from 0 to 1 or in percent.",
        "0.95",
        default="",
    )
    max_increase: str = key(
        "`lightship inspect` and `compare`: how much an image may grow, as a size or a share.",
        '"5%"',
        default="",
    )
    deny: tuple[str, ...] = key(
        "`lightship inspect`: findings that are not allowed: ids, `root`, `setuid`, `eol`, "
        "`secrets`, `security`, `waste`, `content`, `all`.",
        '["secrets", "root"]',
        default=(),
    )
    ignore_path: tuple[str, ...] = key(
        "`lightship inspect`: paths that findings and limits on waste leave out; `*` does not "
        "match a slash, `**` does.",
        '["var/cache/**"]',
        default=(),
    )
    source: str | None = None

    @property
    def is_hadolints(self) -> bool:
        """Whether it is hadolint's own file, which knows rules by hadolint's names."""
        return self.source is not None and self.source.endswith(YAML)

    def requests(self, path: str) -> tuple[Request, ...]:
        """What the configuration asks of the rules for one Dockerfile."""
        base = (
            os.path.dirname(os.path.abspath(self.source))
            if self.source
            else os.getcwd()
        )
        relative = os.path.relpath(os.path.abspath(path), base).replace(os.sep, "/")
        more = [
            name
            for pattern, ignored in self.per_file_ignores.items()
            if _matches(relative, pattern) or _matches(os.path.basename(path), pattern)
            for name in ignored
        ]
        return (Request(self.select, self.extend_select, (*self.ignore, *more)),)


def _matches(path: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only where the configuration has patterns

    return fnmatchcase(path, pattern)


def keys() -> dict[str, str]:
    """Each key as it is written, and the field that holds it."""
    return {
        item.name.replace("_", "-"): item.name
        for item in Config.__dataclass_fields__.values()
        if item.metadata
    }


@cache
def config_for(directory: str) -> Config:
    """The configuration that holds for files in `directory`."""
    folders = _upward(os.path.abspath(directory))
    for folder in folders:
        path = os.path.join(folder, "lightship.toml")
        if os.path.isfile(path):
            return load(path)
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path) and b"tool.lightship" in (data := read_file(path)):
            table = _toml(path, data).get("tool", {}).get("lightship")
            if table is not None:
                return _read(table, path, data)
    for folder in folders:
        for name in HADOLINT:
            if os.path.isfile(path := os.path.join(folder, name)):
                return load(path)
    return Config()


def load(path: str) -> Config:
    """The configuration in one file."""
    data = read_file(path)
    if path.endswith(YAML):
        return _read_hadolint(path, data)
    table = _toml(path, data)
    if os.path.basename(path) == "pyproject.toml":
        table = table.get("tool", {}).get("lightship", {})
    return _read(table, path, data)


def _upward(directory: str) -> list[str]:
    folders = [directory]
    while (parent := os.path.dirname(directory)) != directory:
        folders.append(parent)
        directory = parent
    return folders


def _toml(path: str, data: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a configuration

    try:
        return tomllib.loads(data.decode())
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _read(table: Mapping[str, Any], path: str, data: bytes) -> Config:
    """A table of our own keys as a Config.

    A ConfigError, with the line, for an unknown key or a value of the wrong type.
    """
    known, values = keys(), {}
    for name, value in table.items():
        where = f"{path}:{_line(data, name)}"
        if name not in known:
            raise ConfigError(f"{where}: unknown key {name!r}; {_hint(name, known)}")
        try:
            values[known[name]] = READERS[known[name]](value)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{where}: {name} {error}") from error
    config = Config(**values, source=path)
    _check_rules(config, data)
    return config


def _hint(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _check_rules(config: Config, data: bytes) -> None:
    """Every name of a rule must mean one."""
    known = names(_all_rules())
    named = [
        *(config.select or ()),
        *config.extend_select,
        *config.ignore,
        *config.severity,
    ]
    for name in (
        *named,
        *(name for ignored in config.per_file_ignores.values() for name in ignored),
    ):
        try:
            resolve(name, known)
        except UsageError as error:
            raise ConfigError(
                f"{config.source}:{_line(data, name)}: {error}"
            ) from error


def _all_rules() -> tuple[Rule, ...]:
    from lightship.lint.registry import all_rules  # noqa: PLC0415 - 10 ms, and `inspect` has nothing to do with rules

    return all_rules()


def _line(data: bytes, name: str) -> int:
    """The line that first has `name` as a word; TOML's own parser does not tell."""
    match = re.search(
        rf"(?<![\w-]){re.escape(name)}(?![\w-])", data.decode("utf-8", "replace")
    )
    return (
        data.decode("utf-8", "replace").count("\n", 0, match.start()) + 1
        if match
        else 1
    )


def threshold(value: Any) -> Severity | None:
    """The severity that `--fail-on` names; None for none."""
    if value not in FAIL_ON:
        raise ValueError(f"must be one of {', '.join(FAIL_ON)}")
    return None if value == "none" else Severity[value.upper()]


def _severity(value: Any) -> Severity:
    if value not in FAIL_ON[:-1]:
        raise ValueError(f"must be one of {', '.join(FAIL_ON[:-1])}")
    return Severity[value.upper()]


def _of(kind: type, words: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"must be {words}")
        return value

    return read


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("must be a list of strings")
    return tuple(value)


def _table(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def read_table(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise TypeError("must be a table")
        return {name: read(item) for name, item in value.items()}

    return read_table


def _limit(name: str) -> Callable[[Any], str]:
    """A limit of the gate as it is written; an empty one is none."""

    def read(value: Any) -> str:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise TypeError("must be a string or a number")
        from lightship.inspection.gate import read_gate  # noqa: PLC0415 - only where an image is inspected

        return _understood(lambda text: read_gate(**{name: text}), str(value))

    return read


def _deny(value: Any) -> tuple[str, ...]:
    from lightship.inspection.gate import read_deny  # noqa: PLC0415 - as above

    return _understood(read_deny, _strings(value))


def _globs(value: Any) -> tuple[str, ...]:
    from lightship.inspection.globs import ignored_by  # noqa: PLC0415 - as above

    return _understood(ignored_by, _strings(value))


def _understood(read: Callable[[T], object], value: T) -> T:
    try:
        read(value)
    except UsageError as error:
        raise ValueError(f"is invalid: {error}") from error
    return value


_string = _of(str, "a string")
READERS: dict[str, Callable[[Any], Any]] = {
    "select": _strings,
    "extend_select": _strings,
    "ignore": _strings,
    "severity": _table(_severity),
    "fail_on": threshold,
    "unsafe_fixes": _of(bool, "true or false"),
    "per_file_ignores": _table(_strings),
    "exclude": _strings,
    "build_args": _table(_string),
    "target": _string,
    "max_size": _limit("max_size"),
    "max_waste": _limit("max_waste"),
    "min_efficiency": _limit("min_efficiency"),
    "max_increase": _limit("max_increase"),
    "deny": _deny,
    "ignore_path": _globs,
}


def _read_hadolint(path: str, data: bytes) -> Config:
    """What hadolint's configuration says of rules that lightship has too.

    Its other keys do not concern us.
    """
    import yaml  # noqa: PLC0415 - only where hadolint's configuration is the one that holds

    try:
        table = yaml.safe_load(data) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: must be a mapping")
    levels = table.get("override") or {}
    if not isinstance(levels, dict):
        raise ConfigError(f"{path}: override must be a mapping")
    ignored = _known(path, "ignored", table.get("ignored"))
    severity = {
        name: Severity[level.upper()]
        for level in FAIL_ON[:-1]
        for name in _known(path, level, levels.get(level))
    }
    fail_on = threshold(
        HADOLINT_LEVELS.get(str(table.get("failure-threshold")), "warning")
    )
    return Config(ignore=ignored, severity=severity, fail_on=fail_on, source=path)


def _known(path: str, key: str, value: Any) -> tuple[str, ...]:
    """The names that mean a rule here: hadolint has rules that lightship has not."""
    if not isinstance(value, list | None):
        raise ConfigError(f"{path}: {key} must be a list")
    known = names(_all_rules())
    return tuple(str(name) for name in value or () if str(name).lower() in known)
