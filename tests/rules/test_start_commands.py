"""What an image starts: found behind starters, in scripts of the context, and judged by where the Dockerfile lies."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"


def build(body, files=None, path="Dockerfile"):
    context = (
        None if files is None else Context.of({path: PYTHON + body, **files}, path)
    )
    return Build(parse(PYTHON + body), context, path=path)


def found(rule, *args, **kwargs):
    return [item.finding for item in lint(build(*args, **kwargs), [RULES[rule]])]


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile.dev",
        "dev.Dockerfile",
        "compose/local/django/Dockerfile",
        "docker/test/Dockerfile",
        "Dockerfile-ci",
    ],
)
def test_a_dockerfile_for_development_may_start_a_server_for_it(path):
    body = 'CMD ["flask", "run", "--host", "0.0.0.0"]'
    assert found("development-server", body, {}, "Dockerfile.prod")
    assert not found("development-server", body, {}, path)


@pytest.mark.parametrize(
    ("command", "fixed"),
    [
        ("uvicorn shop:app", "uvicorn shop:app --host 0.0.0.0"),
        ("uvicorn shop:app --host=localhost", "uvicorn shop:app --host=0.0.0.0"),
        ("hypercorn -b [::1]:80 shop:app", "hypercorn -b [::]:80 shop:app"),
        ("daphne shop.asgi:application", "daphne shop.asgi:application --bind 0.0.0.0"),
        ("granian shop:app", "granian shop:app --host 0.0.0.0"),
        ("flask --app shop run", "flask --app shop run --host 0.0.0.0"),
        ("litestar run", "litestar run --host 0.0.0.0"),
        ("mlflow server", "mlflow server --host 0.0.0.0"),
        (
            "waitress-serve --listen=127.0.0.1:80 shop:app",
            "waitress-serve --listen=0.0.0.0:80 shop:app",
        ),
        (
            "python -m http.server --bind 127.0.0.1",
            "python -m http.server --bind 0.0.0.0",
        ),
        ("django-admin runserver", "django-admin runserver 0.0.0.0:8000"),
    ],
)
def test_a_server_on_loopback_is_moved(command, fixed):
    (finding,) = found("server-on-loopback", f"CMD {command}")
    assert finding.fix is not None
    text = PYTHON + f"CMD {command}"
    for edit in finding.fix.edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == PYTHON + f"CMD {fixed}"


@pytest.mark.parametrize(
    "body",
    [
        "CMD uvicorn shop:app --uds /run/shop",
        "CMD uvicorn shop:app --host $HOST",
        "ENV GRANIAN_HOST=::\nCMD granian shop:app",
        "CMD export UVICORN_HOST=::; uvicorn shop:app",
        "CMD hypercorn -c hypercorn.toml shop:app",
        "CMD streamlit run shop.py",
        "CMD waitress-serve shop:app",
        "CMD python -m http.server",
        "CMD python manage.py runserver $ADDRESS",
        "RUN apt-get install -y nginx supervisor\nCMD uvicorn shop:app",
        "CMD superset runserver -p 80",
    ],
)
def test_a_server_that_may_be_reached_is_left_alone(body):
    assert not found("server-on-loopback", body)


def test_a_compose_file_that_gives_the_address_is_heard():
    files = {
        "compose.yaml": "services: {web: {command: uvicorn shop:app --host 0.0.0.0}}\n"
    }
    assert found("server-on-loopback", "CMD uvicorn shop:app", {})
    assert not found("server-on-loopback", "CMD uvicorn shop:app", files)


def test_gunicorn_and_the_application_are_named_where_they_are_known():
    files = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "shop/wsgi.py": "",
        "requirements.txt": "django==5.2\ngunicorn==23.0.0\n",
    }
    body = 'COPY . .\nCMD ["python", "manage.py", "runserver", "0.0.0.0:9000"]'
    (finding,) = found("development-server", body, files)
    assert "gunicorn, which the project asks for" in finding.message
    assert finding.fix is not None
    assert (
        finding.fix.edits[0].text == '"gunicorn", "--bind", "0.0.0.0:9000", "shop.wsgi"'
    )
