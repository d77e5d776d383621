"""What an expert would wave away is not said, or said as a note; one cause is told once."""

from __future__ import annotations

from operator import attrgetter

import laws
import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import select

RULES = {rule.id: rule for rule in all_rules()}
DEFAULT = select(all_rules(), ())
WARNING, INFO, STYLE = Severity.WARNING, Severity.INFO, Severity.STYLE
APP = 'CMD ["/app/server"]'


def severities(rule, text, files=None):
    return [item.severity for item in lint(build_of(text, files), [RULES[rule]])]


def names(text, files=None):
    return [item.rule.id for item in lint(build_of(text, files), DEFAULT)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"FROM debian:13\n{APP}", [WARNING]),
        (f"FROM example.org/base:1\n{APP}", [INFO]),
        ("FROM debian:13\nRUN ./install", []),
        ("FROM debian:13\nCMD bash", []),
        ('FROM debian:13\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["node"]', []),
        ('FROM debian:13\nCMD ["python3.12"]', []),
        ('FROM debian:13\nCMD ["python3", "app.py"]', [WARNING]),
        ('FROM debian:13\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["server"]', [WARNING]),
        (f"FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled\n{APP}", []),
        (f"FROM mcr.microsoft.com/dotnet/runtime:10.0-nanoserver-ltsc2022\n{APP}", []),
        ("FROM example.org/base:1\nUSER root", [WARNING]),
    ],
)
def test_root_matters_where_a_program_runs(text, expected):
    assert severities("root-user", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM scratch\nENV A=$B", [WARNING]),
        ("FROM debian:13\nENV A=$B", [WARNING]),
        ("FROM python:3.13\nENV A=$NODE_VERSION", [WARNING]),
        ("FROM debian:13\nENV A=/x:$A", [INFO]),
        ("FROM debian:13\nLABEL A=$A", [WARNING]),
        ("FROM debian:13\nENV A=/x${A:+:$A}", []),
        ("FROM debian:13\nENV A=${B:-c}", [STYLE]),
    ],
)
def test_a_variable_that_nothing_sets(text, expected):
    assert severities("undefined-variable", text) == expected
    assert severities("variable-of-base-image", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.13\nENV A=$PYTHON_VERSION B=$LANG",
        "FROM example.org/base\nENV A=$B",
        "FROM example.org/base\nENV A=/x:$A",
        "FROM example.org/base\nENV A=1 B=$A",
        "ARG A=1\nFROM example.org/base\nENV B=$A",
        "FROM debian:13 AS x\nARG A=1\nFROM example.org/base\nENV B=$A",
    ],
)
def test_a_variable_that_the_base_image_may_set(text):
    assert severities("undefined-variable", text) == []
    assert set(severities("variable-of-base-image", text)) == {STYLE}


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("relative-workdir", "FROM example.org/base\nWORKDIR $APP_HOME", []),
        (
            "relative-workdir",
            "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR C:\\\\app",
            [],
        ),
        ("relative-workdir", "FROM debian:13\nWORKDIR $APP_HOME", [INFO]),
        ("relative-workdir", "FROM scratch\nWORKDIR $APP_HOME", [INFO]),
        ("relative-destination", "FROM example.org/base\nCOPY a .", []),
        ("relative-destination", "FROM scratch\nCOPY a .", []),
        ("relative-destination", "FROM node:24\nCOPY a .", [INFO]),
        ("untagged-image", "FROM debian", [INFO]),
        ("untagged-image", "FROM app-base", []),
        ("untagged-image", "ARG BASE=debian\nFROM $BASE", [INFO]),
        ("untagged-image", "ARG OWNER=acme\nFROM $OWNER/base", [INFO]),
        ("latest-image", "ARG BASE=debian:latest\nFROM ${BASE}", [INFO]),
        (
            "secret-in-arg-or-env",
            "FROM debian\nENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
            [],
        ),
        ("secret-in-arg-or-env", "FROM debian\nENV HOST_KEY_CHECK=false", []),
        ("secret-in-arg-or-env", "FROM debian\nENV API_TOKEN=123456", [WARNING]),
        ("secret-in-arg-or-env", "FROM debian\nARG API_TOKEN\nRUN ./fetch", [WARNING]),
        ("shell-form-command", "FROM debian\nCMD server --port $PORT", [WARNING]),
        ("shell-form-command", "FROM debian\nCMD migrate && server", [INFO]),
        ("apt-without-yes", "FROM debian\nRUN apt-get purge && apt-get clean", []),
        ("apt-without-yes", "FROM debian\nRUN apt-get purge --auto-remove", [WARNING]),
        ("apt-without-yes", "FROM debian\nRUN apt-get autoremove", [WARNING]),
        (
            "apt-recommends",
            "FROM debian AS build\nRUN apt-get install -y gcc\nFROM scratch\nCOPY --from=build /a /a",
            [],
        ),
        (
            "consecutive-runs",
            "FROM debian\nRUN chmod +x /opt/a.sh\nRUN ln -s /opt/a.sh /opt/b.sh",
            [],
        ),
        (
            "consecutive-runs",
            "FROM debian\nRUN curl -O http://a/b.tar\nRUN tar -xf b.tar",
            [INFO],
        ),
        ("cd-in-run", "FROM debian\nRUN cd /opt && make", []),
        (
            "cd-in-run",
            "FROM debian\nRUN cd /app && make\nRUN cd /app && make install",
            [INFO],
        ),
        (
            "cd-in-run",
            "FROM debian\nCOPY . /app\nRUN cd /app && make\nWORKDIR /data",
            [],
        ),
    ],
)
def test_how_loud(rule, text, expected):
    assert severities(rule, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian:13 AS a\nCOPY --from=a /b /c", ["copy-from-own-stage"]),
        ("ARG I=alpine:3.22\nFROM debian:13\nCOPY --from=$I /a /b", ["build-refused"]),
        (
            "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends a && apt-get distclean",
            ["update-alone"],
        ),
        ("FROM debian:13\nRUN apt-get update", ["update-alone"]),
        (
            "FROM debian:13\nRUN apt update && apt install -y --no-install-recommends a && rm -rf /var/lib/apt/lists/*",
            ["apt-instead-of-apt-get"],
        ),
    ],
)
def test_one_cause_is_told_once(text, expected):
    assert names(text) == expected


