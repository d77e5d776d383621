"""Installs that a layer each is meant for."""

from __future__ import annotations

import pytest
from judged import said

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.rules.caching.consecutive_runs import RULE

HEAD = "FROM python:3.13-slim\nRUN pip install flask\n"


def count(text: str, purpose: str = "") -> int:
    return len(list(RULE.check(Build(parse(text), purpose=purpose))))


@pytest.mark.parametrize(
    "install",
    [
        "pip install torch==2.9.0 torchvision",
        "pip install tensorflow-cpu",
        "pip install uWSGI==2.0.28",
        "pip install psycopg2",
        "pip install xgboost --index-url https://download.example.org/whl/cu130",
        "pip install --dry-run xgboost",
        'CMAKE_ARGS="-DGGML_BLAS=ON" pip install llama_cpp_python',
        "MAX_JOBS=4 pip install apex",
    ],
)
def test_what_is_large_from_elsewhere_or_compiled_has_its_layer(install):
    assert count(f"{HEAD}RUN {install}\n") == 0


@pytest.mark.parametrize(
    "install",
    [
        "pip install gunicorn",
        "LC_ALL=C pip install gunicorn",
        "pip install torchlight",
    ],
)
def test_other_installs_are_one_step(install):
    assert count(f"{HEAD}RUN {install}\n") == 1


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [("", 1), ("production", 1), ("development", 0), ("test", 0)],
)
def test_layers_matter_where_somebody_pulls_the_image(purpose, expected):
    assert count(f"{HEAD}RUN pip install gunicorn\n", purpose) == expected


RUNS = "consecutive-runs"


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("Break down the steps, so we have more but smaller image layers", 0),
        ("Split into steps on purpose", 0),
        ("What the server needs", 1),
        ("All in a single layer", 1),
    ],
)
def test_a_comment_tells_that_layers_are_meant(comment, count):
    text = f"FROM fedora:44\n# {comment}\nRUN dnf -y install a\nRUN dnf -y install b"
    assert len(said(RUNS, text)) == count


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("apt-get clean", "rm -rf /var/lib/apt/lists/*", 0),
        ("rm -rf /opt/a/b", "mv /srv/b /opt/a/b", 0),
        ("chown root:a /opt/a/b", "chmod 750 /opt/a/b", 0),
        ("chown -R root:a /opt/a/b", "chmod -R 750 /opt/a/b", 1),
        ("cp -r /srv/b /opt/a/b", "chmod 750 /opt/a/b", 1),
        ("apt-get update && apt-get install -y git", "apt-get clean", 1),
    ],
)
def test_joining_saves_only_what_the_first_run_makes(first, second, count):
    assert len(said(RUNS, f"FROM debian:13\nRUN {first}\nRUN {second}")) == count


def test_what_two_commands_share_is_named_rather_than_numbered():
    text = "FROM debian:13\nRUN groupadd --gid 901 web\nRUN useradd --uid 901 --gid 901 web\n"
    (message,) = said("consecutive-runs", text)
    assert "both work on web" in message
