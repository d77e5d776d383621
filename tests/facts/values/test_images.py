"""The images that a build names: which a policy allows, which are pinned, which need the full one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lightship.base_images.reference import read_reference
from lightship.facts.values.full_image_needs import uses_full
from lightship.facts.values.named_images import (
    is_trusted,
    matching_pattern,
    named_images,
)
from lightship.facts.values.pinned_image import is_meant_to_move, without_version
from lightship.lint.finding import Safety, Severity
from lightship.repository_facts import RepositoryFacts
from tests.made import build

FULL = "FROM python:3.13\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install flask", False),
        ("RUN curl -V", True),
        ("RUN 'gcc' -c a.c", True),
        ('CMD ["git", "log"]', True),
        ("RUN pip install git+https://example.org/a.git", True),
        ("RUN npm install 'github:acme/tool'", True),
        ("RUN apt-get install -y curl && curl -V", False),
        ("RUN apt-get install -y libpq-dev", True),  # headers without a compiler
        ("RUN apt-get install -y gcc libpq-dev:amd64", False),
        ("RUN apt-get install -y gcc:amd64 libpq-dev", False),
        ("FROM python:3.13-slim\nRUN curl -V", False),
    ],
)
def test_what_only_the_full_image_has(body, expected):
    image = build(f"{FULL}{body}")
    used = image.images[0]
    assert uses_full(image, used, used.image) is expected


def test_a_stage_from_a_stage_is_on_its_image():
    image = build("FROM python:3.13 AS a\nRUN true\nFROM a\nRUN curl -V")
    assert uses_full(image, image.images[0], image.images[0].image)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FROM debian\nRUN true", ["debian"]),
        ("ARG V=13\nFROM docker.io/debian:${V}", ["docker.io/debian:13"]),
        ("ARG V\nFROM debian:$V", []),
        ("FROM a AS b\nFROM b\nCOPY --from=b /a /", ["a"]),
        ("FROM a\nCOPY --from=alpine /a /", ["a", "alpine"]),
        ("FROM a\nRUN --mount=type=bind,from=b/c:1,target=/c true", ["a", "b/c:1"]),
        ("FROM scratch\nCOPY --from=0 /a /", []),
    ],
)
def test_the_images_that_are_named(text, names):
    image = build(text)
    found = list(named_images(image))
    assert [item.name for item in found] == names
    last = found[-1:] and found[-1].span.of(text)
    assert not found or names[-1] in last or "$" in last


def test_a_build_context_of_that_name_is_no_image():
    image = build("FROM a\nCOPY --from=tools /a /", {})
    assert [item.name for item in named_images(image)] == ["a", "tools"]
    given = replace(image, contexts={"tools": "docker-image://b"})
    assert [item.name for item in named_images(given)] == ["a"]


@pytest.mark.parametrize(
    ("name", "registry", "expected"),
    [
        ("debian", "docker.io", True),
        ("debian", "hub.docker.com", True),
        ("debian", "https://index.docker.io/", True),
        ("debian", "library", False),
        ("debian", "library/debian", True),
        ("acme/tool", "acme/*", True),
        ("ghcr.io/acme/tool", "ghcr.io", True),
        ("ghcr.io/acme/tool", "ghcr.io/acme", True),
        ("ghcr.io/acmes/tool", "ghcr.io/acme", False),
        ("ghcr.io/acme/tool", "*.io/acme/to*", True),
        ("ghcr.io/acme/tool", "acme/tool", False),
        ("localhost/a", "localhost/a", True),
        ("localhost:5000/a", "localhost:*", True),
    ],
)
def test_registries_that_are_trusted(name, registry, expected):
    assert is_trusted(read_reference(name), (registry,)) is expected
    assert not is_trusted(read_reference(name), ())


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("debian", "debian:latest", True),
        ("debian", "docker.io/library/debian", True),
        ("debian:13", "debian:latest", False),
        ("debian:13", "debian", True),
        ("docker.io/debian:13", "debian:1?", True),
        ("debian:13", "*/debian:13", True),
        ("ghcr.io/acme/tool:1", "acme/*", False),
        ("ghcr.io/acme/tool:1", "ghcr.io/acme/*", True),
    ],
)
def test_patterns_of_names(name, pattern, expected):
    (used,) = named_images(build(f"FROM {name}"))
    found = matching_pattern(used, ("other", pattern))
    assert found == (pattern if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python", False),
        ("FROM acme/tool", False),
        ("# the newest version on purpose\nFROM python", True),
        ("# python\nFROM python", False),
        ("FROM archlinux", True),
        ("FROM centos", True),  # it gets no updates
        ("ARG IMAGE=acme/tool\nFROM ${IMAGE}", True),
        ("ARG IMAGE=python\nFROM ${IMAGE}", False),
        ("FROM registry.access.redhat.com/ubi9/ubi-minimal", True),
        ("FROM quay.io/pypa/manylinux_2_28_x86_64", True),
        ("FROM alpine AS a\nRUN mkdir /b && mv /b /c\nFROM scratch\nCOPY a /", True),
        ("FROM alpine AS a\nRUN apk add b\nFROM scratch\nCOPY --from=a /b /", False),
        ("FROM alpine\nRUN mkdir /b", False),
    ],
)
def test_images_whose_version_is_for_others_to_say(text, expected):
    image = build(text, {})
    assert is_meant_to_move(image, image.images[0]) is expected


FETCH = "FROM alpine AS a\nRUN {}\nFROM debian:13\n{}\n"
CLONE = "apk add git && git clone https://example.org/a /opt/a && cd /opt/a && git checkout 1a2b"
PASSWORD = "apk add apache2-utils && mkdir /etc/p && htpasswd -bc /etc/p/a.htpasswd a b"
TOOL = "wget -O /usr/bin/t https://example.org/t && chmod +x /usr/bin/t"


@pytest.mark.parametrize(
    ("run", "copy", "expected"),
    [
        (CLONE, "COPY --from=a /opt/a /opt/a", True),
        (PASSWORD, "COPY --from=0 /etc/p/a.htpasswd /etc/p/a.htpasswd", True),
        (TOOL, "COPY --from=a /usr/bin/t /usr/bin/t", True),
        (CLONE, "COPY --from=a /usr/bin/git /usr/bin/git", False),
        (CLONE, "COPY --from=a /etc/ssl/certs /etc/ssl/certs", False),
        (CLONE, "COPY --from=a / /", False),
        (CLONE, "COPY --from=a /opt/* /opt/", False),
        (CLONE, "COPY --from=a /opt/a /a\nRUN --mount=from=a,target=/m ls", False),
        (CLONE, "COPY --from=acme/b:1 /opt/* /b\nCOPY --from=a /opt/a /a", True),
        (f"{CLONE} && make", "COPY --from=a /opt/a /opt/a", False),
        (CLONE, "", False),
    ],
)
def test_a_stage_that_only_fetches_does_so_with_any_version(run, copy, expected):
    image = build(FETCH.format(run, copy), {})
    assert is_meant_to_move(image, image.images[0]) is expected


def test_who_else_may_say_the_version():
    image = build("FROM python", {})
    (used,) = image.images
    example = replace(image, repository=RepositoryFacts(is_example=True))
    assert is_meant_to_move(example, used)
    text = "sed -i '/FROM /c\\FROM $IMAGE' Dockerfile\n"
    for script, expected in ((text, True), (text.replace("Dock", "x.Dock"), False)):
        context = replace(image.context, run_texts=lambda script=script: [script])
        scripted = replace(image, context=context)
        assert is_meant_to_move(scripted, used) is expected


def pinned(text: str):
    image = build(text, {})
    return image, without_version(image, image.images[0], "pin a version")


def test_the_tag_elsewhere_in_the_file_is_taken():
    text = "FROM python:latest AS a\nFROM python:3.13-alpine"
    image, finding = pinned(text)
    assert finding.message.endswith("such as 3.13-alpine, as elsewhere in this file")
    (edit,) = finding.fix.edits
    assert edit.span.of(text) == ":latest"
    assert (edit.text, finding.fix.safety) == (":3.13-alpine", Safety.UNSAFE)
    assert image.today > date(2025, 1, 1)


def test_without_a_tag_elsewhere_a_slim_one_is_offered_where_it_does():
    _, slim = pinned("FROM python\nRUN pip install flask")
    assert slim.fix is None
    assert [choice.message.endswith("-slim") for choice in slim.choices] == [
        True,
        False,
    ]
    _, full = pinned("FROM python\nRUN curl -V")
    assert full.fix is not None
    assert "slim" not in full.fix.message
    assert full.choices == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM acme/tool", "pin a version"),
        (
            "FROM debian\nRUN apt-get install -y python-pip",
            "pin a version, and replace python-pip, which no supported one has",
        ),
        ("FROM python AS a\nFROM python:3.6", None),  # that one gets no more fixes
    ],
)
def test_versions_that_cannot_be_said(text, message):
    _, finding = pinned(text)
    if message is None:
        assert "3.6" not in finding.message
    else:
        assert (finding.message, finding.fix) == (message, None)


def test_what_a_variable_names_is_not_edited():
    _, finding = pinned("ARG IMAGE=python\nFROM ${IMAGE}\nRUN curl -V")
    assert finding.fix is None
    assert finding.severity in (None, Severity.INFO)


@pytest.mark.parametrize(
    ("image", "registries", "trusted"),
    [
        ("debian:12", ("docker.io",), True),
        ("debian:12", ("docker.io/library",), True),
        ("acme/base", ("docker.io/library",), False),
        ("acme/base", ("acme/*",), True),
        ("acme/base/deep", ("acme/*",), True),
        ("ghcr.io/acme/base", ("ghcr.io/acme",), True),
        ("ghcr.io/acme/base", ("ghcr.io/acme/",), True),
        ("ghcr.io/acme/base", ("https://ghcr.io",), True),
        ("ghcr.io/acmeother/base", ("ghcr.io/acme",), False),
        ("ghcr.io/acme/base", ("ghcr.io/acme/base",), True),
        ("localhost:5000/base", ("localhost:5000",), True),
        ("evil.com/ghcr.io/acme", ("ghcr.io",), False),
        ("ghcr.io.evil.com/acme/x", ("ghcr.io",), False),
        ("a.example.com/x", ("*.example.com",), True),
        ("example.com/x", ("*.example.com",), False),
    ],
)
def test_registries_and_parts_of_them(image, registries, trusted):
    reference = read_reference(image)
    assert not isinstance(reference, str)
    assert is_trusted(reference, registries) is trusted
