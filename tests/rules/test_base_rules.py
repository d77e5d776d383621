"""What examples cannot show of the rules about base images: a fixed day, projects around the Dockerfile, rounds."""

from __future__ import annotations

from datetime import date

import pytest

from lightship.base_images import lifetimes
from lightship.base_images.floating import floating
from lightship.base_images.full import slim_tag
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.examples import EXAMPLES_JUDGED_ON, build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.base_image.constant_platform import RULE as CONSTANT_PLATFORM
from lightship.rules.base_image.end_of_life_image import RULE as END_OF_LIFE
from lightship.rules.base_image.full_base_image import RULE as FULL
from lightship.rules.base_image.invalid_default_base_image import (
    RULE as INVALID_DEFAULT,
)
from lightship.rules.base_image.latest_image import RULE as LATEST
from lightship.rules.base_image.untagged_image import RULE as UNTAGGED

INSTALL = "RUN pip install --no-cache-dir -r requirements.txt\n"


def project(requires: str) -> dict[str, str]:
    return {
        "pyproject.toml": f'[project]\nname = "a"\nrequires-python = "{requires}"\n',
        "requirements.txt": "flask\n",
    }


def build(text: str, files=None, args=None) -> Build:
    context = None if files is None else Context.of(files)
    return Build(
        parse(text), context, args or {}, path=None if files is None else "Dockerfile"
    )


def fixed(text: str, files=None, rules=(END_OF_LIFE,), args=None) -> str:
    return fix(build(text, files, args), RuleSelection(rules), UNSAFE).text


def messages(rule, text: str, args=None) -> list[str]:
    return [found.message for found in rule.check(build(text, args=args))]


def test_the_practice_of_the_article():
    text = f"FROM python:3.9\nCOPY requirements.txt .\n{INSTALL}"
    assert fixed(text, project(">=3.11"), (END_OF_LIFE, FULL)) == text.replace(
        "python:3.9", "python:3.11-slim"
    )
    assert fixed(text, project(">=3.11"), (FULL, END_OF_LIFE)) == text.replace(
        "python:3.9", "python:3.11-slim"
    )
    assert (
        fix(
            build(text, project(">=3.11")), RuleSelection((END_OF_LIFE, FULL)), SAFE
        ).text
        == text
    )


