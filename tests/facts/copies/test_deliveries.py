"""Which file of the build context stands at a path of the image."""

from __future__ import annotations

import pytest

from lightship.facts.copies.deliveries import deliveries
from tests.made import build

FILES = {
    "app/main.py": "",
    "app/a.txt": "",
    "pyproject.toml": "",
    "b.txt": "",
    "src/x.py": "",
}


def delivered(copy: str, files=FILES):
    made = build(f"FROM debian\nWORKDIR /srv\n{copy}", files)
    [(_, delivery)] = deliveries(made)
    return made, delivery


@pytest.mark.parametrize(
    ("copy", "path", "origin"),
    [
        ("COPY . .", "/srv/app/main.py", "app/main.py"),
        ("COPY . .", "/app/main.py", None),
        ("COPY . .", "/srv/none.py", None),
        ("COPY app ./", "/srv/main.py", "app/main.py"),
        ("COPY app /opt/app", "/opt/app/main.py", "app/main.py"),
        ("COPY b.txt /x.txt", "/x.txt", "b.txt"),
        ("COPY b.txt /x/", "/x/b.txt", "b.txt"),
        ("COPY b.txt pyproject.toml ./", "/srv/pyproject.toml", "pyproject.toml"),
        ("COPY *.txt /x/", "/x/b.txt", "b.txt"),
        ("COPY *.txt /x/", "/x/pyproject.toml", None),
        ("COPY app/*.py /x/", "/x/main.py", "app/main.py"),
    ],
)
def test_the_file_that_stands_at_a_path(copy, path, origin):
    made, delivery = delivered(copy)
    assert delivery.origin(made.context, path) == origin


@pytest.mark.parametrize(
    ("copy", "source", "target"),
    [
        ("COPY b.txt /x.txt", "b.txt", "/x.txt"),
        ("COPY b.txt /x/", "b.txt", "/x/b.txt"),
        ("COPY app /x/", "app", "/x"),
        ("COPY *.txt /x/", "*.txt", "/x"),
    ],
)
def test_where_a_source_goes(copy, source, target):
    made, delivery = delivered(copy)
    assert delivery.target(made.context, source) == target


@pytest.mark.parametrize(
    ("copy", "files", "expected"),
    [
        ("COPY . .", FILES, True),
        ("COPY . .", {"pyproject.toml": "", "README.md": ""}, False),
        ("COPY app .", FILES, True),
        ("COPY pyproject.toml .", FILES, False),
        ("COPY b.txt .", FILES, False),
        ("COPY app .", {"app/celery/setup.py": "def setup_app(): pass"}, True),
        ("COPY . .", {"celery/setup.py": "def setup_app(): pass"}, True),
        ("COPY . .", {"setup.py": "from x import *\nsetup(name='a')"}, False),
        ("COPY . .", {"setup.py": ""}, False),
        ("COPY src .", None, True),
        ("COPY data .", None, False),
        ("COPY main.py .", None, True),
    ],
)
def test_whether_source_code_comes_with_it(copy, files, expected):
    made, delivery = delivered(copy, files)
    assert delivery.has_sources(made.context) is expected


@pytest.mark.parametrize(
    "copy",
    ["COPY --from=x a /a", "COPY --parents a/b /x/", "ADD https://example.com/a /a"],
)
def test_of_other_copies_nothing_is_said(copy):
    _, delivery = delivered(copy)
    assert delivery is None


def test_whether_it_writes_at_a_place():
    made, delivery = delivered("COPY app /opt/app")
    assert delivery.writes(made.context, "/opt/app/main.py")
    assert delivery.writes(made.context, "/opt")
    assert not delivery.writes(made.context, "/opt/other")
