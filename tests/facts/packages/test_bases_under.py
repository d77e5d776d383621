"""What is under a stage whose base image the repository makes itself."""

from __future__ import annotations

from judged import said

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.facts.packages.bases_under import (
    image_under,
    packages_under,
    starts_with_compiler,
)
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.repository_facts import OwnBase, RepositoryFacts

APP = "FROM acme/middle\nRUN apt-get update && apt-get install -y gettext\n"


def facts(core: str, *cleaners: str) -> RepositoryFacts:
    middle = OwnBase("FROM acme/core\nRUN make\n", frozenset(cleaners))
    return RepositoryFacts(bases={"acme/middle": middle, "acme/core": OwnBase(core)})


def built_on(core: str) -> Build:
    return Build(parse(APP), repository=facts(core))


def test_its_base_is_that_of_the_image_under_it():
    build = built_on("FROM ubuntu:18.04\n")
    [stage] = build.dockerfile.stages
    root = build.root_image(stage)
    assert root is not None
    assert root.name == "acme/middle"
    under = image_under(build, stage)
    assert under is not None
    assert (under.name, under.tag) == ("ubuntu", "18.04")


def test_a_circle_of_images_ends():
    build = built_on("FROM acme/middle\n")
    [stage] = build.dockerfile.stages
    assert image_under(build, stage) is not None


def test_what_it_has_installed_is_there():
    build = built_on("FROM ubuntu:22.04\nRUN apt-get install -y python3-pip git\n")
    [stage] = build.dockerfile.stages
    assert packages_under(build, stage) == {"python3-pip", "git", "build-essential"}
    assert starts_with_compiler(build, stage)

    lean = (
        "FROM ubuntu:22.04\nRUN apt-get install --no-install-recommends python3-pip\n"
    )
    build = built_on(lean)
    assert not starts_with_compiler(build, build.dockerfile.stages[0])


def test_what_is_made_from_cuda_has_gigabytes():
    build = built_on("FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\n")
    [stage] = build.dockerfile.stages
    assert is_on_gigabytes(build, stage)
    assert starts_with_compiler(build, stage)
    lists = "apt-lists-kept"
    assert said(lists, APP, repository=build.repository) == []
    assert said(lists, APP, repository=facts("FROM debian:13\n")) != []


def test_a_script_of_it_may_remove_the_index():
    text = APP.replace("gettext", "gettext && tidy-up")
    core = "FROM debian:13\n"
    assert said("apt-lists-kept", text, repository=facts(core)) != []
    assert said("apt-lists-kept", text, repository=facts(core, "tidy-up")) == []


def test_an_index_of_a_release_past_its_end_does_not_change():
    text = f"{APP}COPY a /a\nRUN apt-get install -y jq\n"
    rule = "stale-package-index"
    assert said(rule, text, repository=facts("FROM debian:13\n")) != []
    assert said(rule, text, repository=facts("FROM ubuntu:16.04\n")) == []