def test_compilers_that_apt_installs_do_not_ask_for_the_full_image():
    text = f"FROM python:3.9\nRUN apt-get update && apt-get install -y build-essential libpq-dev\n{INSTALL}COPY . .\n"
    files = project(">=3.11") | {"requirements.txt": "psycopg2==2.9.10\n"}
    assert fixed(text, files, (END_OF_LIFE, FULL)).startswith("FROM python:3.11-slim\n")
    without_headers = text.replace(" libpq-dev", "")
    assert fixed(without_headers, files, (END_OF_LIFE, FULL)).startswith(
        "FROM python:3.11\n"
    )


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("3.9", "3.11"),
        ("3.9.18", "3.11.15"),
        ("3.8-alpine", "3.11-alpine"),
        ("3.9-slim-bookworm", "3.11-slim-bookworm"),
        ("3.9-slim-buster", "3.11-slim-bookworm"),
        ("3.9.2-alpine3.16", "3.11.15-alpine3.23"),
        ("3.12-bullseye", "3.12-bookworm"),
        ("3.12-alpine3.16", "3.12-alpine3.23"),
        ("3.12.1-slim-bullseye", "3.12.1-slim-bookworm"),
        ("3.11.3-slim-bullseye", "3.11.15-slim-bookworm"),
        ("3.12.4-alpine3.19", "3.12.13-alpine3.23"),
        ("3.12.0a6-bullseye", "3.12.0a6-bullseye"),
        ("3.9-windowsservercore-ltsc2022", "3.9-windowsservercore-ltsc2022"),
        ("3.11", "3.11"),
        ("3.15-rc", "3.15-rc"),
    ],
)
def test_the_variant_stays(tag, expected):
    assert (
        fixed(f"FROM python:{tag} AS a\n", project(">=3.6"))
        == f"FROM python:{expected} AS a\n"
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (project(">=3.9"), "3.11"),
        (project(">=3.9,<4"), "3.11"),
        (project(">=3.12"), "3.12"),
        (project("~=3.9"), "3.11"),
        (project(">=3.9,!=3.11.*"), "3.12"),
        (project("==3.9.*"), "3.9"),
        (project("<3.10"), "3.9"),
        (project("nonsense"), "3.9"),
        ({"requirements.txt": "flask\n"}, "3.9"),
        (None, "3.9"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\n'}, "3.11"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.9"\n'}, "3.9"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^2.7"\n'}, "3.9"),
        ({"Pipfile": '[requires]\npython_version = "3.9"\n'}, "3.9"),
        ({"setup.cfg": "[options]\npython_requires = >=3.12\n"}, "3.12"),
        (
            {
                "setup.py": "from setuptools import setup\nsetup(python_requires='>=3.13')\n"
            },
            "3.13",
        ),
        (project(">=3.9") | {".python-version": "3.9.1\n"}, "3.9"),
        (project(">=3.9") | {".python-version": "3.12\n"}, "3.12"),
        (project(">=3.9") | {"runtime.txt": "python-3.13.1\n"}, "3.13"),
        (project(">=3.9") | {"uv.lock": 'requires-python = ">=3.12"\n'}, "3.12"),
    ],
)
def test_what_the_project_declares_decides(files, expected):
    assert fixed("FROM python:3.9\n", files) == f"FROM python:{expected}\n"


def test_a_path_of_the_old_version_is_not_left_behind():
    text = (
        "FROM python:3.9 AS build\nRUN pip install flask\nFROM python:3.9-slim\n"
        "COPY --from=build /usr/local/lib/python3.9/site-packages /usr/local/lib/python3.9/site-packages\n"
    )
    assert fixed(text, project(">=3.9")) == text


def test_both_stages_are_changed_together():
    text = "FROM python:3.9 AS build\nFROM python:3.9-slim\nCOPY --from=build /venv /venv\n"
    assert fixed(text, project(">=3.9")) == text.replace("3.9", "3.11")


def test_the_default_of_an_arg_is_changed():
    text = (
        "ARG PYTHON=3.9\nFROM python:${PYTHON} AS build\nFROM python:${PYTHON}-slim\n"
    )
    assert fixed(text, project(">=3.9")) == text.replace("3.9", "3.11")
    assert fixed(text, project(">=3.9"), args={"PYTHON": "3.8"}) == text
    quoted = text.replace("3.9", '"3.9"')
    assert fixed(quoted, project(">=3.9")) == quoted


def test_a_digest_is_left_alone():
    text = f"FROM python:3.9@sha256:{'0' * 64}\nRUN pip install flask\n"
    assert messages(END_OF_LIFE, text)
    assert fixed(text, project(">=3.9"), (END_OF_LIFE, FULL)) == text


@pytest.mark.parametrize(
    "image",
    ["python:3.10", "debian:bullseye", "alpine:3.21", "node:20", "ubuntu:25.10"],
)
def test_the_day_counts(image, monkeypatch):
    assert messages(END_OF_LIFE, f"FROM {image}\n")
    monkeypatch.setattr(lifetimes, "TODAY", date(2025, 5, 31))
    assert not messages(END_OF_LIFE, f"FROM {image}\n")


@pytest.mark.parametrize(
    "image",
    """python:3.11 debian:bookworm debian:12.8-slim alpine:3.22 node:22-trixie node:lts node:jod ubuntu:22.04 alpine:3
    alpine:3.99 postgres:18-trixie golang:1.25-alpine3.23 python:3 python""".split(),
)
def test_what_is_supported_is_left_alone(image):
    assert not messages(END_OF_LIFE, f"FROM {image}\n")


