"""The secrets among the variables of a plan: passwords and keys, and those within URLs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lightship.proof.services.services_plan import ServicesPlan
from lightship.proof.services.stand_ins import is_made_up, is_password_or_key
from lightship.regex import regex

# The password of `postgres://shop:password@db/shop`
_IN_URL = regex(r"://[^\s:/@]*:([^\s/@]+)@")
# What switches something on or off: it stands in every report
_SWITCHES = frozenset("true false none null trust".split())


def secrets_of_plan(plan: ServicesPlan, only: Iterable[str] | None = None) -> list[str]:
    """The secrets of the application and its services, or `only` of those with these names.

    What an image or a service is called is shown anyway, and no secret.
    """
    services = (plan.app, *plan.services)
    shown = " ".join(f"{service.name} {service.image}" for service in services)
    if only is not None:
        names = set(only)
        services = tuple(service for service in services if service.name in names)
    found: dict[str, None] = {}
    for service in services:
        for value in _secrets(service.environment):
            if not _is_plain(value) and value not in shown:
                found[value] = None
    return list(found)


def _is_plain(value: str) -> bool:
    return value.lower() in _SWITCHES or is_made_up(value)


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if is_password_or_key(name):
            yield value
        yield from _IN_URL.findall(value)
