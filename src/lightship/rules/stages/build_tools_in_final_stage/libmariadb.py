"""Packages of Python that load libmariadb, the client library of MySQL, from the system."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build, PackageInvocation
from lightship.pyproject.dependency import Dependency, normalised
from lightship.rules.stages.build_tools_in_final_stage.libpq import asked_packages

HEADERS = (
    "default-libmysqlclient-dev",
    "libmariadb-dev",
    "libmariadb-dev-compat",
)
# They speak the protocol themselves, bring their own library, or are types alone
_WITHOUT = frozenset(
    """aiomysql asyncmy mysql-connector mysql-connector-python mysql-replication pymysql
    types-mysqlclient types-pymysql""".split()
)
_MARKS = ("mysql", "maria")


def may_use_libmariadb(build: Build, calls: Iterable[PackageInvocation]) -> bool:
    """Whether one of these installs may take mysqlclient, mariadb or what depends on them.

    Only for commands and requirements that are all known it is certain that none does.
    """
    return any(_may_use(build, call) for call in calls)


def _may_use(build: Build, call: PackageInvocation) -> bool:
    asked = asked_packages(build, call)
    if asked is None:
        return True
    return any(map(_loads, asked))


def _loads(asked: Dependency) -> bool:
    own = normalised(asked.name)
    extras = map(normalised, asked.extras)
    return any(map(_is_client, (own, *extras)))


def _is_client(name: str) -> bool:
    if name in _WITHOUT:
        return False
    return any(mark in name for mark in _MARKS)
