"""When image reports something, and when it is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import build_of, findings, said

from lightship.repository_facts import RepositoryFacts


@pytest.mark.parametrize("tag", ["", ":latest"])
def test_an_image_that_the_repository_builds_has_no_version_to_pin(tag):
    text = f"FROM acme/base{tag}"
    own = RepositoryFacts(images=frozenset(("acme/base",)))
    for rule in ("latest-image", "untagged-image"):
        assert said(rule, text, repository=own) == []
    assert said("latest-image" if tag else "untagged-image", text)


def test_an_official_image_is_not_built_by_the_repository():
    own = RepositoryFacts(images=frozenset(("postgres",)))
    assert said("latest-image", "FROM postgres:latest", repository=own)


def test_a_default_that_the_builds_replace_is_not_judged():
    text = "ARG IMAGE_TAG=latest\nFROM acme/base:${IMAGE_TAG}"
    passed = frozenset(("IMAGE_TAG",))
    latest = {"IMAGE_TAG": "latest"}
    assert said("latest-image", text)
    assert said("latest-image", text, given_args=passed) == []
    assert said("latest-image", text, given_args=passed, args=latest)


@pytest.mark.parametrize(
    "text",
    [
        "FROM acme/feed:latest\n# use latest version\nUSER 1",
        "# the newest feed is wanted\nFROM acme/feed:latest",
        "# Built by `task base`\nFROM acme/feed:latest",
    ],
)
def test_latest_that_a_comment_explains_is_meant(text):
    assert said("latest-image", text) == []


def test_a_rolling_distribution_is_installed_from_as_it_is_today():
    assert said("latest-image", "FROM opensuse/tumbleweed:latest") == []
    assert said("untagged-image", "FROM archlinux") == []


@pytest.mark.parametrize(
    ("image", "install", "package"),
    [
        ("ubuntu", "apt-get update && apt-get install -y gcc python-pip", "python-pip"),
        ("alpine", "apk add --no-cache py-pip python-dev", "python-dev"),
    ],
)
def test_the_newest_release_has_no_python_2(image, install, package):
    text = f"FROM {image}:latest\nRUN {install}\n"
    (finding,) = findings("latest-image", text)
    assert finding.message.endswith(
        f": pin a version, and replace {package}, which no supported one has"
    )
    assert finding.fix is None

    newer = text.replace(package, "git")
    (finding,) = findings("latest-image", newer)
    assert ", such as " in finding.message


def test_a_from_that_a_script_replaces_is_a_placeholder():
    text = "FROM acme/worker:latest\nRUN make"
    context = build_of(text, {"a.py": ""}).context
    step = r'run: sed -i "/FROM /c\FROM ${{ inputs.image }}" docker/Dockerfile'

    def told(line: str) -> list[str]:
        texts = replace(context, run_texts=lambda: [line])
        return said("latest-image", text, context=texts, path="docker/Dockerfile")

    assert told(step) == []
    assert told(f"{step}.worker")
    assert told(step.replace("FROM", "ARG"))


@pytest.mark.parametrize(
    ("run", "titles"),
    [
        ("git clone https://example.com/a", ["Use python:{}"]),
        ("pip install git+https://example.com/a", ["Use python:{}"]),
        ("apt-get install -y libldap2-dev", ["Use python:{}"]),
        (
            "apt-get install -y git && git clone https://example.com/a",
            ["Use python:{}-slim", "Use python:{}"],
        ),
        ("pip install flask", ["Use python:{}-slim", "Use python:{}"]),
    ],
)
def test_the_slim_image_is_offered_where_it_has_what_is_called(run, titles):
    (finding,) = findings("latest-image", f"FROM python:latest\nRUN {run}")
    tag = finding.message.rpartition(" ")[2]
    offered = [finding.fix] if finding.fix else finding.choices
    assert [fix.message for fix in offered] == [title.format(tag) for title in titles]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("gcr.io/deeplearning-platform-release/pytorch-gpu.2-1", 0),
        ("gcr.io/deeplearning-platform-release/tf2-cpu.2-13.py310", 0),
        ("gcr.io/deeplearning-platform-release/base-cpu", 1),
        ("acme/tool-2-1", 1),
    ],
)
def test_a_name_may_have_the_version_of_what_is_in_it(name, count):
    assert len(said("latest-image", f"FROM {name}:latest\nRUN make\n")) == count


def test_what_an_editor_puts_into_a_new_file_is_not_an_image_yet():
    stub = 'FROM ubuntu:latest\nLABEL authors="me"\n\nENTRYPOINT ["top", "-b"]\n'
    assert said("latest-image", stub) == []
    assert said("untagged-image", stub.replace(":latest", "")) == []
    assert said("latest-image", stub.replace("LABEL", "RUN make\nLABEL"))
    assert said("latest-image", stub.replace("top", "serve"))


def test_another_tag_that_moves_is_not_offered_as_a_version():
    text = "FROM quay.io/acme/py:latest-dev AS a\nFROM quay.io/acme/py:latest\n"
    (message,) = said("latest-image", text)
    assert "latest-dev" not in message
