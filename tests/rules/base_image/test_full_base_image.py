"""When full-base-image reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

APP_FILES = "COPY app.py /\nCMD python /app.py"


@pytest.mark.parametrize("package", ["rasterio", "titiler.xarray", "rio-tiler"])
def test_what_loads_libexpat_needs_the_full_image(package):
    text = (
        f"FROM python:3.13\nRUN pip install {package}==1.0\nCOPY a.py /\n"
        'CMD ["uvicorn", "a:b"]'
    )
    assert said("full-base-image", text, {"a.py": ""}) == []
    assert said("full-base-image", text.replace(package, "flask"), {"a.py": ""})


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("FROM python:2.7\nRUN pip install linkchecker\n", True),
        ("FROM python:3.8\nRUN pip install spacy==3.6.1\n", True),
        ("FROM python:3.8\nRUN pip install flask==2.0.0\n", False),
        ("FROM python:3.14\nRUN pip install numpy==2.4.0\n", False),
        ("FROM python:3.14\nRUN echo\n# %include-run-task\n", True),
        ("# For local development\nFROM python:3.14\nRUN pip install flask\n", True),
    ],
)
def test_a_full_image_that_is_needed_in_other_ways(text, is_silent):
    assert (said("full-base-image", f"{text}{APP_FILES}") == []) is is_silent


def test_a_full_image_that_gets_no_files_is_for_others():
    text = 'FROM python:3.14\nRUN pip install py-spy\nENTRYPOINT ["py-spy"]'
    assert said("full-base-image", text) == []


@pytest.mark.parametrize(
    ("requirement", "is_silent"),
    [
        ("flask-mysqldb==2.0.0", True),
        ("wand==0.6.13", True),
        ("pdfplumber==0.5.28", True),
        ("pdfplumber~=0.5", True),
        ("pdfplumber==0.11.4", False),
        ("pdfplumber", False),
    ],
)
def test_a_library_that_needs_libraries_of_the_full_image(requirement, is_silent):
    text = (
        "FROM python:3.13\nCOPY requirements.txt .\n"
        f"RUN pip install -r requirements.txt\n{APP_FILES}"
    )
    files = {"requirements.txt": f"{requirement}\n", "app.py": ""}
    assert (said("full-base-image", text, files) == []) is is_silent


def test_poetry_asks_for_an_old_pdfplumber_too():
    text = f"FROM python:3.13\nCOPY pyproject.toml .\nRUN pip install .\n{APP_FILES}"
    project = '[tool.poetry.dependencies]\npdfplumber = "^{}"\n'
    for version, is_silent in [("0.5.28", True), ("0.11.0", False)]:
        files = {"pyproject.toml": project.format(version), "app.py": ""}
        assert (said("full-base-image", text, files) == []) is is_silent


@pytest.mark.parametrize(
    ("service", "is_silent"),
    [
        (
            'build: .\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://a"]',
            True,
        ),
        ("build: .\n    command: sh -c 'git pull && python app.py'", True),
        ("build: .\n    environment:\n      URL: https://a.example/a.git", False),
        (
            'image: es:9\n    healthcheck:\n      test: ["CMD", "curl", "-f", "a"]',
            False,
        ),
    ],
)
def test_a_command_of_a_service_may_need_the_full_image(service, is_silent):
    text = f"FROM python:3.13\nRUN pip install flask==3.1.2\n{APP_FILES}"
    compose = f"services:\n  shop:\n    {service}\n"
    files = {"docker/compose.yml": compose, "app.py": "", ".dockerignore": "docker\n"}
    assert (said("full-base-image", text, files) == []) is is_silent
