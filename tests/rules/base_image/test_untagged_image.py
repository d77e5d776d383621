"""Images without a version: which of them are the project's own, and which say it elsewhere."""

from __future__ import annotations

from dataclasses import replace

import judged
import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.repository_facts import RepositoryFacts

RULES = {rule.id: rule for rule in all_rules()}


def said(rule, text, **changes):
    build = replace(build_of(text), **changes)
    return [finding.message for finding in RULES[rule].check(build)]


def of(*images):
    return RepositoryFacts(images=frozenset(images))


@pytest.mark.parametrize("image", ["acme/base", "ghcr.io/acme/base"])
def test_an_image_beside_those_that_the_repository_publishes_is_its_owners(image):
    namespace = image.rpartition("/")[0]
    assert said("untagged-image", f"FROM {image}")
    for published in (f"{namespace}/app", f"{namespace}/*"):
        assert said("untagged-image", f"FROM {image}", repository=of(published)) == []
        latest = f"FROM {image}:latest"
        assert said("latest-image", latest, repository=of(published)) == []
    other = of("quay.io/acme/app", "acme-more/app", "app")
    assert said("untagged-image", f"FROM {image}", repository=other)


def test_a_variable_for_the_whole_name_leaves_the_version_to_who_builds():
    argument = "ARG BASE=registry.example.com/base/system"
    assert said("untagged-image", f"{argument}\nFROM $BASE") == []
    assert said("untagged-image", "ARG BASE=debian\nFROM $BASE")
    assert said("latest-image", "ARG TAG=latest\nFROM acme/base:$TAG")


@pytest.mark.parametrize(
    "image",
    [
        "registry.access.redhat.com/ubi9/ubi-minimal",
        "almalinux/9-base",
        "cern/alma9-base",
        "quay.io/fedora/python-312",
        "acme/rockylinux9",
        "registry.access.redhat.com/rhscl/postgresql-10-rhel7",
        "quay.io/pypa/manylinux_2_28_x86_64",
        "gcr.io/distroless/python3-debian12",
        "public.ecr.aws/sam/build-python3.12",
    ],
)
def test_a_name_with_the_version_in_it_needs_no_tag(image):
    assert said("untagged-image", f"FROM {image}") == []
    assert said("latest-image", f"FROM {image}:latest") == []


@pytest.mark.parametrize(
    "image", ["anaconda/miniconda3", "registry.redhat.io/openshift4/ose-cli", "a/b2"]
)
def test_a_number_in_a_name_is_not_always_its_version(image):
    assert said("untagged-image", f"FROM {image}")


@pytest.mark.parametrize("name", ["dev-wyrm-web", "localhost/synapse", "app"])
def test_an_image_that_is_built_on_the_spot_needs_no_tag(name):
    assert judged.said("untagged-image", f"FROM {name}") == []


def test_a_repository_that_has_ended_moves_no_more():
    assert said("untagged-image", "FROM centos") == []
    assert said("end-of-life-image", "FROM centos")


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("python:3.12", "such as 3.12, as elsewhere in this file"),
        ("python:latest", "pin"),
        ("debian:13", "pin"),
    ],
)
def test_a_tag_that_the_file_gives_the_same_image_is_the_one_to_use(first, told):
    text = f"FROM {first} AS build\nFROM python\nCOPY --from=build /a /a\n"
    (message,) = said("untagged-image", text)
    assert told in message
    assert ("elsewhere" in message) is ("elsewhere" in told)


@pytest.mark.parametrize(
    ("image", "run", "count"),
    [
        ("alpine", "mkdir /b && mv /a /b && chmod 755 /b && rm -rf /c", 0),
        ("alpine", "apk add git", 1),
        ("acme/tools", "rm /a", 1),
    ],
)
def test_any_version_moves_files_about(image, run, count):
    stage = f"FROM {image} AS moved\nCOPY a /a\nRUN {run}\n"
    text = f"{stage}FROM scratch\nCOPY --from=moved /b /b"
    assert len(said("untagged-image", text)) == count
    # With its files a stage that starts from it, or is the image, gets its version
    assert len(said("untagged-image", f"{stage}FROM moved\nUSER 1")) == 1


def test_builders_of_red_hat_have_their_versions_in_the_name():
    assert said("untagged-image", "FROM centos/python-36-centos7\n") == []
    assert said("untagged-image", "FROM acme/python-36-builder\n")


@pytest.mark.parametrize(
    ("rule", "image"),
    [("untagged-image", "postgres"), ("latest-image", "postgres:latest")],
)
def test_the_version_of_a_database_is_a_choice(rule, image):
    (finding,) = judged.findings(rule, f"FROM {image}\nCOPY a.sql /a.sql")
    assert finding.fix is None
    assert [choice.message for choice in finding.choices] == ["Use postgres:18"]
