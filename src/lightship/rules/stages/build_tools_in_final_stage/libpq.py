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
    files = requirements_of(build, call)
    if files is None or does.manager not in ("pip", "uv") or does.action != "install":
        return None
    asked: list[Dependency] = []
    for package in does.packages:
        value = package.word.value
        read = read_requirement(value) if value is not None else None
        if read is None:
            return None
        asked.append(read)
    for file in files:
        if file.missing:
            return None
        asked += file.dependencies
    if not asked or any(item.url or item.editable for item in asked):
        return None
    return asked


def _loads(asked: Dependency) -> bool:
    name = normalised(asked.name)
    extras = " ".join(asked.extras).lower()
    if name == "psycopg":
        return "binary" not in extras
    if any(mark in extras for mark in _MARKS):
        return "binary" not in extras and "asyncpg" not in extras
    if name in _WITHOUT:
        return False
    return name in _WITH or any(mark in name for mark in _MARKS)