def test_the_message_says_when_and_what_instead():
    (message,) = messages(END_OF_LIFE, "FROM python:3.6-stretch\n")
    assert message == (
        "Python 3.6 and Debian 9 (stretch) are past their end of life: "
        "use Python 3.11 and Debian 12 or later"
    )
    assert messages(END_OF_LIFE, "FROM python:3.6\n") == [
        "Python 3.6 reached end of life on 2021-12-23; oldest still supported: Python 3.11"
    ]
    assert messages(END_OF_LIFE, "FROM centos:7\n") == [
        "CentOS 7 reached end of life on 2024-06-30"
    ]


def test_each_row_of_the_tables_is_well_formed():
    for product in ("Python", "Node", "Debian", "Ubuntu", "Alpine", "CentOS"):
        rows = lifetimes.releases(product)
        versions = [tuple(map(int, row.version.split("."))) for row in rows]
        assert versions == sorted(set(versions))
        assert all(row.source for row in rows)


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("python:3.13", "3.13-slim"),
        ("python:3.13.1-bookworm", "3.13.1-slim-bookworm"),
        ("node:22-bookworm", "22-bookworm-slim"),
        ("node:22", "22-slim"),
        ("python:3.14-rc", "3.14-rc-slim"),
        ("python:3.13-slim", None),
        ("python:3.13-alpine", None),
        ("python:latest", None),
        ("node:lts", None),
        ("golang:1.25", None),
        ("acme/python:3.13", None),
    ],
)
def test_slim_tags(image, tag):
    assert slim_tag(read_reference(image)) == tag


def test_only_what_ends_in_the_image_is_looked_at():
    text = "FROM node:22 AS web\nCOPY . .\nRUN npm ci\nFROM python:3.13 AS app\nCOPY . .\nRUN pip install .\n"
    assert [found.span.of(text) for found in FULL.check(build(text))] == ["python:3.13"]
    only_web = Build(parse(text), target="web")
    assert [found.span.of(text) for found in FULL.check(only_web)] == ["node:22"]


def test_a_script_that_starts_the_image_is_read():
    text = (
        'FROM python:3.13\nCOPY . .\nRUN pip install flask\nENTRYPOINT ["./start.sh"]\n'
    )
    assert list(FULL.check(build(text, {"start.sh": "exec python app.py\n"})))
    assert not list(
        FULL.check(
            build(text, {"start.sh": "curl -f http://db/ && exec python app.py\n"})
        )
    )


def test_build_args_name_the_image():
    text = "ARG BASE=debian:trixie-slim\nFROM $BASE\n"
    assert not messages(UNTAGGED, text)
    assert messages(UNTAGGED, text, args={"BASE": "debian"})
    assert messages(LATEST, text, args={"BASE": "debian:latest"})


@pytest.mark.parametrize(
    ("path", "count"),
    [("Dockerfile", 1), ("x86.cpu.Dockerfile", 0), ("amd64/Dockerfile", 0)],
)
def test_the_name_of_the_dockerfile_says_its_platform(path, count):
    text = "FROM --platform=linux/amd64 debian:trixie-slim\n"
    assert len(list(CONSTANT_PLATFORM.check(Build(parse(text), path=path)))) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG BASE\nFROM $BASE AS build\nFROM $BASE\n", []),
        ("ARG VERSION\nFROM python:$VERSION\n", []),
        ("ARG BASE=Alpine\nFROM ${BASE}\n", [Severity.ERROR]),
    ],
)
def test_an_argument_without_a_default_is_meant_and_a_wrong_default_an_error(
    text, expected
):
    assert [found.severity for found in INVALID_DEFAULT.check(build(text))] == expected


