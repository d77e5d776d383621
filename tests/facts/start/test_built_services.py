"""The services of compose files that may run the image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.start.built_services import built_services
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

COMPOSE = """\
services:
    # the database
    db:
        image: postgres:18
        command: curl db
    api:
        build: .
        command: curl api

    job:
        build:
            context: .
            dockerfile: docker/Dockerfile.job
        command: curl job
volumes:
    a:
        build: none
"""


def _commands(path: str | None) -> list[str]:
    build = build_of("FROM debian:13", {"docker/compose.yml": COMPOSE})
    services = built_services(replace(build, path=path))
    return [service.split()[-1] for service in services]


def test_a_service_with_an_image_of_others_is_not_built():
    assert _commands(None) == ["api", "job"]


def test_a_service_of_another_dockerfile_is_left_out():
    assert _commands("docker/Dockerfile.job") == ["api", "job"]
    assert _commands("Dockerfile") == ["api"]


def test_a_file_without_services_has_none():
    for text in ("", "services:\n", "services: {}\n", "version: '3'\nimage: a\n"):
        build = build_of("FROM debian:13", {"compose.yaml": text})
        assert built_services(build) == ()


@pytest.mark.parametrize(
    ("section", "is_own"),
    [
        ("build: ./shop", True),
        ("build: .", True),
        ("build: $SHOP", True),
        ("build: ../shop/", True),
        ("build: ./postgres", False),
        ("build: ../postgres", False),
        ("build: {context: postgres}", True),  # not read
        ("build:\n      context: ./postgres\n      dockerfile: Dockerfile", False),
        ("build:\n      context: .\n      dockerfile: docker/shop/Dockerfile", True),
        ("build:\n      context: .\n      dockerfile: docker/web/Dockerfile", False),
    ],
)
def test_a_service_of_another_folder_is_left_out(section, is_own):
    compose = f"services:\n  one:\n    {section}\n    command: one\n"
    place = RepositoryFacts(dockerfile="docker/shop/Dockerfile")
    build = replace(
        build_of("FROM debian:13", {"compose.yml": compose}), repository=place
    )
    assert bool(built_services(build)) is is_own
