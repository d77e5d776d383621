"""No rule crashes, whatever the commands are: empty, a single word, or not to be read."""

from __future__ import annotations

from itertools import product

import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import dockerfile_rules
from lightship.shell.managers import MANAGERS

RULES = dockerfile_rules()
FILES = {"a": "", "requirements.txt": "flask\n", ".dockerignore": "b\n"}
HEADS = (
    *("", "sh -c", "bash -lc", "env", "sudo", "exec", "echo", "export", "set", "cd"),
    *("chmod", "chown -R", "mkdir -m", "install -d", "rm -rf", "find", "cat", "ln -s"),
    *("curl", "wget", "tar xf", "gpg", "git clone", "useradd", "adduser", "passwd"),
    *("python", "python -m", "python -m pip install", "uv run", "uv pip install"),
    *(f"{manager} install" for manager in sorted(MANAGERS)),
)
ODD = (
    *("", '""', "''", "$X", "${X}", "$(x)", "$(", "`x`", "`", "'", '"', "\\", "$"),
    *(
        "-",
        "--",
        "-y",
        "-r",
        "--trusted-host",
        "--index-url=",
        "=",
        "@",
        "/",
        "..",
        "*",
    ),
    *("x", "x=", "a==", "[x]", "./", ".[", "A=1", "> /x", "A=1 > /x", "2>&1", "< /x"),
    *("|", "||", "&&", ";", "&", "!", "{ }", "( )", "<<< x", "é", "\udcff", "\x01"),
)
INSTRUCTIONS = (
    *(
        "RUN []",
        'RUN [""]',
        'RUN ["", ""]',
        'RUN ["pip"]',
        'RUN ["pip", "install", ""]',
    ),
    *("CMD []", 'CMD [""]', "CMD ''", "ENTRYPOINT []", 'ENTRYPOINT [""]', 'SHELL [""]'),
    *("RUN <<E\nE", "RUN <<E\n\n\nE", "RUN <<E sh\nE", "RUN sh <<E\n\nE"),
    *("RUN --mount=type=cache,target= x", "RUN --mount=type=bind x", "RUN --mount= x"),
    *(
        'COPY ["", ""]',
        'COPY "" ""',
        'ADD "" .',
        "COPY --chmod= a b",
        "COPY --from= a b",
    ),
    *("ENV A=", 'ENV A ""', "ARG A=", 'ARG A=""', "ARG TOKEN=", 'USER ""', "USER $X"),
    *('WORKDIR ""', "WORKDIR $X", 'EXPOSE ""', "EXPOSE 80/", 'LABEL ""=""', "LABEL a="),
    *("STOPSIGNAL $X", 'VOLUME [""]', "HEALTHCHECK NONE", 'HEALTHCHECK CMD [""]'),
    *('ONBUILD RUN ""', 'ONBUILD COPY "" ""', 'MAINTAINER ""', 'SHELL ["cmd"]\nRUN x'),
)
BASES = ("debian:13", "python:3.13-slim", "alpine:3.22", "node:24", "scratch")


