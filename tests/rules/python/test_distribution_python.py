"""When distribution-python reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said, severities

from lightship.lint.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
PYTHON = "FROM python:3.13-slim\n"
APT_FULL = "FROM python:3.13\nRUN apt-get update && apt-get install -y "
APT_SLIM = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y "


def test_distribution_python_marks_the_package_that_it_speaks_of():
    text = (
        f"{PYTHON}RUN apt-get update && apt-get install -y \\\n"
        "    python3-dev \\\n    python3-openssl && rm -rf /var/lib/apt/lists/*"
    )
    (item,) = found("distribution-python", text)
    assert item.finding.span.of(text) == "python3-openssl"
    assert "python3-openssl" in item.finding.message


def test_tkinter_is_on_no_index_and_the_full_image_has_it():
    (message,) = said("distribution-python", f"{APT_FULL}python3-tk tk-dev")
    assert "pip" not in message
    assert "remove it" in message
    assert said("distribution-python", f"{APT_SLIM}python3-tk") == []


def test_a_package_that_brings_a_library_of_c_is_replaced_by_that_library():
    (message,) = said("distribution-python", f"{APT_SLIM}python3-magic curl")
    assert "install libmagic1" in message


def test_headers_are_no_library_that_pip_could_install():
    (message,) = said("distribution-python", f"{APT_SLIM}make python-dev-is-python2")
    assert "pip" not in message
    assert said("distribution-python", f"{APT_SLIM}python-is-python2") == []


def test_a_dockerfile_for_several_base_images_may_need_the_python_of_the_distribution():
    text = (
        "ARG BASE=debian:13\nFROM ${BASE}\nRUN apt-get install -y python3 python3-pip"
    )
    assert said("distribution-python", text, args={"BASE": "python:3.13-slim"}) == []
    text = text.replace("=debian:13", "=python:3.12-slim")
    assert said("distribution-python", text, args={"BASE": "python:3.13-slim"})


def test_of_a_stage_that_only_builds_a_library_is_a_note_and_the_rest_weighs_nothing():
    text = "FROM python:3.13-slim AS build\nRUN apt-get install -y make {}\n"
    library = text.format("python3-numpy")
    assert severities("distribution-python", f"{library}FROM scratch") == [INFO]
    headers = text.format("python3-dev")
    assert severities("distribution-python", f"{headers}FROM scratch") == []


def test_supervisor_needs_the_python_of_the_distribution_but_not_its_pip():
    alpine = "FROM python:3.13-alpine\nRUN apk add --no-cache supervisor python3"
    assert said("distribution-python", alpine) == []
    assert said("distribution-python", f"{alpine} py3-pip")


@pytest.mark.parametrize(
    ("beside", "count"), [("uwsgi-python3", 0), ("uwsgi", 1), ("nginx", 1)]
)
def test_a_program_that_loads_the_python_of_the_distribution_needs_its_headers(
    beside, count
):
    text = f"FROM python:3.13-alpine\nRUN apk add --no-cache g++ python3-dev {beside}"
    assert len(said("distribution-python", text)) == count


@pytest.mark.parametrize(
    ("package", "pip", "is_there"),
    [
        ("python3-opencv", "opencv-python-headless", True),
        ("python3-pil", "Pillow==12.0.0", True),
        ("python3-psycopg2", "-r requirements.txt", True),
        ("python3-numpy", "pandas", False),
        # it needs libraries that the package brings
        ("python3-opencv", "opencv-python", False),
        ("python3-magic", "python-magic", False),
    ],
)
def test_a_library_that_pip_installs_as_well_can_go(package, pip, is_there):
    text = f"{APT_SLIM}{package}\nCOPY requirements.txt .\nRUN pip install {pip}\n"
    files = {"requirements.txt": "psycopg2-binary==2.9.11\n"}
    (message,) = said("distribution-python", text, files)
    assert message.endswith(" already: remove it") is is_there


@pytest.mark.parametrize(
    ("install", "end"),
    [
        ("pip install opencv-python", "install libgl1 libglib2.0-0 instead"),
        ("pip install opencv-contrib-python", "install libgl1 libglib2.0-0 instead"),
        ("pip install opencv-python-headless", "remove it"),
        ("pip install flask", "use pip install"),
    ],
)
def test_opencv_of_the_distribution_brings_libraries_of_pips(install, end):
    text = f"{APT_SLIM}python3-opencv\nRUN {install}\n"
    (message,) = said("distribution-python", text)
    assert message.endswith(end)


@pytest.mark.parametrize(
    "what", ["git+https://example.com/a.git", "-e ./a", "-r requirements.txt"]
)
def test_a_project_may_install_the_opencv_that_needs_those_libraries(what):
    text = f"{APT_SLIM}python3-opencv\nRUN pip install {what}\n"
    assert said("distribution-python", text) == []


@pytest.mark.parametrize(
    ("packages", "count"),
    [
        ("gdal-bin python3-gdal", 0),
        ("gdal-bin python3-gdal python3-requests", 1),
        ("gdal-data python3-gdal", 1),
    ],
)
def test_a_library_that_comes_with_a_listed_program_costs_nothing(packages, count):
    text = (
        f"FROM python:3.14-slim\nRUN apt-get update && apt-get install -y {packages}\n"
    )
    assert len(said("distribution-python", text)) == count
