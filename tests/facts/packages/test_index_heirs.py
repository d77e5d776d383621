"""Which other Dockerfiles of a repository install from the package index of an image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.packages.index_heirs import has_index_heirs
from lightship.facts.start.container_lines import begins_as_dockerfile
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

INSTALL = "RUN apt-get install -y curl\n"
BASE = "FROM debian:13\nRUN apt-get update && apt-get install -y git\n"


def heirs(manager, **files):
    texts = {path.replace("_", "."): text for path, text in files.items()}
    facts = RepositoryFacts(images=frozenset({"acme/shop-base"}))
    return has_index_heirs(replace(build_of(BASE, texts), repository=facts), manager)


@pytest.mark.parametrize(
    "text",
    [
        f"FROM acme/shop-base:1.2\n{INSTALL}",
        f"FROM registry.example.com/acme/shop-base\n{INSTALL}",
        f"FROM shop-base\n{INSTALL}",
        f"ARG BASE\nFROM $BASE\n{INSTALL}",
        f"FROM acme/shop-base AS one\nRUN true\nFROM one\n{INSTALL}",
        f"FROM debian:13\nRUN apt-get update\nFROM acme/shop-base\n{INSTALL}",
        f"FROM acme/shop-base\n{INSTALL}RUN apt-get update\n",
    ],
)
def test_an_install_without_an_update_needs_the_index(text):
    assert heirs("apt", Dockerfile_web=text)
    assert not heirs("apk", Dockerfile_web=text)


@pytest.mark.parametrize(
    "text",
    [
        f"FROM debian:13\n{INSTALL}",
        f"FROM elsewhere/tool\n{INSTALL}",
        f"FROM acme/shop-base\nRUN apt-get update\n{INSTALL}",
        "FROM acme/shop-base\nRUN apt-get update && apt-get install -y curl\n",
        f"FROM acme/shop-base\nFROM debian:13\n{INSTALL}",
        "FROM acme/shop-base\nRUN pip install flask\n",
        BASE,
    ],
)
def test_the_index_is_not_needed(text):
    assert not heirs("apt", Dockerfile_web=text)


def test_a_dockerfile_is_known_by_its_ending_too():
    assert heirs("apt", web_Dockerfile=f"FROM acme/shop-base\n{INSTALL}")


@pytest.mark.parametrize(
    ("command", "is_needed"),
    [
        ("apk add git", True),
        ("apk add --no-cache git", False),
        ("apk add -U git", False),
        ("apk update && apk add git", False),
    ],
)
def test_the_index_of_apk(command, is_needed):
    text = f"FROM acme/shop-base\nRUN {command}\n"
    assert heirs("apk", Dockerfile_web=text) is is_needed


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_many_comments_are_read_in_one_way(end):
    comments = f"# a comment{end}" * 1000
    assert begins_as_dockerfile(f"\ufeff{comments}{end}FROM debian:13")
    # Each CR could be a part of its comment, or not: 2 ** 1000 ways
    assert not begins_as_dockerfile(f"{comments}echo FROM here")
