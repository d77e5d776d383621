"""What a project should be started with, as far as its files tell."""

from __future__ import annotations

import pytest

from lightship.facts.start.read_launches import launches
from lightship.lint.examples import build_of
from lightship.rules.runtime.development_server.production_server import (
    production_command,
    production_server,
)

GUNICORN = {"requirements.txt": "gunicorn==23.0.0\n"}
FLASK = {**GUNICORN, "app.py": "from flask import Flask\nserver = Flask(__name__)\n"}
DJANGO = {
    **GUNICORN,
    "manage.py": "import os\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/wsgi.py": "",
}


@pytest.mark.parametrize(
    ("files", "asgi", "text"),
    [
        (None, False, "a production server such as gunicorn"),
        (None, True, "a production server such as uvicorn"),
        (GUNICORN, False, "gunicorn, which the project asks for"),
        (GUNICORN, True, "a production server such as uvicorn"),
        (
            {"requirements.txt": "hypercorn\nwaitress\n"},
            False,
            "waitress, which the project asks for",
        ),
    ],
)
def test_the_server_to_name(files, asgi, text):
    assert production_server(build_of("COPY . .", files), asgi) == text


@pytest.mark.parametrize(
    ("command", "files", "expected"),
    [
        ("flask run", FLASK, "gunicorn --bind 0.0.0.0:5000 app:server"),
        ("flask run -p 80", FLASK, "gunicorn --bind 0.0.0.0:80 app:server"),
        ("flask run", GUNICORN, ""),
        ("flask run", {"app.py": FLASK["app.py"]}, ""),
        (
            "python manage.py runserver",
            DJANGO,
            "gunicorn --bind 0.0.0.0:8000 shop.wsgi",
        ),
        (
            "python manage.py runserver [::]:9000",
            DJANGO,
            "gunicorn --bind 0.0.0.0:9000 shop.wsgi",
        ),
        ("python manage.py runserver", GUNICORN, ""),
    ],
)
def test_the_command_to_write(command, files, expected):
    body = f"FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nCMD {command}"
    build = build_of(body, files)
    [launch] = launches(build)
    assert " ".join(production_command(build, launch)) == expected


def test_without_a_build_context_there_is_nothing_to_write():
    build = build_of("CMD flask run")
    [launch] = launches(build)
    assert production_command(build, launch) == ()
