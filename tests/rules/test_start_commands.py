"""What an image starts: found behind starters, in scripts of the context, and judged by where the Dockerfile lies."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.facts.stages.final_image import is_development_name
from lightship.facts.start.launch import launches
from lightship.facts.start.python_main import serving
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"


def build(body, files=None, path="Dockerfile"):
    context = (
        None if files is None else Context.of({path: PYTHON + body, **files}, path)
    )
    return Build(parse(PYTHON + body), context, path=path)


def started(body, files=None):
    return [
        " ".join((launch.program, *launch.texts[1:]))
        for launch in launches(build(body, files))
    ]


def found(rule, *args, **kwargs):
    return [item.finding for item in lint(build(*args, **kwargs), [RULES[rule]])]


@pytest.mark.parametrize(
    "command",
    [
        'CMD ["flask", "run"]',
        "CMD flask run",
        "CMD exec flask run",
        "CMD /opt/venv/bin/flask run",
        "CMD cd /app && FLASK_APP=shop flask run",
        "CMD cd /app; env FLASK_APP=shop flask run",
        'CMD ["sh", "-c", "exec flask run"]',
        "CMD bash -lc 'set -e; flask run'",
        'CMD ["python", "-m", "flask", "run"]',
        "CMD python3.14 -X dev -um flask run",
        'CMD ["poetry", "run", "flask", "run"]',
        'CMD ["uv", "run", "--no-sync", "--package", "shop", "flask", "run"]',
        'CMD ["uv", "run", "-m", "flask", "run"]',
        'CMD ["pipenv", "run", "python", "-m", "flask", "run"]',
        'CMD ["pdm", "run", "flask", "run"]',
        'CMD ["conda", "run", "--no-capture-output", "-n", "shop", "flask", "run"]',
        'CMD ["micromamba", "run", "-n", "shop", "flask", "run"]',
        'CMD ["opentelemetry-instrument", "--traces_exporter", "console", "flask", "run"]',
        'CMD ["newrelic-admin", "run-program", "flask", "run"]',
        'CMD ["dumb-init", "--", "gosu", "app", "flask", "run"]',
        'CMD ["./wait-for-it.sh", "db:5432", "--", "flask", "run"]',
        'ENTRYPOINT ["tini", "--"]\nCMD ["flask", "run"]',
        'ENTRYPOINT ["tini", "--"]\nCMD flask run',
        'ENTRYPOINT ["python", "-m"]\nCMD ["flask", "run"]',
        'ENTRYPOINT ["flask"]\nCMD ["run"]',
        'ENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["flask", "run"]',
        'ENTRYPOINT ["/docker-entrypoint.sh", "flask", "run"]',
        "ENTRYPOINT flask run\nCMD ignored",
        'CMD ["old"]\nCMD ["flask", "run"]',
    ],
)
def test_the_program_behind_all_that_only_starts_it(command):
    assert started(command)[-1] == "flask run"


@pytest.mark.parametrize(
    ("script", "programs"),
    [
        ('#!/bin/sh\nset -e\nexec "$@"\n', ["gunicorn shop"]),
        ("#!/bin/bash\nexec gosu app $@\n", ["gunicorn shop"]),
        (
            "#!/usr/bin/env bash\npython manage.py migrate\nexec uvicorn shop:app\n",
            ["uvicorn shop:app"],
        ),
        ("#!/bin/sh\n./other.sh\n", ["hypercorn shop"]),
        ("#!/usr/bin/python3\nimport flask\n", []),
    ],
)
def test_a_script_of_the_context_is_read(script, programs):
    files = {"start.sh": script, "other.sh": "exec hypercorn shop\n"}
    body = 'COPY . .\nENTRYPOINT ["./start.sh"]\nCMD ["gunicorn", "shop"]'
    servers = [
        line
        for line in started(body, files)
        if line.split()[0] in ("gunicorn", "uvicorn", "hypercorn")
    ]
    assert servers == programs


def test_what_is_started_only_sometimes_is_marked():
    body = "CMD if [ $DEV ]; then flask run; else exec gunicorn shop; fi"
    assert [
        launch.is_branch for launch in launches(build(body)) if launch.is_python
    ] == [True, True]


def test_scripts_that_start_one_another_come_to_an_end():
    files = {"a.sh": '#!/bin/sh\n./b.sh "$@"\n', "b.sh": '#!/bin/sh\n./a.sh "$@"\n'}
    assert started('COPY . .\nENTRYPOINT ["./a.sh"]\nCMD ["x"]', files) is not None


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


def test_names_for_development_are_whole_words():
    assert is_development_name("Dockerfile.Dev")
    assert not is_development_name("devices/latest/Dockerfile")
    assert not is_development_name(None)


@pytest.mark.parametrize(
    ("text", "server", "host", "debug"),
    [
        (
            "from flask import Flask\napp = Flask(__name__)\napp.run()",
            "Flask",
            "127.0.0.1",
            False,
        ),
        (
            "import flask\napp = flask.Flask('a')\napp.run('0.0.0.0', 80, debug=True)",
            "Flask",
            "0.0.0.0",
            True,
        ),
        (
            "import uvicorn\nuvicorn.run('a:b', host='::', reload=True)",
            "uvicorn",
            "::",
            True,
        ),
        ("import uvicorn\nuvicorn.run('a:b', **settings)", "uvicorn", None, False),
        ("import uvicorn\nuvicorn.run('a:b', uds='/run/a')", "uvicorn", None, False),
    ],
)
def test_the_server_that_a_script_starts(text, server, host, debug):
    said = serving(Context.of({"app.py": text}), "app.py")
    assert said is not None
    assert (said.server, said.host, said.debug) == (server, host, debug)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import uvicorn",
        "app.run()",
        "import uvicorn\nuvicorn.run(",
        "x.run() # Flask",
    ],
)
def test_a_script_that_starts_no_server_that_is_known(text):
    assert serving(Context.of({"app.py": text}), "app.py") is None


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
