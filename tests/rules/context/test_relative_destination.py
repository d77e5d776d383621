"""Files that only an install uses, and stages that nobody pulls."""

from __future__ import annotations

import pytest
from judged import said

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.rules.context.relative_destination import RULE

PYTHON = "FROM python:3.13-slim\n"


def count(text: str, purpose: str = "") -> int:
    return len(list(RULE.check(Build(parse(text), purpose=purpose))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt\n", 0),
        ("COPY requirements.txt ./\nRUN pip install -r ./requirements.txt\n", 0),
        ("COPY requirements.txt .\nRUN pip install -r /requirements.txt\n", 1),
        ("COPY requirements.txt .\nRUN pip install flask\n", 1),
        ("COPY app.py .\nRUN python app.py --check\n", 1),
    ],
)
def test_a_manifest_that_the_install_has_read_needs_no_path(text, expected):
    assert count(f"{PYTHON}{text}") == expected


def test_a_directory_that_is_removed_after_the_install_needs_no_path():
    text = f"{PYTHON}COPY tipg/ tipg/\nRUN pip install . && rm -rf tipg/\n"
    assert count(text) == 0
    assert count(text.replace(" && rm -rf tipg/", "")) == 1


@pytest.mark.parametrize(("taken", "expected"), [("/dist", 0), ("/hack", 1)])
def test_what_a_script_of_a_builder_uses_needs_no_path(taken, expected):
    text = (
        f"{PYTHON}COPY hack/build.sh ./hack/build.sh\nCOPY shop ./shop\n"
        "RUN ./hack/build.sh /dist\n"
        f"{PYTHON}COPY --from=0 {taken} /dist\n"
    )
    assert count(text) == expected


def test_a_stage_that_the_build_does_not_come_to_is_not_judged():
    text = f"{PYTHON}COPY a.py a.py\nFROM debian:13-slim\n"
    assert count(text) == 0
    assert count(f"{text}COPY --from=0 /usr/bin/python3 /usr/bin/\n") == 1


def test_an_image_for_development_is_left_as_it_is():
    text = f"{PYTHON}COPY app.py .\n"
    assert count(text) == 1
    assert count(text, "development") == 0


RELATIVE = "relative-destination"


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("./install.sh && rm ./install.sh", 0),
        ("sh install.sh && rm install.sh", 0),
        ("./install.sh", 1),
        ("/install.sh && rm ./install.sh", 1),
        ("true", 1),
    ],
)
def test_a_script_that_is_used_and_removed_needs_no_path(run, count):
    text = f"FROM debian:13\nCOPY scripts/install.sh .\nRUN {run}"
    assert len(said(RELATIVE, text)) == count


@pytest.mark.parametrize(
    ("taken", "count"),
    [("/venv", 0), ("/requirements.txt", 1), ("/", 1), ("/*.txt", 1)],
)
def test_a_file_that_stays_in_its_stage_needs_no_path(taken, count):
    text = (
        f"{PYTHON}COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        f"{PYTHON}COPY --from=0 {taken} /app/"
    )
    assert len(said(RELATIVE, text)) == count


def test_a_directory_of_requirements_that_stays_in_its_stage_needs_no_path():
    text = (
        "FROM python:3.13 AS build\nARG KIND=production\nCOPY ./requirements .\n"
        "RUN pip wheel --wheel-dir /wheels -r ${KIND}.txt\n"
        f"{PYTHON}COPY --from=build /wheels /wheels\n"
    )
    files = {
        "requirements/base.txt": "",
        "requirements/production.txt": "flask==3.1.2\n",
    }
    assert said("relative-destination", text, files) == []
    taken = text.replace("/wheels /wheels", "/base.txt /wheels/")
    assert said("relative-destination", taken, files)