def test_what_has_no_versions_wants_a_digest():
    assert messages(UNTAGGED, "FROM gcr.io/distroless/static\n")[0].endswith(
        "pin a digest with `lightship pin`"
    )
    assert messages(LATEST, "FROM cgr.dev/chainguard/python:latest\n")[0].endswith(
        "pin a digest with `lightship pin`"
    )
    assert messages(LATEST, "FROM acme/python:latest\n")[0].endswith("pin a version")


def test_the_examples_are_judged_on_one_day_whatever_day_it_is(monkeypatch):
    monkeypatch.setattr(lifetimes, "TODAY", date(2040, 1, 1))
    assert build_of("FROM python:3.14-slim\n").today == EXAMPLES_JUDGED_ON
    assert build("FROM python:3.14-slim\n").today == date(2040, 1, 1)


def on(image: str, install: str) -> str:
    return f"FROM python:{image}\nRUN apt-get update && apt-get install -y {install}\n"


@pytest.mark.parametrize(
    "install",
    [
        "libffi7 libssl1.1",
        "libicu67",
        "postgresql-client-13",
        "openjdk-11-jre-headless",
        "python3.9-dev",
        "gcc-10",
        "curl=7.74.0-1.3+deb11u7",
        "netcat",
        "python-pip",
    ],
)
def test_no_newer_debian_without_the_packages_that_are_installed(install):
    text = on("3.14-slim-bullseye", install)
    assert fixed(text) == text
    (found,) = END_OF_LIFE.check(build(text))
    assert not found.choices


@pytest.mark.parametrize(
    "install",
    [
        "libpq5 libgl1 libsm6",
        "libpq-dev git",
        "libmagic1",
        "postgresql-client-15",
        "python3-distutils software-properties-common",
        "libncurses5 libpcre3",
    ],
)
def test_a_newer_debian_with_the_packages_that_are_installed(install):
    text = on("3.14-slim-bullseye", install)
    assert fixed(text) == text.replace("bullseye", "bookworm")


@pytest.mark.parametrize(
    "install", ["libcodec2-0.9", "docker-ce", "python3-abydos", "php8.2-gearman"]
)
def test_a_package_that_is_not_known_makes_the_newer_debian_a_choice(install):
    text = on("3.14-slim-bullseye", install)
    assert fixed(text) == text
    (found,) = END_OF_LIFE.check(build(text))
    (choice,) = found.choices
    assert choice.message == "Start from python:3.14-slim-bookworm"


def test_a_newer_alpine_with_the_packages_that_are_installed():
    text = "FROM python:3.14-alpine3.18\nRUN apk add --no-cache gcc libffi-dev\n"
    assert fixed(text) == text.replace("alpine3.18", "alpine3.23")


@pytest.mark.parametrize("install", ["postgresql12-client", "no-such-package"])
def test_a_package_that_is_not_known_makes_the_newer_alpine_a_choice(install):
    text = f"FROM python:3.14-alpine3.18\nRUN apk add --no-cache {install}\n"
    assert fixed(text) == text
    (found,) = END_OF_LIFE.check(build(text))
    (choice,) = found.choices
    assert choice.message == "Start from python:3.14-alpine3.23"


def test_no_newer_alpine_with_a_version_of_the_old_one():
    text = "FROM python:3.14-alpine3.15\nRUN apk add --no-cache gcc=10.3.1_git20211027-r0\n"
    assert fixed(text) == text
    (found,) = END_OF_LIFE.check(build(text))
    assert not found.choices


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("numpy==1.19.5", "3.9"),
        ("pandas==1.1.5", "3.9"),
        ("aiohttp==3.7.4", "3.9"),
        ("tensorflow==2.8.0", "3.9"),
        ("numpy~=1.21.0", "3.9"),
        ("numpy<1.23", "3.9"),
        ("numpy==1.23.5", "3.11"),
        ("numpy>=1.20", "3.11"),
        ("numpy<2", "3.11"),
        ("numpy==1.*", "3.11"),
        ("tensorflow!=2.8.0", "3.11"),
    ],
)
def test_pins_without_a_wheel_keep_their_python(pin, expected):
    files = project(">=3.9") | {"requirements.txt": f"{pin}\n"}
    text = f"FROM python:3.9\nCOPY requirements.txt .\n{INSTALL}"
    assert fixed(text, files) == text.replace("3.9", expected)
    named = f"FROM python:3.9\nRUN pip install '{pin}'\n"
    assert fixed(named, project(">=3.9")) == named.replace("3.9", expected)