def test_build_tools_are_told_once():
    text = f"FROM debian:13\nRUN apt-get install -y gcc\nRUN apt-get install -y make libpq-dev\nRUN make\nUSER 1\n{APP}"
    found = lint(build_of(text), [RULES["build-tools-in-final-stage"]])
    assert [item.finding.message for item in found] == [
        "gcc and libpq-dev stay in the final image: build in a stage of its own"
    ]


def test_an_install_is_not_parted_from_its_tidying_up():
    text = (
        "FROM alpine:3.22\nWORKDIR /a\nCOPY . .\n"
        "RUN apk add --virtual .b gcc && pip install -r requirements.txt && ./setup && apk del .b\n"
    )
    files = {
        "requirements.txt": "flask\n",
        ".dockerignore": "Dockerfile\n.dockerignore\n",
        "a.py": "",
    }
    fixed = laws.hold(
        build_of(text, files), [RULES["sources-before-dependencies"]], UNSAFE
    )
    assert fixed.text == text


def test_a_run_cut_in_two_names_its_directory_once():
    text = "FROM node:24\nCOPY . /code\nRUN cd /code && npm install && npm run build\n"
    files = {
        "package.json": "{}",
        ".dockerignore": "Dockerfile\n.dockerignore\n",
        "a.js": "",
    }
    fixed = laws.hold(
        build_of(text, files), [RULES["sources-before-dependencies"]], UNSAFE
    )
    assert fixed.text.count("cd /code") == 2


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("COPY Dockerfile src /app/", "Dockerfile*"),
        ("COPY . /app\nRUN git -C /app describe", ".git"),
    ],
)
def test_a_new_ignore_file_leaves_in_what_the_build_needs(text, missing):
    files = {
        "src/__pycache__/a.pyc": "",
        "src/a.py": "",
        "a.py": "",
        ".git/HEAD": "",
        "Dockerfile": "",
    }
    fixed = laws.hold(build_of(text, files), [RULES["needless-files-copied"]], UNSAFE)
    assert missing not in fixed.files[".dockerignore"].splitlines()


@pytest.mark.parametrize("rule", RULES.values(), ids=attrgetter("id"))
def test_messages_are_one_sentence(rule):
    for example in rule.examples:
        for item in (
            lint(
                build_of(example.bad, example.files, example.modes, example.settings),
                [rule],
            )
            if example.bad
            else ()
        ):
            message = item.finding.message
            assert message == message.strip()
            assert "\n" not in message
            assert not message.endswith((".", "!"))