# What stands beside a Dockerfile, as people have it half done
BESIDE = {
    "compose.yaml": (
        *("", "services:", "services: {}\nvolumes:\n", "services:\n  a:\n", "- a", "{"),
        "services:\n  a:\n    build: .\n    volumes:\n      - .:/app\n",
        "services:\n  a:\n    build: .\n    volumes:\n",
        "services:\n  a:\n    image:\n    volumes:\n      - d:/d\nvolumes:\n",
        "services:\n  a:\n    image: acme/a\n  b:\n    build: {}\n    ports: [80]\n",
    ),
    "pyproject.toml": (
        *("", "[", "[project]\n", "[project]\ndependencies = ['']\n", "project = 1\n"),
        "[project]\nname = ''\ndependencies = ['a @ file:x', '==1', 'b [']\n",
        "[tool.poetry]\n[tool.poetry.dependencies]\npython = ''\na = {}\n",
        "[dependency-groups]\ndev = [{}, 'a']\n[build-system]\n",
    ),
    "requirements.txt": (
        "",
        "\n#\n",
        "-r\n",
        "-e\n",
        "==1\n",
        "a\\\n",
        "\udcff\n",
        "--\n",
    ),
    "setup.py": ("", "from setuptools import setup\nsetup(", "setup()\n", "\udcff"),
    "package.json": (
        "",
        "{",
        "[]",
        '{"scripts": {"start": ""}}',
        '{"dependencies": 1}',
    ),
    "uv.lock": ("", "[[package]]\n", "version = 1\n[[package]]\nname = 'a'\n"),
    "poetry.lock": ("", "[[package]]\n", "[metadata]\n"),
    "start.sh": ("", "#!\n", "#!/bin/sh", "exec", 'exec "$@"', "\udcff", "set -e\n$"),
    "app.py": ("", "import\n", "def", "app = Flask(", "\udcff"),
    ".dockerignore": ("", "!", "!!", "/", "**", "[", "\udcff", "#"),
    "README.md": ("", "docker run", "```\ndocker build\n", "docker run -v :"),
    ".env": ("", "=", "A=", "\udcff"),
}
PROJECTS = (
    """\
FROM {}
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y gcc && pip install -r requirements.txt
RUN pip install . && poetry install && uv sync && npm install
EXPOSE 8000
CMD {}
""",
    # So plain that a fix for the user who runs it may be made
    """\
FROM {}
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD {}
""",
)
STARTS = (
    '["./start.sh"]',
    '["python", "app.py"]',
    "npm start",
    '["gunicorn", "app:app"]',
)


def crashes(text: str, files=FILES) -> list[str]:
    """The rules that stop with an error."""
    build = build_of(text, files)
    if build.dockerfile.problems:
        return []
    crashed = []
    for rule in RULES:
        try:
            if rule.scope.holds(build):
                list(rule.check(build))
        except Exception as error:  # noqa: BLE001 - each of them is what is looked for
            crashed.append(f"{rule.id}: {error!r}\n{text}")
    return crashed


def readable(lines) -> list[str]:
    """The lines that can stand in a Dockerfile."""
    return [line for line in lines if not build_of(line).dockerfile.problems]


@pytest.mark.parametrize("head", HEADS)
def test_commands_that_are_empty_a_word_or_unreadable(head):
    lines = readable(f"RUN {head} {odd}".rstrip() for odd in ODD)
    assert lines
    for base in BASES[:2]:
        # All at once, and the last of each kind alone: a start command has only one
        text = "\n".join((f"FROM {base}", "COPY . .", *lines))
        assert crashes(text) == []


@pytest.mark.parametrize("odd", ODD)
def test_start_commands_that_are_empty_a_word_or_unreadable(odd):
    for keyword, head in product(
        ("CMD", "ENTRYPOINT", "HEALTHCHECK CMD"),
        ("", "sh -c", "exec", "python -m", "uv run"),
    ):
        text = f"FROM python:3.13-slim\nCOPY . .\n{keyword} {head} {odd}".rstrip()
        assert crashes(text) == []


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_instructions_that_hold_nothing(instruction):
    for base in BASES:
        assert crashes(f"FROM {base}\n{instruction}\nRUN pip install x\n") == []


def test_a_trusted_host_without_a_command():
    text = 'RUN "" --trusted-host\nRUN --trusted-host=\nRUN pip install --trusted-host'
    assert crashes(f"FROM python:3.13-slim\n{text}") == []


@pytest.mark.parametrize("name", BESIDE)
def test_files_beside_it_that_are_empty_half_done_or_unreadable(name):
    whole = {path: texts[-1] for path, texts in BESIDE.items()}
    plain = {"requirements.txt": "flask==3.1.2\n", "app.py": "import flask\n"}
    for text, start, project in product(BESIDE[name], STARTS, PROJECTS):
        for files in (plain, whole):
            dockerfile = project.format("python:3.13-slim", start)
            assert crashes(dockerfile, {**files, name: text}) == []
