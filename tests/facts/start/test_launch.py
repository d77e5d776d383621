"""What an image starts in the end, in scripts of the build context too."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.facts.start.launch import Launch
from lightship.facts.start.read_launches import launches
from lightship.lint.examples import build_of

PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"


def build(body: str, files: dict[str, str] | None = None) -> Build:
    return build_of(PYTHON + body, files)


def started(body: str, files: dict[str, str] | None = None) -> list[str]:
    return [
        " ".join((launch.program, *launch.texts[1:]))
        for launch in launches(build(body, files))
    ]


def only(body: str) -> Launch:
    [launch] = launches(build(body))
    return launch


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
    ("command", "subcommand"),
    [
        ("flask --app shop run --debug", "run"),
        ("flask -A shop run", "run"),
        ("celery -A shop worker", "worker"),
        ("gunicorn --reload shop:app", "shop:app"),
        ("uvicorn", ""),
    ],
)
def test_the_first_argument_that_is_not_an_option(command, subcommand):
    assert only(f"CMD {command}").subcommand == subcommand


def test_the_values_of_an_option_in_each_of_its_ways():
    launch = only("CMD gunicorn --bind a -b b --bind=c -bd --binder e shop --bind")
    values = list(launch.values("--bind", "-b"))
    assert [value for value, _ in values] == ["a", "b", "c", "d"]
    assert [word.text for _, word in values] == ["a", "b", "--bind=c", "-bd"]
    assert launch.has("--bind", "--other")
    assert not launch.has("--other", "-c")


@pytest.mark.parametrize(
    ("command", "hidden"),
    [
        ("gunicorn $OPTIONS shop", True),
        ("gunicorn --bind $ADDRESS shop", False),
        ("gunicorn --bind=$ADDRESS shop:app", False),
        ("gunicorn shop:$APP", False),
    ],
)
def test_a_variable_may_hide_options(command, hidden):
    assert only(f"CMD {command}").has_hidden_options == hidden


@pytest.mark.parametrize(
    ("body", "is_python"),
    [
        ('CMD ["gunicorn", "shop"]', True),
        ('CMD ["python", "app.py"]', True),
        ('CMD ["poetry", "run", "start"]', True),
        ('CMD ["./server"]', False),
        ('CMD ["npx", "next"]', False),
    ],
)
def test_what_is_surely_python(body, is_python):
    assert only(body).is_python == is_python


def test_what_is_set_for_a_program():
    *_, launch = launches(build("CMD export A=1 B=$X; C=3 env D=4 gunicorn shop"))
    assert dict(launch.assigned) == {"A": "1", "B": "$X", "C": "3", "D": "4"}


def test_an_entrypoint_without_cmd_is_made_for_more_arguments():
    assert only('ENTRYPOINT ["gunicorn"]').takes_more
    assert not only('ENTRYPOINT ["gunicorn"]\nCMD ["shop"]').takes_more
    assert not only('CMD ["gunicorn"]').takes_more


def test_a_program_beside_another_is_in_the_background():
    first, second = launches(build("CMD celery -A shop worker & gunicorn shop"))
    assert (first.is_background, second.is_background) == (True, False)


@pytest.mark.parametrize(
    ("command", "module"),
    [("python -m shop", True), ("python shop.py", False), ("uv run -m shop", True)],
)
def test_a_module_is_told_from_a_file(command, module):
    assert only(f"CMD {command}").is_module == module


def test_nothing_is_looked_for_in_an_image_without_python():
    assert launches(build_of('CMD ["node", "server.js"]')) == ()
    assert launches(build_of("# Python\nCMD node server.js")) != ()
