"""Passwords and keys of services that open nothing, as another variable beside them tells."""

from __future__ import annotations

import re

from lightship.build import Build
from lightship.regex import regex
from lightship.rules.security.secret_in_arg_or_env.plain_values import is_real

# Passwords of databases and queues, which are changed where they are run
_OF_SERVICE = regex(
    r"(?P<service>(?:\w+_)?(?:db|database|postgres\w*|pg|mysql|mariadb|mongo\w*|redis|rabbit\w*"
    r"|broker|neo4j|elastic\w*|minio|couchdb|influxdb)\w*?)_?(?:root_|admin_|default_)?pass(?:word|wd)?",
    re.IGNORECASE,
)
_USER = regex(r"(?:user(?:name)?|db|database|name)$", re.IGNORECASE)
_ADDRESS = regex(r"_(?:address|endpoint(?:_url)?|host|ur[il])$", re.IGNORECASE)
_NO_OTHER_MACHINE = regex(
    r"(?:\w+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?:[:/].*)?"
    # One that is none: `mocklims.example.org`
    r"|(?:\w+://)?(?:mock|fake|dummy)[\w.-]*(?:[:/].*)?",
    re.IGNORECASE,
)
_ACCESS_KEY = regex(r"(?P<prefix>(?:(?!SECRET_)\w)+_)?ACCESS_KEY(?:_ID)?")
_SECRET_KEYS = ("SECRET_KEY", "SECRET_ACCESS_KEY", "ACCESS_SECRET")


def is_of_service(build: Build, name: str, value: str) -> bool:
    """Whether everybody knows the password of a service, or the service is on this machine."""
    service, _, _ = name.partition("_")
    variables = build.once(_written).items()
    related = {key: text for key, text in variables if key.startswith(f"{service}_")}
    for key, text in related.items():
        if _ADDRESS.search(key) and _NO_OTHER_MACHINE.fullmatch(text):
            return True

    if _OF_SERVICE.fullmatch(name) is None:
        return False
    names = {text for key, text in related.items() if _USER.search(key)}
    return not is_real(value) or value in names


def is_stand_in(build: Build, name: str, value: str) -> bool:
    """Whether the value is the end of its own name, as that of another variable is."""
    if not _is_own_end(name, value):
        return False

    others = build.once(_written).items()
    alike = [key for key, text in others if key != name and _is_own_end(key, text)]
    return bool(alike)


def _is_own_end(name: str, value: str) -> bool:
    """`TRAILBLAZER_HOST=host`, `SECRET_KEY=secret_key`."""
    own = f"_{name}".lower()
    return bool(value) and own.endswith(f"_{value.lower()}")


def is_user_of_key(build: Build, name: str) -> bool:
    """Whether it is who a secret key belongs to: `MINIO_ACCESS_KEY` beside `MINIO_SECRET_KEY`."""
    match = _ACCESS_KEY.fullmatch(name)
    if match is None:
        return False

    prefix = match["prefix"] or ""
    variables = build.once(_written)
    return any(f"{prefix}{ending}" in variables for ending in _SECRET_KEYS)


def _written(build: Build) -> dict[str, str]:
    """What ARG and ENV set, by name."""
    values: dict[str, str] = {}
    for step in build.evaluation.steps:
        if step.instruction.keyword in ("ARG", "ENV"):
            names, texts = step.operands[::2], step.operands[1::2]
            values.update(zip(names, texts, strict=False))
    return values
