"""What the values of the keys may be; a reader says what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lightship.errors import UsageError
from lightship.lint.finding import Severity
from lightship.policy import LABEL_TYPES
from lightship.vulns.accepted_flaw import read_accepted

T = TypeVar("T")
FAIL_ON = ("error", "warning", "info", "style", "none")


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
        # Only where an image is inspected
        from lightship.inspection.gate import read_gate  # noqa: PLC0415

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


def _builds(value: Any) -> tuple[Mapping[str, Any], ...]:
    from lightship.builds.configured import check_tables  # noqa: PLC0415 - only for a table

    return check_tables(value)


def _label_type(value: Any) -> str:
    if value not in LABEL_TYPES:
        raise ValueError(f"must have one of {', '.join(LABEL_TYPES)} for each label")
    return str(value)


_string = _of(str, "a string")
READERS: dict[str, Callable[[Any], Any]] = {
    "select": _strings,
    "extend_select": _strings,
    "ignore": _strings,
    "extend_ignore": _strings,
    "fixable": _strings,
    "unfixable": _strings,
    "severity": _table(_severity),
    "fail_on": threshold,
    "unsafe_fixes": _of(bool, "true or false"),
    "per_file_ignores": _table(_strings),
    "baseline": _string,
    "trusted_registries": _strings,
    "forbidden_images": _strings,
    "forbidden_packages": _strings,
    "label_schema": _table(_label_type),
    "strict_labels": _of(bool, "true or false"),
    "exclude": _strings,
    "pin_skip": _strings,
    "build_args": _table(_string),
    "target": _string,
    "build": _builds,
    "max_size": _limit("max_size"),
    "max_waste": _limit("max_waste"),
    "min_efficiency": _limit("min_efficiency"),
    "max_increase": _limit("max_increase"),
    "deny": _deny,
    "ignore_path": _globs,
    "ignore_vulnerability": read_accepted,
}
