"""Which commands are servers, and which run a file."""

from __future__ import annotations

import pytest

from lightship.facts.start.servers import runs_file, server_of
from lightship.shell.parse import parse
from lightship.shell.tree import Command
from lightship.text import Mapped


def shell(line: str) -> Command:
    return parse(Mapped.plain(line, 0)).commands[0]


@pytest.mark.parametrize(
    ("command", "server"),
    [
        ("gunicorn shop", "gunicorn"),
        ("python3.13 -m uvicorn shop:app", "uvicorn"),
        ("python -u manage.py runserver", "manage.py runserver"),
        ("python manage.py migrate", None),
        ("poetry run flask run", "flask run"),
        ("uv run --no-sync -p 3.13 fastapi run", "fastapi run"),
        ("conda run -n shop gunicorn shop", "gunicorn"),
        ("exec opentelemetry-instrument celery -A shop worker", "celery worker"),
        ("celery -A shop inspect ping", None),
        ("nginx -t", None),
        ("nginx -g 'daemon off;'", "nginx"),
        ("gunicorn -t 90 shop", "gunicorn"),
        ("npm run build", None),
        ("npm start", "npm start"),
        ("python", None),
    ],
)
def test_servers(command, server):
    assert server_of(shell(command)) == server


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("python app.py", True),
        ("python -u -m shop", True),
        ("python -c 'import shop'", False),
        ("python", False),
        ("uv run app.py", True),
        ("poetry run python app.py", True),
        ("node --enable-source-maps server.js", True),
        ("node", False),
        ("java -jar app.jar", True),
        ("java", False),
        ("./app", False),
    ],
)
def test_an_interpreter_that_is_given_a_file(command, runs):
    assert runs_file(shell(command)) == runs
