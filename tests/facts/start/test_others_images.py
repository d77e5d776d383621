"""Which words name an image that is surely none of the repository."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.start.others_images import is_of_others, last_part, own_names
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

FACTS = RepositoryFacts(
    images=frozenset({"ghcr.io/acme/shop"}),
    names=frozenset({"web", "ghcr.io/acme/shop:1.2"}),
)
BUILD = replace(build_of("FROM scratch"), repository=FACTS)


@pytest.mark.parametrize(
    ("words", "is_others"),
    [
        ("-d postgres:18", True),
        ("--rm certbot/certbot certonly", True),
        ("-p 80:80 ghcr.io/mlflow/mlflow:v2.17.2", True),
        ("quay.io:443/a/b", True),
        ("-v ./a:/a web", False),
        ("ghcr.io/acme/shop:2", False),
        ("registry.example.org/team/web", False),
        ("ghcr.io/acme/worker", False),  # published beside it
        ("acme/unknown", False),
        ("", False),
    ],
)
def test_an_image_of_others_is_known_by_its_name(words, is_others):
    assert is_of_others(BUILD, words) is is_others


def test_without_a_name_of_its_own_any_published_image_may_be_it():
    assert not is_of_others(build_of("FROM scratch"), "ghcr.io/mlflow/mlflow")


def test_own_names_have_no_registry_and_no_tag():
    assert own_names(BUILD) == {"web", "shop"}
    assert last_part("a.example:5000/b/c:1@sha256:00") == "c"
