"""When server-on-loopback reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.lint.finding import Safety

PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize("path", ["config/development/web.env", "compose.yml"])
def test_gunicorn_listens_everywhere_where_a_file_sets_its_port(path):
    text = f'{PYTHON}EXPOSE 80\nCMD ["gunicorn", "shop:app"]'
    line = "PORT=80\n" if path.endswith("env") else "      PORT: 80\n"
    assert said("server-on-loopback", text, {"shop.py": ""})
    assert said("server-on-loopback", text, {"shop.py": "", path: line}) == []


RULE = "server-on-loopback"
UVICORN = 'CMD ["uvicorn", "shop:app", "--host", "127.0.0.1"]\n'


@pytest.mark.parametrize(
    "comment",
    [
        "# Only the proxy in the same pod asks it\n",
        "# run with --network=host, so it must not listen on other addresses than localhost\n",
        "# bound to loopback on purpose\n",
    ],
)
def test_an_address_that_a_comment_explains_is_meant(comment):
    assert said(RULE, f"{PYTHON}{comment}{UVICORN}") == []
    assert said(RULE, f"{PYTHON}# Start the shop\n{UVICORN}")


def test_the_comment_may_be_at_the_top():
    comment = "# The server is bound to the container's loopback only\n"
    assert said(RULE, f"{comment}{PYTHON}RUN true\n{UVICORN}") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services:\n  a:\n    build: .\n    network_mode: host\n"),
        ("Makefile", "run:\n\tdocker run --network=host shop\n"),
        ("README.md", "`docker run --net host shop`\n"),
        ("deploy/pod.yaml", "spec:\n  hostNetwork: true\n"),
        (
            "tests/test_image.py",
            "assert '127.0.0.1' in Path('Dockerfile').read_text()\n",
        ),
    ],
)
def test_an_address_that_the_repository_relies_on_is_meant(path, text):
    assert said(RULE, f"{PYTHON}{UVICORN}", {"shop.py": "", path: text}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services:\n  a:\n    build: .\n    network_mode: bridge\n"),
        ("Makefile", "run:\n\tdocker run --network=shop shop\n"),
        ("tests/test_shop.py", "client = Client('http://127.0.0.1:8000')\n"),
    ],
)
def test_what_says_nothing_of_the_address_changes_nothing(path, text):
    assert said(RULE, f"{PYTHON}{UVICORN}", {"shop.py": "", path: text})


@pytest.mark.parametrize(
    "files",
    [
        {"start.sh": "#!/bin/sh\nservice nginx start\nexec uvicorn shop:app\n"},
        {"start.sh": "#!/bin/sh\nexec uvicorn shop:app\n", "nginx.conf": ""},
    ],
)
def test_a_proxy_that_a_script_or_the_project_brings_is_in_front_of_it(files):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nENTRYPOINT ["./start.sh"]\n'
    assert said(RULE, text, files) == []
    alone = {"start.sh": "#!/bin/sh\nexec uvicorn shop:app\n"}
    assert said(RULE, text, alone)


def test_the_advice_keeps_the_port():
    text = f'{PYTHON}COPY . .\nCMD ["python", "manage.py", "runserver", "8321"]'
    (message,) = said(RULE, text, {"manage.py": ""})
    assert message.endswith("use 0.0.0.0:8321")


def test_a_service_of_compose_that_listens_everywhere():
    text = f'{PYTHON}COPY . .\nCMD ["python", "manage.py", "runserver", "8321"]'
    compose = "services:\n  web:\n    build: .\n    {}\n"
    command = "command: sh -c 'python manage.py runserver 0.0.0.0:8321'"
    assert (
        said(RULE, text, {"manage.py": "", "a/compose.yml": compose.format(command)})
        == []
    )
    ports = "ports: ['0.0.0.0:8321:8321']"
    assert said(RULE, text, {"manage.py": "", "a/compose.yml": compose.format(ports)})


@pytest.mark.parametrize(
    ("expose", "files", "is_made"),
    [
        ("", {}, False),
        ("EXPOSE 8000\n", {}, True),
        (
            "",
            {"compose.yml": "services:\n  a:\n    build: .\n    ports: ['80:8000']\n"},
            True,
        ),
        ("", {"run.sh": "docker run -p 8000:8000 shop\n"}, True),
        ("", {"run.sh": "docker run shop\n"}, False),
    ],
)
def test_an_address_that_is_written_out_is_changed_where_a_port_is_published(
    expose, files, is_made
):
    (finding,) = findings(RULE, f"{PYTHON}{expose}{UVICORN}", {"shop.py": "", **files})
    assert finding.fix is not None
    assert (finding.fix.safety is Safety.UNSAFE) is is_made


@pytest.mark.parametrize(
    "server",
    ["flask run &", "(flask run > /dev/null 2>&1) &", "{ cd /a && flask run; } &"],
)
def test_a_server_beside_the_program_may_be_for_the_health_check_alone(server):
    check = "HEALTHCHECK CMD curl --fail http://localhost:5000/health\n"
    text = f"{PYTHON}ENV FLASK_APP=/health/check.py\n{check}"
    assert said(RULE, f"{text}CMD {server} python worker.py") == []
    assert said(RULE, f"{text}CMD flask run")
