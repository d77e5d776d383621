"""Old releases that are meant, and images that would not build the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from judged import findings, said

from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.registry import all_rules
from lightship.repository_facts import RepositoryFacts

RULE = {rule.id: rule for rule in all_rules()}["end-of-life-image"]


def found(text, **changes):
    return list(RULE.check(replace(build_of(text), **changes)))


def choices(text):
    [finding] = found(text)
    return [choice.message for choice in finding.choices]


def test_no_release_is_offered_whose_python_refuses_pip():
    alpine = "FROM alpine:3.17\nRUN apk add --no-cache py3-pip"
    assert choices(alpine)
    assert choices(f"{alpine}\nRUN pip3 install j2cli") == []
    assert choices(f"{alpine}\nRUN pip3 install --break-system-packages j2cli")
    ubuntu = "FROM ubuntu:20.04\nRUN pip3 install flask"
    assert choices(ubuntu) == ["Start from ubuntu:22.04"]


def test_an_old_release_beside_the_image_may_be_there_for_compatibility():
    old = "FROM ubuntu:16.04 AS xenial\n"
    new = "FROM ubuntu:24.04\nCOPY --from=xenial /lib/libz.so.1 /lib/"
    comment = "# Libraries for backwards\n# compatibility\n"
    assert found(f"{old}{new}")
    assert found(f"{comment}{old}{new}") == []
    # In the image itself it has no security fixes, whatever it is for
    assert found(f"{comment}FROM ubuntu:16.04")


def test_a_version_of_a_test_matrix_is_meant():
    text = "ARG UBUNTU=24.04\nFROM ubuntu:$UBUNTU"
    old = {"UBUNTU": "18.04"}
    assert found(text, args=old, purpose="test") == []
    [finding] = found(text, args=old)
    assert finding.message.startswith("UBUNTU=18.04: Ubuntu 18.04 (bionic) reached")
    assert found("FROM ubuntu:18.04", purpose="test")


def test_the_old_image_of_a_fixture_is_what_its_test_needs():
    text = "FROM python:3.8-slim"
    assert said("end-of-life-image", text, purpose="test")
    assert said("end-of-life-image", text, purpose="test", is_guess=True) == []
    assert said("end-of-life-image", text, is_guess=True)


OLD = "FROM python:3.9-slim\nCOPY . /app\nWORKDIR /app\n"
DECLARES = {"pyproject.toml": "[project]\nname = 'shop'\nrequires-python = '>=3.9'\n"}
WITH_MINOR = {
    "pyproject.toml": f"{DECLARES['pyproject.toml']}classifiers = [\n"
    "  'Programming Language :: Python :: 3.11',\n]\n"
}


def moves(text, files=None):
    """Whether the base image is moved; else the other one is a choice."""
    (finding,) = findings("end-of-life-image", text, files)
    assert (finding.fix is None) == bool(finding.choices)
    return finding.fix is not None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("FROM python:3.9-slim\nCMD python app.py\n", DECLARES),
        (f"{OLD}RUN pip install --upgrade pip && pip install numpy pandas\n", DECLARES),
        (f"{OLD}RUN pip install flask\n", WITH_MINOR),
        (
            f"{OLD}RUN pip install -r requirements.txt\n",
            WITH_MINOR | {"requirements.txt": "flask\n"},
        ),
        (
            f"{OLD}RUN pip install flask\n",
            DECLARES | {"tox.ini": "[tox]\nenvlist = py39, py311\n"},
        ),
        (
            f"{OLD}RUN pip install flask\n",
            DECLARES
            | {".github/workflows/ci.yml": "python-version: ['3.9', '3.11']\n"},
        ),
        (
            f"{OLD}RUN pip install flask\n",
            {
                "pyproject.toml": "[project]\nname = 'shop'\nrequires-python = '>=3.11'\n"
            },
        ),
    ],
)
def test_a_python_moves_where_all_that_is_installed_is_known_for_it(text, files):
    assert moves(text, files)


@pytest.mark.parametrize(
    ("body", "files"),
    [
        ("RUN pip install flask\n", DECLARES),
        (
            "RUN pip install -r requirements.txt\n",
            DECLARES | {"requirements.txt": "left-pad==1\n"},
        ),
        ("RUN pip install .\n", DECLARES),
        # Requirements such as `a>=1.*`, which newer setuptools refuse
        (
            "RUN python setup.py install\n",
            WITH_MINOR | {"setup.py": "setup(install_requires=['a>=1.*'])\n"},
        ),
        ("RUN python3 setup.py develop\n", WITH_MINOR | {"setup.py": "setup()\n"}),
        # What newer pip links is what is there when it installs
        (
            "RUN pip install -e .\n",
            {
                "setup.cfg": "[options]\npython_requires = >=3.9\n",
                "setup.py": "setup()\n",
                "tox.ini": "[tox]\nenvlist = py311\n",
            },
        ),
    ],
)
def test_another_python_is_a_choice_where_something_may_not_install(body, files):
    assert not moves(f"{OLD}{body}", files)


@pytest.mark.parametrize(
    "body",
    [
        "RUN git clone https://example.org/a && cd a && cmake . && make\n",
        "RUN curl -fO https://example.org/a.deb && dpkg -i a.deb\n",
        "RUN apt-get update && apt-get install -y ./a.deb\n",
    ],
)
def test_another_distribution_is_a_choice_where_something_was_made_for_the_old_one(
    body,
):
    image = "FROM python:3.14-slim-bullseye\n"
    assert moves(f"{image}RUN apt-get update && apt-get install -y git\n")
    assert not moves(f"{image}{body}")


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (date(2026, 11, 1), Severity.INFO),
        (date(2027, 1, 31), Severity.INFO),
        (date(2027, 2, 1), None),
    ],
)
def test_a_release_that_has_just_ended_is_a_note(day, severity):
    [finding] = found("FROM python:3.10-slim-trixie", today=day)
    assert finding.severity is severity


def test_a_release_that_has_just_ended_on_an_older_one_is_a_warning():
    [finding] = found("FROM python:3.10-slim-buster", today=date(2026, 11, 1))
    assert finding.severity is None


def test_an_image_that_only_says_hello_is_a_first_try():
    text = 'FROM ubuntu:20.04\n{}CMD ["echo", "Hello"]'
    assert found(text.format("")) == []
    assert found(text.format("COPY . .\n"))


def test_of_a_stage_that_nothing_needs_only_that_is_said():
    old = "FROM node:18-alpine AS builder\nCOPY web .\n"
    site = "FROM nginx:1.31-alpine\n"
    assert found(f"{old}{site}") == []
    assert said("unused-stage", f"{old}{site}")
    assert found(f"{old}{site}COPY --from=builder /web /web")
    # What may be a target of its own is built
    assert found(f"{old.replace('builder', 'test')}{site}")


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"purpose": "development"}, False),
        ({"purpose": "ci"}, False),
        ({"repository": RepositoryFacts(is_example=True)}, False),
    ],
)
def test_a_release_that_ended_lately_matters_where_it_is_run(changes, is_told):
    text = "FROM python:3.10-slim\nCMD serve\n"
    assert bool(found(text, today=date(2026, 12, 1), **changes)) is is_told
    assert found(text, today=date(2027, 3, 1), **changes)


def test_a_release_that_ended_lately_may_stay_where_nothing_of_it_is_shipped():
    text = "FROM python:3.10 AS build\nRUN make\nFROM python:3.13-slim\nCOPY --from=build /a /a\n"
    assert found(text, today=date(2026, 12, 1)) == []
    assert found(text, today=date(2027, 3, 1))


def test_a_build_stage_moves_with_the_shipped_stage_of_its_release():
    text = "FROM python:3.10 AS build\nRUN make\nFROM python:3.10-slim\nCOPY --from=build /a /a\n"
    assert len(found(text, today=date(2026, 12, 1))) == 2


def test_only_the_build_arg_that_names_the_release_is_told():
    text = "ARG ARCH\nARG VERSION\nFROM $ARCH/python:$VERSION-slim\n"
    args = {"ARCH": "arm32v7", "VERSION": "3.8"}
    [finding] = found(text, args=args)
    assert finding.message.startswith("VERSION=3.8: Python 3.8")
    [finding] = found("ARG ARCH\nFROM $ARCH/python:3.8\n", args={"ARCH": "arm32v7"})
    assert finding.message.startswith("Python 3.8")


def test_what_is_not_shipped_is_a_note():
    example = RepositoryFacts(is_example=True)
    for text in ("FROM python:3.9-slim", "FROM minio/minio:latest"):
        [shipped] = found(text)
        assert shipped.severity is None
        for changes in ({"repository": example}, {"purpose": "development"}):
            [shown] = found(text, **changes)
            assert shown.severity is Severity.INFO


def test_what_is_tested_on_an_old_release_is_meant():
    row = RepositoryFacts(dockerfile=".circleci/build-ubuntu20.04/Dockerfile")
    text = "FROM ubuntu:20.04\nRUN make check"
    assert found(text, repository=row, purpose="ci") == []
    assert found(text, repository=row)
    assert found(text, purpose="ci")


def test_an_image_that_was_retired_lately_is_a_note():
    text = "FROM continuumio/miniconda3:25.3.1-1"
    [lately] = found(text, today=date(2026, 12, 1))
    [later] = found(text, today=date(2027, 12, 1))
    assert lately.severity is Severity.INFO
    assert later.severity is None


@pytest.mark.parametrize(
    ("files", "is_sure"),
    [
        ({}, True),
        ({"requirements.in": "# works only with Python<3.14\n"}, False),
        ({"README.md": "It runs on Python < 3.14.\n"}, False),
        ({"README.md": "It runs on Python <= 3.13.\n"}, False),
        ({"README.md": "It runs on Python <= 3.14.\n"}, True),
        ({"README.md": "It needs Python >= 3.14.\n"}, True),
    ],
)
def test_a_bound_that_a_comment_names_makes_another_python_a_choice(files, is_sure):
    declared = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.14"\n'
    [finding] = findings(
        "end-of-life-image",
        "FROM python:3.9-slim",
        {"pyproject.toml": declared, **files},
    )
    assert (finding.fix is not None) is is_sure
    assert bool(finding.choices) is not is_sure


@pytest.mark.parametrize(
    ("purpose", "least", "manual", "is_fixed"),
    [
        ("development", "3.9", "", False),
        ("", "3.9", "", True),
        ("development", "3.8", "", True),
        ("development", "3.8", "Develop it with Python 3.9.", False),
        ("development", "3.8", "It runs on Python 3.90.", True),
    ],
)
def test_people_develop_on_the_oldest_python_on_purpose(
    purpose, least, manual, is_fixed
):
    project = (
        f"[project]\nname = 'x'\nversion = '1'\nrequires-python = '>={least}'\n"
        "classifiers = ['Programming Language :: Python :: 3.10',"
        " 'Programming Language :: Python :: 3.11']\n"
    )
    files = {"pyproject.toml": project, "README.md": manual}
    build = replace(build_of("FROM python:3.9-slim\n", files), purpose=purpose)
    [finding] = RULE.check(replace(build, today=date(2026, 6, 1)))
    assert (finding.fix is not None) is is_fixed
    assert bool(finding.choices) is not is_fixed
    assert purpose == "" or finding.severity is Severity.INFO


def test_node_without_corepack_is_not_offered_where_it_is_called():
    text = "FROM node:18-bullseye\nRUN {}\nCOPY . .\nCMD a"

    def offered(command):
        (finding,) = findings("end-of-life-image", text.format(command))
        return " ".join(choice.message for choice in finding.choices)

    assert "node:26" in offered("npm install -g serve")
    assert "node:26" not in offered("corepack enable")
    assert "node:26" not in offered("yarn global add serve")
    # What a lock file holds was made for the versions of its time
    assert "node:26" not in offered("npm ci")
    assert "node:22" in offered("npm ci")


@pytest.mark.parametrize(
    ("image", "path", "is_row"),
    [
        ("python:3.9-slim", "images/python3.9.dockerfile", True),
        ("python:3.9-slim", "images/python3.9-slim.dockerfile", True),
        ("python:3.9-slim", "3.9/Dockerfile", True),
        ("python:3.9-slim", "3.9-slim/Dockerfile", True),
        ("python:3.9-slim", "Dockerfile.py39", True),
        ("node:18", "node/18/Dockerfile", True),
        ("debian:buster", "buster/Dockerfile", True),
        ("debian:10", "Dockerfile.debian10", True),
        ("ubuntu:20.04", "docker/ubuntu20/Dockerfile", True),
        ("ubuntu:20.04", "Dockerfile.base.ubuntu_20_04.py3_8", True),
        ("ubuntu:20.04", "ubuntu22/Dockerfile", False),
        ("python:3.9-slim", "Dockerfile", False),
        ("python:3.9-slim", "3.9/docs/Dockerfile", False),
        ("python:3.9-slim", "release-1.3.9/Dockerfile", False),
        ("python:3.9-slim", "python3.90/Dockerfile", False),
    ],
)
def test_a_dockerfile_that_is_named_for_the_release_is_a_row_of_a_matrix(
    image, path, is_row
):
    text = f"FROM {image}\nCMD serve"
    in_repository = RepositoryFacts(dockerfile=path)
    for fields in ({"path": path}, {"repository": in_repository}):
        [finding] = found(text, **fields)
        assert finding.fix is None
        assert (finding.choices == ()) is is_row


@pytest.mark.parametrize(
    ("package", "is_offered"),
    [
        ("curl", True),
        ("python3-pip", True),
        ("libssl-dev", True),
        ("openjdk-8-jdk", True),
        ("libpng12-dev", False),
        ("libicu66", False),
        ("python-dev", False),
        ("python2.7", False),
        ("gcc-7", False),
        ("libboost1.71-dev", False),
    ],
)
def test_no_release_of_ubuntu_is_offered_that_lacks_a_package(package, is_offered):
    text = (
        f"FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y {package}\nCMD a"
    )
    offered = choices(text)
    assert offered == (["Start from ubuntu:22.04"] if is_offered else [])


def test_long_after_the_end_no_other_image_is_likely_to_do():
    text = "FROM python:3.9-slim\nCMD serve"
    for day, is_offered in ((date(2028, 4, 1), True), (date(2028, 6, 1), False)):
        [finding] = found(text, today=day)
        assert bool(finding.choices) is is_offered
    assert choices("FROM ubuntu:18.04") == []
    assert choices("FROM node:16-bookworm") == []


@pytest.mark.parametrize(
    ("install", "is_newest"),
    [
        ("flask", True),
        ("'flask>=3' numpy", True),
        ("numpy==2.4.1", True),
        ("flask==3.0.0", False),
        ("'flask<4'", False),
        (".[dev]", False),
        ("-r requirements.txt", True),
        ("-r pinned.txt", False),
        ("-r missing.txt", False),
    ],
)
def test_the_newest_python_is_offered_where_nothing_is_bound_to_old_versions(
    install, is_newest
):
    text = f"FROM python:3.9\nCOPY . .\nRUN pip install {install}\nCMD serve"
    files = {"requirements.txt": "flask\n", "pinned.txt": "flask\nmine==1.2\n"}
    (finding,) = findings("end-of-life-image", text, files)
    offered = [choice.message for choice in finding.choices]
    newest = ["Start from python:3.14"] if is_newest else []
    assert offered == ["Start from python:3.11", *newest]


def test_pins_that_fail_on_each_supported_python_leave_no_choice():
    text = "FROM python:3.8\nRUN pip install {}\nCMD serve"
    assert choices(text.format("jinja2==2.10")) == []
    assert choices(text.format("markupsafe==1.1.0")) == []
    assert choices(text.format("jinja2==2.11.3"))


def test_python_2_has_no_place_on_a_newer_release():
    text = "FROM debian:buster\nRUN apt-get update && apt-get install -y {0}\nCMD {1}"
    assert choices(text.format("curl", "serve"))
    assert choices(text.format("python-dev", "serve")) == []
    assert choices(text.format("curl", "python2 serve.py")) == []


def test_an_image_named_for_its_release_is_to_be_retired():
    text = "FROM python:3.9-slim AS {}\nCMD serve"
    [finding] = found(text.format("base"))
    assert "retire" not in finding.message
    assert finding.choices
    [of_stage] = found(text.format("py39"))
    named = RepositoryFacts(names=frozenset({"acme/base:python39"}))
    [of_tag] = found(text.format("base"), repository=named)
    own_version = RepositoryFacts(names=frozenset({"acme/shop:3.9"}))
    [other] = found(text.format("base"), repository=own_version)
    assert other.choices
    for row in (of_stage, of_tag):
        assert row.choices == ()
        assert row.message == (
            "Python 3.9 reached end of life on 2025-10-31: replace or retire the image for it"
        )


@pytest.mark.parametrize(
    ("image", "instead"),
    [
        ("mhart/alpine-node", "the alpine tags of node"),
        ("mhart/alpine-node:14", "the alpine tags of node"),
        ("tutum/lamp", "an official image"),
        ("centos/python-36-centos7", "an image of almalinux or ubi9"),
        ("centos/nodejs-8-centos7", "an image of almalinux or ubi9"),
    ],
)
def test_images_whose_makers_have_given_them_up(image, instead):
    [message] = said("end-of-life-image", f"FROM {image}\n")
    assert message.endswith(f"use {instead}")
    assert said("untagged-image", f"FROM {image}\n") == []


def test_a_newer_release_is_named_and_offered():
    [ubuntu] = found("FROM ubuntu:24.10\nRUN curl http://a")
    assert "still supported: Ubuntu 26.04" in ubuntu.message
    assert choices("FROM ubuntu:24.10") == ["Start from ubuntu:26.04"]
    assert choices("FROM node:23-alpine")[0] == "Start from node:24-alpine"


@pytest.mark.parametrize(
    ("base", "body"),
    [
        ("ubuntu:20.04", "RUN pip3 install -r requirements-3.8.txt"),
        ("python:3.9", "RUN pip install -r requirements-3.9.txt"),
        ("python:3.9", "RUN pip install http://a.example/x-1.0-cp39-cp39-linux.whl"),
        ("python:3.9", "RUN sed -i s/deb/ftp/ /etc/apt/sources.list"),
    ],
)
def test_what_is_made_for_the_old_release(base, body):
    assert choices(f"FROM {base}\nRUN echo\nCMD serve")
    assert choices(f"FROM {base}\n{body}\nCMD serve") == []


def test_a_manifest_that_is_read_elsewhere_binds_to_the_versions_of_its_time():
    text = "FROM python:3.9\nCOPY . .\nCMD ./start.sh"
    for files, count in (({"app.py": ""}, 2), ({"requirements.txt": "a==1\n"}, 1)):
        (finding,) = findings("end-of-life-image", text, files)
        assert len(finding.choices) == count


def test_a_dockerfile_named_for_a_release_long_gone_that_nothing_builds_is_left_over():
    text = "FROM ubuntu:18.04\nCMD serve"
    assert found(text, path="ubuntu18/Dockerfile", is_guess=True) == []
    assert found(text, path="ubuntu18/Dockerfile")
    assert found(text, path="Dockerfile", is_guess=True)
    newer = "FROM ubuntu:20.04\nCMD serve"
    assert found(newer, path="ubuntu20/Dockerfile", is_guess=True)


@pytest.mark.parametrize(
    ("body", "is_tied"),
    [
        ("RUN apt-get install -y ros-noetic-ros-base", True),
        ("RUN . /opt/ros/noetic/setup.sh && catkin_make", True),
        ("RUN apt-get install -y ros-melodic-ros-base", False),
        ("RUN apt-get install -y python3-rosdep", False),
    ],
)
def test_a_release_of_ros_exists_for_one_ubuntu_alone(body, is_tied):
    assert (found(f"FROM ubuntu:20.04\n{body}") == []) is is_tied


@pytest.mark.parametrize(
    ("tag", "instead"),
    [
        ("python3.14-bookworm", "python3.14-trixie"),
        ("python3.13-bookworm-slim", "python3.13-trixie-slim"),
        ("bookworm-slim", "trixie-slim"),
    ],
)
def test_a_tag_that_uv_has_left_is_to_be_replaced(tag, instead):
    text = f"FROM ghcr.io/astral-sh/uv:{tag}\nCMD serve\n"
    [finding] = found(text)
    assert finding.message == (
        f"ghcr.io/astral-sh/uv:{tag} has had no updates since 2026-02-04: use {instead}"
    )
    assert found(text, today=date(2026, 2, 1)) == []


ON_BOOKWORM = "FROM python:3.13-slim-bookworm\nCOPY --from=build /app /app\nCMD serve\n"


@pytest.mark.parametrize(
    "text",
    [
        "FROM ghcr.io/astral-sh/uv:python3.14-trixie\nCMD serve\n",
        "FROM ghcr.io/astral-sh/uv:0.9.24-python3.13-bookworm\nCMD serve\n",
        "FROM ghcr.io/astral-sh/uv:python3.13-alpine\nCMD serve\n",
        f"FROM ghcr.io/astral-sh/uv:python3.13-bookworm AS build\n{ON_BOOKWORM}",
    ],
)
def test_other_tags_of_uv_and_stages_that_only_build_are_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("builder", "is_offered"),
    [
        ("ghcr.io/astral-sh/uv:python3.8-alpine", False),
        ("ghcr.io/astral-sh/uv:python3.12-alpine", True),
        ("python:3.8-alpine", True),
    ],
)
def test_no_other_python_for_packages_that_an_image_without_choices_brings(
    builder, is_offered
):
    text = (
        f"FROM {builder} AS build\nWORKDIR /app\nRUN uv sync --locked\n"
        "FROM python:3.8-slim\nCOPY --from=build /app/.venv /app/.venv\nCMD serve\n"
    )
    last = found(text, today=date(2026, 6, 1))[-1]
    assert bool(last.choices or last.fix) is is_offered
