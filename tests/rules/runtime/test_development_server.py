"""When development-server reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

from lightship.repository_facts import MountedVolume

MANAGE = """\
import sys
import uvicorn
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
if "--fastapi" in sys.argv:
    uvicorn.run("shop:app", reload=True)
"""


@pytest.mark.parametrize(
    ("command", "is_told"), [("migrate", False), ("runserver", True), ("", True)]
)
def test_a_command_of_manage_py_starts_no_server_of_another(command, is_told):
    text = f"FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD python manage.py {command}"
    assert bool(said("development-server", text, {"manage.py": MANAGE})) is is_told


def test_files_that_the_host_mounts_over_the_image_change():
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD uvicorn --reload shop:app"
    for target, is_told in [("/app", False), ("/data", True)]:
        volumes = (MountedVolume(target, from_host=True),)
        told = said("development-server", text, volumes=volumes)
        assert bool(told) is is_told


@pytest.mark.parametrize(
    ("told", "target"),
    [
        ("src.shop.app", "src.shop.app:app"),
        ("src/shop/app.py", "src.shop.app:app"),
        ("shop.app:app", "shop.app:app"),
        ("other.app", None),
        ("shop.app:create_app()", None),
    ],
)
def test_gunicorn_starts_what_flask_app_names(told, target):
    text = (
        "FROM python:3.13\nWORKDIR /app\nCOPY . .\nENV FLASK_APP={}\n"
        'CMD ["flask", "run", "--host=0.0.0.0"]'
    )
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "src/shop/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    }
    [item] = found("development-server", text.format(told), files)
    fix = item.finding.fix
    assert (target is None) is (fix is None)
    assert target is None or target in fix.edits[0].text


@pytest.mark.parametrize(
    ("beside", "target", "count"),
    [
        ("docker/Dockerfile.deploy", "/app", 0),
        ("docker/Dockerfile.deploy", "/data", 1),
        ("docker/Dockerfile.webpack", "/app", 1),
    ],
)
def test_the_image_to_deploy_is_another_one(beside, target, count):
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD flask run --host=0.0.0.0"
    files = {
        "docker/Dockerfile.flask": text,
        beside: "FROM python:3.13\n",
        ".dockerignore": "",
    }
    volumes = (MountedVolume(target, from_host=True),)
    told = said(
        "development-server",
        text,
        files,
        path="docker/Dockerfile.flask",
        volumes=volumes,
        is_published=True,
    )
    assert len(told) == count


@pytest.mark.parametrize(
    ("command", "target", "count"),
    [
        ("    command: flask run --debug\n", "/app", 0),
        ("    command: flask run --debug\n", "/data", 1),
    ],
)
def test_a_cmd_that_no_service_starts_over_mounted_sources_is_not_judged(
    command, target, count
):
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD flask run --host=0.0.0.0"
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n{command}",
        ".dockerignore": "",
    }
    volumes = (MountedVolume(target, from_host=True),)
    told = said(
        "development-server",
        text,
        files,
        path="Dockerfile",
        volumes=volumes,
    )
    assert len(told) == count


@pytest.mark.parametrize(
    ("target", "is_published", "count"),
    [("/app", False, 0), ("/app", True, 1), ("/data", False, 1)],
)
def test_sources_mounted_over_an_image_of_nobody_else_are_worked_on(
    target, is_published, count
):
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD flask run --host=0.0.0.0"
    files = {"app.py": "", ".dockerignore": ""}
    volumes = (MountedVolume(target, from_host=True),)
    told = said(
        "development-server",
        text,
        files,
        path="Dockerfile",
        volumes=volumes,
        is_published=is_published,
    )
    assert len(told) == count


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("profiles/github_mock/Dockerfile", 0),
        ("features/docker/fake_backend/Dockerfile", 0),
        ("mocks/Dockerfile", 0),
        ("Dockerfile.mock", 0),
        ("mockups/Dockerfile", 1),
    ],
)
def test_what_stands_for_a_service_in_tests_needs_no_other_server(path, count):
    text = 'FROM python:3.13\nCMD ["flask", "run", "--host", "::"]'
    assert len(said("development-server", text, path=path)) == count


@pytest.mark.parametrize(
    ("target", "count"),
    [("/code/src", 0), ("/code", 0), ("/code/tests", 1), ("/code/src/data", 1)],
)
def test_files_change_where_the_sources_are_mounted_over_the_image(target, count):
    text = (
        "FROM python:3.13\nWORKDIR /code\nCOPY src ./src/\n"
        "CMD uvicorn --reload src.main:app"
    )
    files = {"src/main.py": "", "src/data/a.csv": "", ".dockerignore": ""}
    volumes = (MountedVolume(target, from_host=True),)
    told = said("development-server", text, files, volumes=volumes)
    assert len(told) == count
