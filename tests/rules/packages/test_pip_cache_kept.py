"""When pip-cache-kept reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said, severities

from lightship.lint.finding import Severity
from lightship.repository_facts import RepositoryFacts

PYTHON = "FROM python:3.13-slim\n"


def test_a_mount_over_the_cache_that_the_command_names_keeps_it_out():
    text = (
        "RUN --mount=type=cache,target=/cache/pip \\\n    PIP_CACHE_DIR=/cache/pip \\\n"
        "    VERSION=1 \\\n    pip install .[dev,ssh]"
    )
    assert said("pip-cache-kept", f"{PYTHON}{text}") == []


@pytest.mark.parametrize("setting", ["PIP_CACHE_DIR=/pip", "XDG_CACHE_HOME=/"])
def test_a_mount_over_the_cache_that_the_script_names_keeps_it_out(setting):
    run = "RUN --mount=type=cache,target=/pip"
    install = "pip install flask==3.1.2"
    assert said("pip-cache-kept", f"{PYTHON}{run} export {setting} && {install}") == []
    assert said("pip-cache-kept", f"{PYTHON}{run} {install}")


@pytest.mark.parametrize(
    ("requirements", "severity"),
    [
        ("flask==3.1.0\nredis==7.0.0\n", Severity.INFO),
        ("aiogram==3.22.0\naiosqlite\n", Severity.INFO),
        ("pandas==2.3.0\n", Severity.WARNING),
        ("Django==5.2\n", Severity.WARNING),
        ("\n".join(f"package-{number}==1" for number in range(30)), Severity.WARNING),
        ("git+https://example.com/a\n", Severity.WARNING),
    ],
)
def test_a_few_megabytes_are_a_note(requirements, severity):
    text = f"{PYTHON}COPY requirements.txt .\nRUN pip install -r requirements.txt"
    files = {"requirements.txt": requirements}
    assert severities("pip-cache-kept", text, files) == [severity]


def test_what_is_not_known_may_be_much():
    text = f"{PYTHON}COPY requirements.txt .\nRUN pip install -r requirements.txt"
    assert severities("pip-cache-kept", text) == [Severity.WARNING]
    assert severities("pip-cache-kept", f"{PYTHON}RUN pip install torch") == [
        Severity.WARNING
    ]
    assert severities("pip-cache-kept", f"{PYTHON}RUN pip install flask") == [
        Severity.INFO
    ]


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("/venv/bin/pip3 install -q -e .\nexec app\n", 0),
        ("# pip install was here\nexec app\n", 1),
    ],
)
def test_a_start_that_installs_reads_the_cache(script, count):
    text = (
        f"{PYTHON}RUN pip install flask pandas\nCOPY start.sh /\n"
        'ENTRYPOINT ["sh", "/start.sh"]'
    )
    assert len(said("pip-cache-kept", text, {"start.sh": script})) == count


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("--no-deps git+https://example.com/a.git", 0),
        ("--no-deps git+https://example.com/a.git@main#egg=a", 0),
        (f"--no-deps git+https://example.com/a.git@{'0a' * 20}", 1),
        ("git+https://example.com/a.git", 1),
        ("requests 'certifi<=2020.4.5.1'", 0),
    ],
)
def test_of_a_branch_without_dependencies_nothing_is_kept(words, count):
    text = f"{PYTHON}RUN pip install {words}"
    assert len(said("pip-cache-kept", text)) == count


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("ubuntu:14.04", 0),
        ("debian:jessie", 0),
        ("phusion/baseimage:0.9.15", 0),
        ("phusion/baseimage:0.9.19", 1),
        ("ubuntu:16.04", 1),
    ],
)
def test_pip_before_six_keeps_no_cache_and_refuses_the_option(image, count):
    install = (
        "RUN apt-get update && apt-get install -y python-pip\nRUN pip install flask"
    )
    assert len(said("pip-cache-kept", f"FROM {image}\n{install}")) == count
    newer = install.replace("RUN pip", "RUN pip install -U pip && pip")
    assert len(said("pip-cache-kept", f"FROM {image}\n{newer}")) == 1


@pytest.mark.parametrize(
    ("base", "count"), [("shop-base", 0), ("acme/shop-base", 0), ("other/base", 1)]
)
def test_an_image_of_the_repository_may_have_what_the_project_asks_for(base, count):
    facts = RepositoryFacts(images=frozenset({"acme/shop-base"}))
    text = f"FROM {base}\nCOPY . .\nRUN pip install -e ."
    assert len(said("pip-cache-kept", text, repository=facts)) == count


@pytest.mark.parametrize(
    ("packages", "installs", "is_silent"),
    [
        ("python3-pip python3-numpy", "orbit", True),
        ("python3-pip python3-dev", "orbit", False),
        ("python3-pip python3-numpy", "orbit pandas", False),
        ("python3-pip python3-numpy", "scipy", False),
    ],
)
def test_the_own_project_alone_is_small_where_the_distribution_has_its_libraries(
    packages, installs, is_silent
):
    text = f"FROM ubuntu:24.04\nRUN apt-get install -y {packages}\nRUN pip install {installs}"
    own = RepositoryFacts(projects=frozenset({"orbit"}))
    assert (said("pip-cache-kept", text, repository=own) == []) is is_silent


@pytest.mark.parametrize(
    ("base", "before", "install", "count"),
    [
        (
            "quay.io/jupyter/minimal-notebook:2026-01-05",
            "USER root",
            "pip install pandas",
            0,
        ),
        ("jupyter/minimal-notebook:2023-03-13", "USER 0:0", "pip install pandas", 0),
        (
            "quay.io/jupyter/minimal-notebook:2026-01-05",
            "ARG A",
            "pip install pandas",
            1,
        ),
        (
            "quay.io/jupyter/minimal-notebook:2026-01-05",
            "USER root\nUSER jovyan",
            "pip install pandas",
            1,
        ),
        (
            "quay.io/jupyter/minimal-notebook:2026-01-05",
            "USER root\nENV HOME=/root",
            "pip install pandas",
            1,
        ),
        (
            "quay.io/jupyter/minimal-notebook:2026-01-05",
            "USER root",
            "sudo -H pip install pandas",
            1,
        ),
        ("python:3.13-slim", "USER root", "pip install pandas", 1),
    ],
)
def test_pip_of_root_keeps_no_cache_in_the_home_of_another(
    base, before, install, count
):
    text = f"FROM {base}\n{before}\nRUN {install}\n"
    assert len(said("pip-cache-kept", text)) == count
