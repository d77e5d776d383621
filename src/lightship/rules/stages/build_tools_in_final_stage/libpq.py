"""Packages of Python that load libpq, the client library of PostgreSQL, from the system."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.dependency import Dependency, normalised, read_requirement

HEADERS = "libpq-dev"
# They bring their own (the docs of psycopg, "Installation"), speak the protocol themselves, or
# depend on one that does
_WITHOUT = frozenset(
    """aiopg asyncpg dbt-postgres django-postgres-extra pg8000 pgvector psycopg-binary psycopg-pool
    psycopg2-binary""".split()
)
# They depend on psycopg2 or on psycopg without its binary
_WITH = frozenset(
    """barman django-tenant-schemas django-tenants momoko patroni procrastinate pygresql
    queries""".split()
)
_MARKS = ("pg", "postgres", "psyco", "redshift")


def may_use_libpq(build: Build, calls: Iterable[PackageInvocation]) -> bool:
    """Whether one of these installs may take such a package.

    Only for commands and requirements that are all known it is certain that none does.
    """
    return any(_may_use(build, call) for call in calls)


def _may_use(build: Build, call: PackageInvocation) -> bool:
    asked = asked_packages(build, call)
    return asked is None or any(map(_loads, asked))


def asked_packages(build: Build, call: PackageInvocation) -> list[Dependency] | None:
    """What a `pip install` asks for; None where that is not all known."""
    does = call.does
    if does.manager not in ("pip", "uv") or does.action != "install":
        return None
    files = requirements_of(build, call)
    if files is None:
        return None

    asked: list[Dependency] = []
    for package in does.packages:
        value = package.word.value
        if value is None:
            return None
        read = read_requirement(value)
        if read is None:
            return None
        asked.append(read)
    for file in files:
        if file.missing:
            return None
        asked += file.dependencies
    # What comes from elsewhere may be anything under that name
    has_places = any(item.url or item.editable for item in asked)
    if not asked or has_places:
        return None
    return asked


def _loads(asked: Dependency) -> bool:
    name = normalised(asked.name)
    extras = " ".join(asked.extras).lower()
    has_binary = "binary" in extras
    if name == "psycopg":
        return not has_binary
    if _is_marked(extras):
        return not has_binary and "asyncpg" not in extras
    if name in _WITHOUT:
        return False
    return name in _WITH or _is_marked(name)


def _is_marked(text: str) -> bool:
    return any(mark in text for mark in _MARKS)