@pytest.mark.parametrize("name", ["rasterio==1.4.3", "fiona", "GDAL==3.10.0"])
def test_libraries_that_need_what_slim_lacks(name):
    text = f"FROM python:3.13\nRUN pip install '{name}'\nCMD serve\n"
    assert not messages(FULL, text)
    files = {"requirements.txt": f"{name}\n"}
    text = f"FROM python:3.13\nCOPY requirements.txt .\n{INSTALL}CMD serve\n"
    assert fixed(text, files, (FULL,)) == text


def test_requirements_that_cannot_be_read_make_slim_a_choice():
    text = f"FROM python:3.13\nCOPY requirements.txt .\n{INSTALL}CMD serve\n"
    assert fixed(text, None, (FULL,)) == text
    (found,) = FULL.check(build(text))
    (choice,) = found.choices
    assert choice.message == "Start from python:3.13-slim"
    files = {"requirements.txt": "flask\n"}
    assert fixed(text, files, (FULL,)).startswith("FROM python:3.13-slim\n")


def choices_of(text, files=None):
    """What is offered for a person to choose, without `Start from`."""
    (finding,) = END_OF_LIFE.check(build(text, files))
    assert finding.fix is None
    return [choice.message.removeprefix("Start from ") for choice in finding.choices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.9-slim", ["python:3.11-slim", "python:3.14-slim"]),
        ("FROM python:3.9.7-slim", ["python:3.11.15-slim", "python:3.14.6-slim"]),
        ("FROM ubuntu:20.04", ["ubuntu:22.04", "ubuntu:26.04"]),
        ("FROM ubuntu:focal", ["ubuntu:jammy", "ubuntu:resolute"]),
        ("FROM debian:buster-slim", ["debian:bookworm-slim", "debian:trixie-slim"]),
        ("FROM alpine:3.19", ["alpine:3.22", "alpine:3.24"]),
        ("FROM node:18-alpine3.19", ["node:22-alpine3.23", "node:26-alpine3.23"]),
        # Where only the distribution can be a newer one
        (
            "FROM python:3.9-slim-bullseye\nRUN pip install numpy==1.19.5",
            ["python:3.9-slim-trixie"],
        ),
        # What is not known to be there, or is spoken of elsewhere
        ("FROM python:3.9-slim\nRUN pip install numpy==1.19.5", []),
        ("FROM debian:buster\nRUN apt-get install -y libicu63", []),
        ("FROM ubuntu:20.04\nRUN echo deb http://x.org focal main > /etc/apt/a", []),
        ("FROM debian:10.3", []),
        ("FROM ubuntu:focal-20210101", []),
        ("FROM python:2.7", []),
        ("FROM centos:7", []),
    ],
)
def test_images_that_a_person_may_choose(text, expected):
    assert choices_of(text) == expected


def test_the_choice_is_what_pins_and_the_project_allow():
    files = {
        "requirements.txt": "numpy==1.26.4\n",
        "pyproject.toml": "[project]\nrequires-python = '>=3.9'\n",
    }
    text = (
        "FROM python:3.9-slim-bullseye\nCOPY requirements.txt .\n"
        "RUN pip install -r requirements.txt && apt-get install -y unheard-of\n"
    )
    assert choices_of(text, files) == [
        "python:3.11-slim-bookworm",
        "python:3.12-slim-bookworm",
    ]


