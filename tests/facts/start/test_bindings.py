"""Where servers of Python listen, by their options, variables, files and defaults."""

from __future__ import annotations

import pytest

from lightship.facts.start.bindings import bindings, gunicorn_settings, is_loopback
from lightship.facts.start.read_launches import launches
from lightship.lint.examples import build_of

PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"


def addresses(body: str, files: dict[str, str] | None = None) -> list[str]:
    build = build_of(PYTHON + body, files)
    launch = launches(build)[-1]
    return [binding.address for binding in bindings(build, launch)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uvicorn shop:app", ["127.0.0.1"]),
        ("uvicorn shop:app --host ::", ["::"]),
        ("python -m uvicorn shop:app --host=0.0.0.0", ["0.0.0.0"]),
        ("gunicorn -b 127.0.0.1:80 -b :81 shop:app", ["127.0.0.1:80", ":81"]),
        ("gunicorn shop:app", ["127.0.0.1"]),
        ("poetry run flask run", ["127.0.0.1"]),
        ("flask run -h 0.0.0.0", ["0.0.0.0"]),
        ("fastapi dev", ["127.0.0.1"]),
        ("fastapi run", ["0.0.0.0"]),
        ("waitress-serve shop:app", ["0.0.0.0"]),
        ("python manage.py runserver", ["127.0.0.1"]),
        ("python manage.py runserver 8001", ["127.0.0.1:8001"]),
        ("django-admin runserver 0.0.0.0:80", ["0.0.0.0:80"]),
        ("python manage.py runserver --host x", []),
        ("jupyter lab", ["localhost"]),
        ("jupyter lab --ip=0.0.0.0", ["0.0.0.0"]),
        ("uvicorn shop:app $OPTIONS", []),
        ("uvicorn shop:app --uds /run/shop", []),
        ("python -m shop", []),
        ("celery worker", []),
    ],
)
def test_where_a_server_listens(command, expected):
    assert addresses(f"CMD {command}") == expected


@pytest.mark.parametrize(
    "body",
    [
        "ENV UVICORN_HOST=::\nCMD uvicorn shop:app",
        "CMD export UVICORN_HOST=::; uvicorn shop:app",
        "ENV PORT=80\nCMD gunicorn shop:app",
        'ENTRYPOINT ["uvicorn", "shop:app"]',
        'ENTRYPOINT ["python", "manage.py", "runserver"]',
    ],
)
def test_something_else_may_say_where(body):
    assert addresses(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "FROM quay.io/jupyter/base-notebook:x\nCMD jupyter lab",
        "FROM python:3.14\nCOPY jupyter_config.py /root/.jupyter/\nCMD jupyter lab",
    ],
)
def test_an_image_may_bring_a_configuration_of_jupyter(body):
    build = build_of(body)
    assert bindings(build, launches(build)[-1]) == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"gunicorn.conf.py": "bind = ':80'\n"}, []),
        ({"gunicorn.conf.py": "workers = 2\n"}, ["127.0.0.1"]),
        ({}, ["127.0.0.1"]),
    ],
)
def test_a_file_may_say_where_gunicorn_listens(files, expected):
    assert addresses("COPY . .\nCMD gunicorn shop:app", files) == expected


@pytest.mark.parametrize(
    ("options", "files", "text"),
    [
        ("", {"gunicorn.conf.py": "a = 1\n"}, "a = 1\n"),
        ("-c conf/web.py", {"conf/web.py": "b = 2\n"}, "b = 2\n"),
        ("--config=file:web.py", {"web.py": "c = 3\n"}, "c = 3\n"),
        ("-c web.py", {}, None),
        ("-c python:shop.web", {}, None),
        ("--paste shop.ini", {}, None),
        ("", {}, ""),
    ],
)
def test_the_settings_of_gunicorn(options, files, text):
    build = build_of(f"{PYTHON}COPY . .\nCMD gunicorn {options} shop:app", files)
    assert gunicorn_settings(build, launches(build)[0]) == text


@pytest.mark.parametrize(
    ("copy", "text"), [("COPY . .", None), ("COPY shop.py .", ""), ("COPY a/b .", None)]
)
def test_without_a_context_a_directory_may_hold_settings(copy, text):
    build = build_of(f"{PYTHON}{copy}\nCMD gunicorn shop:app")
    assert gunicorn_settings(build, launches(build)[0]) == text


def test_flask_reads_variables_from_a_file():
    body = "COPY . .\nCMD flask run"
    assert addresses(body, {".flaskenv": "FLASK_RUN_HOST=::\n"}) == []
    assert addresses(body, {".env": "DEBUG=1\n"}) == ["127.0.0.1"]


def test_a_script_that_serves():
    text = "from flask import Flask\napp = Flask('a')\napp.run(host='::1')\n"
    assert addresses("COPY . .\nCMD python app.py", {"app.py": text}) == ["::1"]
    assert addresses("COPY . .\nCMD python app.py", {"app.py": "print()\n"}) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:80", True),
        ("localhost", True),
        ("[::1]:80", True),
        ("::1", True),
        ("::", False),
        ("0.0.0.0:80", False),
        ("localhosts", False),
    ],
)
def test_addresses_of_the_container_alone(address, expected):
    assert is_loopback(address) == expected
