"""Which releases the mirrors have dropped, and where nothing can be installed for that reason."""

from __future__ import annotations

import pytest

from lightship.facts.packages.archived_releases import (
    archived_release,
    cannot_install,
)
from lightship.facts.packages.package_sources import (
    may_have_other_sources,
    may_have_them_by,
)
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("base", "release"),
    [
        ("centos:7", "CentOS 7"),
        ("centos:8", "CentOS 8"),
        ("debian:stretch-slim", "Debian 9 (stretch)"),
        ("python:3.8-slim-buster", "Debian 10 (buster)"),
        ("node:14-buster AS a\nFROM a", "Debian 10 (buster)"),
        ("ubuntu:22.10", "Ubuntu 22.10 (kinetic)"),
        (
            "ubuntu:18.04",
            None,
        ),
        ("debian:12", None),
        ("rockylinux:8", None),
        ("acme/centos:7", None),
        ("scratch", None),
        (f"centos:7@sha256:{'0' * 64}", None),
    ],
)
def test_releases_that_the_mirrors_have_dropped(base, release):
    build = build_of(f"FROM {base}\nRUN true\n")
    stage = build.dockerfile.stages[-1]
    found = archived_release(build, stage)
    assert (str(found) if found else None) == release
    run = stage.instructions[-1]
    assert cannot_install(build, stage, run) is (release is not None)


@pytest.mark.parametrize(
    "line",
    [
        "RUN sed -i s/mirror/vault/ /etc/yum.repos.d/*.repo",
        "COPY vault.repo /etc/yum.repos.d/",
        "ENV http_proxy=http://cache:3128",
    ],
)
def test_who_names_other_sources_may_install(line):
    build = build_of(f"FROM centos:7\n{line}\nRUN yum install -y git\n")
    stage = build.dockerfile.stages[-1]
    assert archived_release(build, stage) is not None
    assert not cannot_install(build, stage, stage.instructions[-1])


@pytest.mark.parametrize(
    "line", ["RUN ./configure && make", "RUN sed -i s/mirror/vault/ /etc/yum.repos.d/*"]
)
def test_what_comes_after_an_install_does_not_help_it(line):
    build = build_of(
        f"FROM centos:7\nRUN yum install -y git\n{line}\nRUN yum install -y jq\n"
    )
    stage = build.dockerfile.stages[-1]
    first, _, last = (item for item in stage.instructions if item.keyword == "RUN")
    assert may_have_other_sources(build, stage)
    assert not may_have_them_by(build, stage, first)
    assert may_have_them_by(build, stage, last)
    assert cannot_install(build, stage, first)
    assert not cannot_install(build, stage, last)