def test_comments_above_the_image_name_the_new_one():
    text = (
        "# Python 3.9 on buster, as of 3.9.1\n"
        "FROM python:3.9-slim-buster\n# buster stays\nRUN true\n"
    )
    files = {"pyproject.toml": "[project]\nrequires-python = '>=3.9'\n"}
    assert fixed(text, files) == (
        "# Python 3.11 on bookworm, as of 3.9.1\n"
        "FROM python:3.11-slim-bookworm\n# buster stays\nRUN true\n"
    )


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("debian", "debian:trixie"),
        ("debian:latest", "debian:trixie"),
        ("alpine:latest", "alpine:3.24"),
        ("ubuntu", "ubuntu:26.04"),
        ("docker.io/library/alpine", "docker.io/library/alpine:3.24"),
        ("nginx:latest", "nginx:1.31"),
        ("python:latest", "python:latest"),
        ("redis:latest", "redis:latest"),
        ("acme/python", "acme/python"),
        ("ghcr.io/astral-sh/uv:latest", "ghcr.io/astral-sh/uv:latest"),
    ],
)
def test_the_version_that_latest_means(image, expected):
    text = f"FROM --platform=$BUILDPLATFORM {image} AS build\nFROM scratch\n"
    result = fixed(text, rules=(LATEST, UNTAGGED))
    assert result == text.replace(f" {image} ", f" {expected} ")
    assert fix(build(text), RuleSelection((LATEST, UNTAGGED)), SAFE).text == text


def test_an_image_with_a_slim_form_is_a_choice():
    (finding,) = LATEST.check(build("FROM python:latest\n"))
    titles = [choice.message for choice in finding.choices]
    assert titles == ["Use python:3.14-slim", "Use python:3.14"]


def test_an_image_of_a_variable_keeps_its_name_and_gets_a_suggestion():
    text = "ARG BASE=debian\nFROM ${BASE}\n"
    assert fixed(text, rules=(UNTAGGED,)) == text
    assert messages(UNTAGGED, text)[0].endswith("pin a version, such as trixie")


@pytest.mark.parametrize(
    "image", ["python:3", "python:3-slim", "node:lts", "node:lts-alpine"]
)
def test_a_tag_that_moves_never_comes_to_its_end(image):
    assert messages(END_OF_LIFE, f"FROM {image}\n") == []


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("python:slim", "python:3.14-slim"),
        ("python:3-slim-bookworm", "python:3.14-slim-bookworm"),
        ("node:lts-alpine", "node:24-alpine"),
        ("debian:oldstable-slim", "debian:bookworm-slim"),
        ("golang:alpine3.24", "golang:1.27-alpine3.24"),
        ("postgres:alpine", "postgres:18-alpine"),
        ("nginx:stable-alpine", "nginx:1.30-alpine"),
    ],
)
def test_a_tag_that_moves_is_named_with_the_version_of_today(image, pinned):
    read = read_reference(image)
    assert not isinstance(read, str)
    moving = floating(read, EXAMPLES_JUDGED_ON)
    assert moving is not None
    assert f"{moving.name}:{moving.pinned}" == pinned


@pytest.mark.parametrize(
    "image",
    [
        "python:3.14",
        "node:24",
        "alpine:edge",
        "debian:sid",
        "acme/python:slim",
        "python:2-slim",
        "python:alpine3.20",
        "node:lts-buster",
        "python:latest",
    ],
)
def test_a_tag_that_names_a_version_or_moves_on_purpose_is_none_that_floats(image):
    read = read_reference(image)
    assert not isinstance(read, str)
    assert floating(read, EXAMPLES_JUDGED_ON) is None


def test_a_retired_image_is_spoken_of_from_its_last_day():
    text = parse("FROM openjdk:17\n")
    last_day = Build(text, today=date(2022, 7, 31))
    next_day = Build(text, today=date(2022, 8, 1))
    assert list(END_OF_LIFE.check(last_day)) == []
    [found] = END_OF_LIFE.check(next_day)
    assert found.message.startswith("openjdk has had no updates since 2022-07-31")
