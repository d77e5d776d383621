"""Rules about builds that must fail are silent wherever the build may succeed after all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lightship.files.folder_context import open_context
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule.rule for rule in all_rules()}


def messages(rule: str, text: str, files: Mapping[str, str] | None = None) -> list[str]:
    build = build_of(text, files)
    return [finding.message for finding in RULES[rule].check(build)]


PIP = "RUN apt-get update && apt-get install -y python3-pip\n"
TRIXIE = f"FROM debian:13-slim\n{PIP}"
FLASK = "RUN pip3 install flask\n"


@pytest.mark.parametrize(
    "text",
    [
        # Another Python, or one that is not guarded
        f"FROM ubuntu:22.04\n{PIP}{FLASK}",
        f"FROM debian:bullseye-slim\n{PIP}{FLASK}",
        f"FROM alpine:3.18\nRUN apk add py3-pip\n{FLASK}",
        f"FROM python:3.14-slim\n{PIP}{FLASK}",
        f"FROM example.com/ubuntu:24.04\n{PIP}{FLASK}",
        f"FROM debian:13-slim@sha256:{'a' * 64}\n{PIP}{FLASK}",
        f"{TRIXIE}COPY --from=python:3.14-slim /usr/local /usr/local\n{FLASK}",
        f"{TRIXIE}COPY --from=python:3.14-slim / /\n{FLASK}",
        f"{TRIXIE}RUN curl https://pyenv.run | bash\n{FLASK}",
        f"{TRIXIE}RUN ./install-python.sh\n{FLASK}",
        f"{TRIXIE}RUN ./configure && make altinstall\n{FLASK}",
        # The guard is lifted
        f"{TRIXIE}RUN pip3 install --break-system-packages flask",
        f"{TRIXIE}ENV PIP_BREAK_SYSTEM_PACKAGES=1\n{FLASK}",
        f"{TRIXIE}RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install flask\n",
        f"{TRIXIE}RUN rm /usr/lib/python3.*/EXTERNALLY-MANAGED\n{FLASK}",
        f"{TRIXIE}RUN pip config set global.break-system-packages true\n{FLASK}",
        f"{TRIXIE}COPY pip.conf /etc/pip.conf\n{FLASK}",
        # Another environment
        f"{TRIXIE}RUN python3 -m venv /venv && /venv/bin/pip install flask",
        f"{TRIXIE}RUN python3 -m venv /venv\nENV PATH=/venv/bin:$PATH\n{FLASK}",
        f"{TRIXIE}RUN python3 -m venv /v && . /v/bin/activate && pip install flask",
        f"{TRIXIE}RUN uv pip install flask",
        f"{TRIXIE}RUN pip3 install --target /app flask",
        f"{TRIXIE}RUN pip3 install --prefix=/install flask",
        f"{TRIXIE}RUN pip3 install --root /image flask",
        f"{TRIXIE}RUN pip3 install --dry-run flask",
        f"{TRIXIE}RUN pip3 download flask",
        # The failure is provided for, or the command is not run
        f"{TRIXIE}RUN pip3 install flask || apt-get install -y python3-flask",
        f"{TRIXIE}RUN pip3 install flask || true",
        f'{TRIXIE}RUN if [ -n "$DEV" ]; then pip3 install flask; fi',
        f'{TRIXIE}RUN [ -z "$DEV" ] || pip3 install flask',
        f"{TRIXIE}RUN test -e /dev && pip3 install flask",
        f"{TRIXIE}ONBUILD {FLASK}",
        f"{TRIXIE}{FLASK}FROM debian:13-slim\n",
    ],
)
def test_pip_may_install(text: str) -> None:
    assert not messages("externally-managed-install", text)


GL = "RUN apt-get update && apt-get install -y libgl1-mesa-glx\n"


@pytest.mark.parametrize(
    "text",
    [
        # The release has it, or is not known
        f"FROM python:3.13-slim-bookworm\n{GL}",
        f"FROM python:3.13-slim-bullseye\n{GL}",
        f"FROM ubuntu:24.04\n{GL}",
        f"FROM debian:sid\n{GL}",
        f"FROM debian:testing-slim\n{GL}",
        f"FROM example.com/python:3.13-slim\n{GL}",
        f"FROM debian:13@sha256:{'a' * 64}\n{GL}",
        "FROM debian:13\nRUN apt-get install -y libssl3 libgl1 python3-pip",
        # Another source of packages may have it
        f"FROM debian:13\nRUN echo deb http://a.example/ b c > /etc/apt/sources.list.d/a.list\n{GL}",
        f"FROM debian:13\nCOPY bookworm.sources /etc/apt/sources.list.d/\n{GL}",
        f"FROM debian:13\nADD tree /\n{GL}",
        f"FROM debian:13\nRUN curl -fsSL https://example.com/setup | bash -\n{GL}",
        f"FROM debian:13\nRUN ./add-sources.sh\n{GL}",
        f"FROM debian:13\nRUN dpkg --add-architecture i386\n{GL}",
        "FROM debian:13\nRUN apt-get install -y ./libgl1-mesa-glx_1_amd64.deb",
        "FROM debian:13\nRUN apt-get install -y -t bookworm libgl1-mesa-glx",
        # It may be missing
        "FROM debian:13\nRUN apt-get install -y libgl1-mesa-glx || apt-get install -y libgl1",
        'FROM debian:13\nRUN if [ -n "$OLD" ]; then apt-get install -y netcat; fi',
        "FROM debian:13\nRUN apt-get install -y --ignore-missing netcat",
        "FROM debian:13\nRUN apt-get remove -y netcat && apt-get purge -y ntp",
        "FROM debian:13\nRUN apt-get build-dep -y netcat",
        "FROM debian:13\nARG TOOL=netcat\nRUN apt-get install -y $TOOL",
        f"FROM debian:13\nONBUILD {GL}",
        f"FROM debian:13\n{GL}FROM debian:13\n",
    ],
)
def test_a_package_may_be_there(text: str) -> None:
    assert not messages("removed-package", text)


@pytest.mark.parametrize(
    ("package", "instead"),
    [("netcat", "netcat-openbsd"), ("python-pip", "python3-pip"), ("unoconv", "")],
)
def test_the_package_that_replaces_it_is_named(package: str, instead: str) -> None:
    text = f"FROM debian:13\nRUN apt-get update && apt-get install -y {package}\n"
    [message] = messages("removed-package", text)
    assert message.endswith(f"install {instead}" if instead else "the build fails")


KEY = "RUN apt-key add key.asc\n"


@pytest.mark.parametrize(
    "text",
    [
        f"FROM debian:12\n{KEY}",
        f"FROM python:3.12-bookworm\n{KEY}",
        f"FROM ubuntu:24.04\n{KEY}",
        f"FROM ubuntu\n{KEY}",
        f"FROM node:22\n{KEY}",  # on Debian 12
        f"FROM debian:sid\n{KEY}",
        f"FROM example.com/debian:13\n{KEY}",
        f"FROM debian:13\nCOPY apt-key /usr/local/bin/\n{KEY}",
        "FROM debian:13\nRUN apt-key add key.asc || true",
        "FROM debian:13\nRUN command -v apt-key && apt-key add key.asc",
        "FROM debian:13\nRUN if command -v apt-key; then apt-key add key.asc; fi",
        "FROM debian:13\nRUN ./apt-key add key.asc || exit 0",
        f"FROM debian:13\nONBUILD {KEY}",
        f"FROM debian:13\n{KEY}FROM debian:13\n",
    ],
)
def test_apt_key_may_be_there(text: str) -> None:
    assert not messages("removed-apt-key", text)


UPDATE = "RUN apt-get update && apt-get install -y git\n"
ARCHIVE = "RUN sed -i s/deb.debian.org/archive.debian.org/ /etc/apt/sources.list\n"


@pytest.mark.parametrize(
    "text",
    [
        f"FROM debian:11\n{UPDATE}",
        f"FROM ubuntu:16.04\n{UPDATE}",
        f"FROM ubuntu:18.04\n{UPDATE}",
        f"FROM ubuntu:25.10\n{UPDATE}",
        f"FROM python:3.6-slim\n{UPDATE}",
        f"FROM debian/eol:stretch\n{UPDATE}",
        f"FROM example.com/debian:stretch\n{UPDATE}",
        f"FROM debian:stretch@sha256:{'a' * 64}\n{UPDATE}",
        f"FROM debian:buster\n{ARCHIVE}{UPDATE}",
        f"FROM debian:buster AS base\n{ARCHIVE}FROM base\n{UPDATE}",
        f"FROM debian:buster\nCOPY sources.list /etc/apt/\n{UPDATE}",
        f"FROM debian:buster\nRUN ./use-mirror.sh\n{UPDATE}",
        f"FROM debian:buster\nENV http_proxy=http://cache.example:3142\n{UPDATE}",
        "FROM debian:buster\nRUN apt-get update || true",
        "FROM debian:buster\nRUN apt-get purge -y git && apt-get clean",
        'FROM debian:buster\nRUN if [ -n "$DEV" ]; then apt-get update; fi',
        "FROM centos:7\nRUN sed -i s/mirrorlist/#mirrorlist/ /etc/yum.repos.d/*.repo\nRUN yum install -y git",
        "FROM centos:7\nCOPY vault.repo /etc/yum.repos.d/\nRUN yum install -y git",
        "FROM alpine:3.8\nRUN apk add --no-cache git",
        "FROM fedora:30\nRUN dnf install -y git",
        f"FROM debian:buster\n{UPDATE}FROM debian:13\n",
    ],
)
def test_the_mirrors_may_have_the_release(text: str) -> None:
    assert not messages("archived-package-source", text)


@pytest.mark.parametrize(
    "text",
    [
        "RUN echo one && \\\n    # two\n    echo three",
        "RUN echo one && \\\n# two \\\n    echo three",
        "RUN echo one # two",
        "RUN echo one \\\n    && echo two # three",
        "RUN echo one \\\n    && echo two # three \\\n",
        "RUN echo one \\\n    && echo two # three \\\n    # four\n",
        "RUN echo 'one # two' \\\n    && echo three",
        'RUN echo "one # two \\\n    three" && echo four',
        "RUN echo one#two \\\n    && echo three",
        "RUN echo \\# one \\\n    && echo two",
        "RUN echo $# ${#PATH} \\\n    && echo two",
        "RUN <<EOF\necho one # two \\\necho three\nEOF",
        "RUN bash <<EOF\necho one # two \\\necho three\nEOF",
        "RUN python - <<EOF\nprint(1) # two \\\nprint(2)\nEOF",
        "RUN cat <<EOF > /a # two\nb \\\nc\nEOF",
        "ENV A=1 \\\n    B=2 # C",
        'CMD ["sh", "-c", "echo # one"]',
        "RUN echo one \\\n\n    # two\n    && echo three",
    ],
)
def test_a_comment_takes_nothing_in(text: str) -> None:
    assert not messages("continuation-in-comment", f"FROM debian:13\n{text}")


SLIM = "FROM python:3.13-slim\n"
GIT = "RUN git clone https://example.com/a /a\n"


@pytest.mark.parametrize(
    "text",
    [
        # The image has it, or is not known
        f"FROM python:3.13\n{GIT}",
        f"FROM example.com/python:3.13-slim\n{GIT}",
        f"FROM debian:13@sha256:{'a' * 64}\n{GIT}",
        f"FROM bitnami/git\n{GIT}",
        "FROM alpine:3.22\nRUN wget -q https://example.com/a && unzip a && tar -xf b",
        "FROM python:3.13-slim\nRUN python3 -m venv /venv && pip install flask",
        "FROM python:3.13-slim\nRUN adduser --disabled-password app",
        "FROM debian:12-slim\nRUN adduser --disabled-password app",
        "FROM debian:13-slim\nRUN useradd app && groupadd app2",
        "FROM node:24-slim\nRUN npm ci && npx tsc",
        "FROM golang:1.26-alpine\nRUN go build ./...",
        "FROM rust:1-slim\nRUN cargo build && gcc -v",
        "FROM ghcr.io/astral-sh/uv:python3.13-trixie-slim\nRUN uv sync",
        "FROM ghcr.io/astral-sh/uv:trixie\nRUN git clone a",
        # A package brings it
        f"{SLIM}RUN apt-get update && apt-get install -y git\n{GIT}",
        f"{SLIM}RUN apt-get update && apt-get install -y git && git clone a",
        f"{SLIM}RUN apt-get install -y git-lfs\n{GIT}",
        f"{SLIM}RUN apt-get install -y some-package-nobody-knows\n{GIT}",
        f"{SLIM}RUN apt-get install -y ./tools.deb\n{GIT}",
        f"{SLIM}RUN apt-get install -y $PACKAGES\n{GIT}",
        f"{SLIM}RUN xargs apt-get install -y < packages.txt\n{GIT}",
        f"{SLIM}RUN apt-get build-dep -y python3\nRUN gcc -v",
        f"{SLIM}RUN apt-get install -y build-essential\nRUN gcc -v && make && g++ -v",
        "FROM alpine\nRUN apk add git bash\nRUN git clone a && bash -c true",
        "FROM alpine\nRUN apk add build-base\nRUN make",
        "FROM alpine\nRUN apk add some-package\nRUN git clone a",
        "FROM alpine\nRUN apk add --virtual .deps $DEPS\nRUN git clone a",
        f"{SLIM}RUN pip install uv\nRUN uv sync",
        f"{SLIM}RUN pip install -r tools.txt\nRUN poetry install",
        f"{SLIM}RUN pip install cmake ninja\nRUN cmake .",
        f"{SLIM}RUN conda install -y git\n{GIT}",
        f"{SLIM}RUN dpkg -i git.deb\n{GIT}",
        (
            "FROM debian:13\nRUN apt-get install -y python3-venv\n"
            "RUN python3 -m venv /venv\nENV PATH=/venv/bin:$PATH\nRUN pip install flask"
        ),
        (
            "FROM debian:13\nRUN apt-get install -y virtualenv && virtualenv /venv\n"
            "ENV PATH=/venv/bin:$PATH\nRUN pip install flask"
        ),
        (
            "FROM debian:13\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\nRUN uv venv /v\n"
            "ENV PATH=/v/bin:$PATH\nRUN python -c 1"
        ),
        "FROM debian:13\nRUN apt-get install -y python3\nRUN python3 -m ensurepip && pip3 -V",
        # A copy, a download, a script, a mount brings it
        f"{SLIM}COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /uvx /bin/\nRUN uv sync",
        f"{SLIM}COPY --from=build /usr/local /usr/local\n{GIT}",
        f"{SLIM}COPY --from=build / /\n{GIT}",
        f"{SLIM}COPY rootfs /\n{GIT}",
        f"{SLIM}ENV PATH=/opt/tools:$PATH\nCOPY --from=build /tools /opt/tools\n{GIT}",
        f"{SLIM}COPY --from=build /tools /opt/tools\nENV PATH=/opt/tools:$PATH\n{GIT}",
        f"{SLIM}ADD https://example.com/git /usr/local/bin/git\n{GIT}",
        f"{SLIM}COPY git /opt/git\nRUN ln -s /opt/git /usr/bin/git\n{GIT}",
        f"{SLIM}ADD tools.tar.gz /usr/local\n{GIT}",
        f"{SLIM}COPY setup.sh /\nRUN sh /setup.sh\n{GIT}",
        f"{SLIM}RUN ./setup.sh\n{GIT}",
        f"{SLIM}RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\n{GIT}",
        f"{SLIM}RUN tar -C / -xf tools.tar\n{GIT}",
        f"{SLIM}RUN ln -s /opt/x /usr/bin/git\n{GIT}",
        f"{SLIM}RUN cp -r /opt/tools/* /usr/local/bin/\n{GIT}",
        f"{SLIM}RUN --mount=type=bind,from=tools,target=/usr/local/bin git clone a",
        f"{SLIM}RUN --mount=from=ghcr.io/astral-sh/uv,source=/uv,target=/bin/uv uv sync",
        f'{SLIM}RUN eval "$INSTALL"; ./configure; git clone a',
        # It is not called, or may be missing
        f"{SLIM}RUN command -v git",
        f"{SLIM}RUN which git || true",
        f"{SLIM}RUN command -v git && git clone a",
        f"{SLIM}RUN if command -v git; then git clone a; fi",
        f'{SLIM}RUN if [ -n "$GIT" ]; then git clone a; fi',
        f"{SLIM}RUN git clone a || true",
        f"{SLIM}RUN git clone a || exit 0",
        f"{SLIM}RUN git --version || (apt-get update && apt-get install -y git)",
        f"{SLIM}RUN ! git --version",
        f"{SLIM}RUN echo git clone && ./git clone && /opt/bin/git clone",
        f"{SLIM}RUN git() {{ echo $1; }}; git clone",
        f"{SLIM}RUN exit 0; git clone a",
        f'{SLIM}RUN [ -z "$A" ] || git clone a',
        f'{SLIM}SHELL ["pwsh", "-c"]\nRUN git clone a',
        f'{SLIM}CMD ["git", "status"]',
        f"{SLIM}ONBUILD {GIT}",
        f"{SLIM}{GIT}{SLIM}",
    ],
)
def test_a_command_may_be_there(text: str) -> None:
    assert not messages("command-not-in-image", text)


@pytest.mark.parametrize(
    "run",
    [
        "curl -fsSL https://example.com/a | sh",
        "echo $(curl -fsSL https://example.com/a)",
        "curl -O https://example.com/a; echo done",
        "(curl -O https://example.com/a; echo one) && echo two",
    ],
)
def test_a_failure_that_is_hidden_is_a_warning(run: str) -> None:
    build = build_of(f"{SLIM}RUN {run}\n")
    [finding] = RULES["command-not-in-image"].check(build)
    assert finding.severity is Severity.WARNING
    assert finding.message.endswith("goes on without what it does")


@pytest.mark.parametrize(
    "run",
    [
        "set -o pipefail; curl -fsSL https://example.com/a | sh",
        "set -e; curl -O https://example.com/a; echo done",
        "(curl -O https://example.com/a && echo one) && echo two",
        "echo one; curl -O https://example.com/a",
        "mkdir /a && cd /a && curl -O https://example.com/a",
    ],
)
def test_a_failure_that_ends_the_build_is_an_error(run: str) -> None:
    text = f'{SLIM}SHELL ["/bin/bash", "-c"]\nRUN {run}\n'
    [finding] = RULES["command-not-in-image"].check(build_of(text))
    assert finding.severity is None
    assert "the build fails" in finding.message


def test_each_missing_command_is_said_once_in_a_stage() -> None:
    text = f"{SLIM}RUN git clone a\nRUN git clone b && wget c\n"
    assert len(messages("command-not-in-image", text)) == 2


FILES = {
    "app/main.py": "",
    "vendor-lib/": "",
    ".dockerignore": "Dockerfile\n",
    "empty/.gitkeep": "",
}


@pytest.mark.parametrize(
    "line",
    [
        "COPY app /app",
        "COPY ./app/main.py /app/",
        "COPY app/../app/main.py /app/",
        "COPY / /app",
        "COPY . /app",
        # A pattern without a match copies nothing, and the build goes on
        "COPY requirements*.txt /app/",
        "COPY poetry.lock* pyproject.tom[l] /app/",
        # Another source than the context
        "COPY --from=base /app/setup.py /app/",
        "ADD https://example.com/a.py /app/",
        "ADD https://example.com/a.git#main:src/a.py /app/",
        "COPY <<EOF /app/a.py\nprint()\nEOF",
        # What is made before the build
        "COPY dist/app.js /app/",
        "COPY frontend/build/index.html /app/",
        "COPY target/app.jar /app/",
        "COPY app-1.0-py3-none-any.whl /app/",
        "COPY wheels/ /wheels/",
        "COPY server /usr/local/bin/",
        "COPY .env /app/",
        "COPY certs/ca.pem version.txt model.onnx data.csv /app/",
        "COPY app.linux-amd64 /app/",
        # What is not known
        "COPY vendor-lib/setup.py /app/",
        "ARG NAME=setup.py\nCOPY $NAME /app/",
        "ENV NAME=setup.py\nCOPY ${NAME} /app/",
        "COPY --parents src/setup.py /app/",
        "RUN --mount=type=bind,from=base,source=/a.py,target=/a.py true",
        "ARG NAME=setup.py\nRUN --mount=type=bind,source=$NAME,target=/a.py true",
        "RUN --mount=type=bind,target=/src true",
        "RUN --mount=type=cache,target=/a.py true",
        "RUN --mount=type=secret,id=a,target=/a.py true",
        "ONBUILD COPY requirements.txt /app/",
    ],
)
def test_a_source_may_be_there(line: str) -> None:
    text = f"FROM scratch AS base\nFROM debian:13\n{line}\n"
    assert not messages("copied-file-missing", text, FILES)


def test_without_a_context_no_file_is_missing() -> None:
    assert not messages("copied-file-missing", "FROM debian:13\nCOPY a.py /a\n")


def test_a_stage_that_is_not_built_needs_no_file() -> None:
    text = "FROM debian:13\nCOPY a.py /a\nFROM debian:13\n"
    assert not messages("copied-file-missing", text, FILES)


def test_a_file_that_git_ignores_is_made_before_the_build(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("made.py\nfolder/\n")
    (tmp_path / "web").mkdir()
    (tmp_path / "web/main.py").touch()
    text = "FROM debian:13\nCOPY made.py folder/a.py folder other.py /a/\n"
    build = build_of(text)
    context = open_context(str(tmp_path / "web"), str(tmp_path / "web/Dockerfile"))
    [finding] = RULES["copied-file-missing"].check(replace(build, context=context))
    assert finding.message.startswith("other.py is not")


def test_a_file_that_git_ignores_beside_the_dockerfile_is_put_there(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("image/*/start.py\n")
    (tmp_path / "image/one").mkdir(parents=True)
    (tmp_path / "main.py").touch()
    context = open_context(str(tmp_path), str(tmp_path / "image/one/Dockerfile"))
    for path, count in (("start.py", 0), ("other.py", 1), ("scripts_12.0", 0)):
        build = replace(
            build_of(f"FROM debian:13\nCOPY {path} /a/\n"),
            context=context,
            path="image/one/Dockerfile",
            is_guess=True,
        )
        assert len(list(RULES["copied-file-missing"].check(build))) == count


@pytest.mark.parametrize(
    ("path", "content", "is_made"),
    [
        ("build.sh", "poetry export -f requirements.txt -o requirements.txt\n", True),
        ("Makefile", "image:\n\tpip-compile a.in > requirements.txt\n", True),
        (".github/workflows/ci.yml", "- run: cp lock.txt web/requirements.txt\n", True),
        ("build.sh", "pip install -r requirements.txt\n", False),
        ("README.md", "touch requirements.txt\n", False),
        (
            ".github/workflows/b.yml",
            "- uses: acme/copy@v1\n  with:\n    target: 'requirements.txt'\n",
            True,
        ),
        (
            ".github/workflows/b.yml",
            "- with:\n    cache-dependency-path: requirements.txt\n",
            False,
        ),
    ],
)
def test_a_file_that_a_script_or_ci_makes_need_not_be_there_yet(
    tmp_path: Path, path: str, content: str, is_made: bool
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.py").touch()
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(content, encoding="utf-8")
    context = open_context(str(tmp_path), str(tmp_path / "Dockerfile"))
    build = replace(
        build_of("FROM debian:13\nCOPY requirements.txt /a/\n"), context=context
    )
    assert bool(list(RULES["copied-file-missing"].check(build))) is not is_made


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("- `logo.png` - **you need to add this**", False),
        ("1. Save your logo as `web/logo.png`", False),
        ("`logo.png` is our logo", True),
        ("Add `my-logo.png`", True),
        ("Add logo.png.txt", True),
        ("Add logo.png.", False),
        ("    COPY logo.png /a/   # add it", True),
        ("Add it.", True),
    ],
)
def test_a_readme_may_ask_for_a_file(line: str, is_told: bool) -> None:
    files = {**FILES, "README.md": f"# Web\n\n{line}\n"}
    text = "FROM debian:13\nCOPY logo.png /a/\n"
    assert bool(messages("copied-file-missing", text, files)) is is_told


def test_a_submodule_brings_its_files() -> None:
    files = {**FILES, ".gitmodules": '[submodule "lib"]\n\tpath = vendor-lib\n'}
    text = "FROM debian:13\nCOPY vendor-lib/a.py {} /a/\n"
    assert not messages("copied-file-missing", text.format("vendor-lib/b.py"), files)
    assert messages("copied-file-missing", text.format("third/a.py"), files)


def test_a_submodule_of_the_repository_above_the_context_brings_its_files(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "web/main.py").touch()
    (tmp_path / ".gitmodules").write_text('[submodule "a"]\n\tpath = web/repo\n')
    context = open_context(str(tmp_path / "web"), str(tmp_path / "web/Dockerfile"))
    build = build_of("FROM debian:13\nCOPY repo/a.py other/b.py /a/\n")
    [finding] = RULES["copied-file-missing"].check(replace(build, context=context))
    assert finding.message.startswith("other/b.py is not")


def test_what_one_copy_lacks_is_said_once() -> None:
    text = "FROM debian:13\nCOPY api/a.py api/b.py app/main.py /a/\nCOPY api/c.py /\n"
    assert messages("copied-file-missing", text, FILES) == [
        "api is not in the build context, so the build fails"
    ]


def test_below_a_link_anything_may_be(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.py").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "submodule").mkdir()
    text = "FROM debian:13\nCOPY link/a.py submodule/b.py /a/\n"
    context = open_context(str(tmp_path), str(tmp_path / "Dockerfile"))
    build = replace(build_of(text), context=context)
    assert not list(RULES["copied-file-missing"].check(build))


@pytest.mark.parametrize("is_guess", [True, False])
def test_in_a_context_that_is_a_guess_a_missing_file_is_a_warning(
    is_guess: bool,
) -> None:
    build = build_of("FROM debian:13\nCOPY a.py b.env /a/\n", FILES)
    build = replace(build, is_guess=is_guess)
    [finding] = RULES["copied-file-missing"].check(build)
    assert finding.severity is (Severity.WARNING if is_guess else None)


def test_the_message_names_the_file_that_may_be_meant() -> None:
    text = "FROM debian:13\nCOPY APP/main.py /a/\n"
    [message] = messages("copied-file-missing", text, FILES)
    assert message.endswith("so the build fails; there is app/main.py, in another case")


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("COPY secret.py /a", Severity.ERROR),
        ("COPY secret.* /a/", Severity.WARNING),
    ],
)
def test_an_ignored_file_fails_the_build_and_a_pattern_does_not(
    line: str, severity: Severity
) -> None:
    files = {"secret.py": "", ".dockerignore": "secret.*\n"}
    build = build_of(f"FROM debian:13\n{line}\n", files)
    [finding] = RULES["copied-file-ignored"].check(build)
    assert finding.severity is severity
    [finding] = RULES["copied-file-ignored"].check(replace(build, is_guess=True))
    assert finding.severity is Severity.WARNING


SITE = "/usr/local/lib/python3.{0}/site-packages"


@pytest.mark.parametrize(
    ("base", "minor"),
    [
        ("python:3-slim", 14),
        ("python:3-slim", 15),
        ("python:3.12-slim", 12),
        ("example.com/python:3-slim", 12),
        (f"python:3@sha256:{'a' * 64}", 12),
        ("python:3-slim AS x\nRUN apt-get install -y python3.12\nFROM x", 12),
        ("python:3-slim AS x\nRUN uv python install 3.12\nFROM x", 12),
        ("python:3-slim AS x\nRUN ln -s /a /usr/local/lib/python3.12\nFROM x", 12),
        ("python:rc-slim", 12),
    ],
)
def test_the_library_of_that_python_may_be_there(base: str, minor: int) -> None:
    path = SITE.format(minor)
    text = f"FROM {base} AS build\nFROM debian:13\nCOPY --from=build {path} /a\n"
    assert not messages("copied-path-never-made", text)


def test_python_three_is_at_least_the_newest_of_today() -> None:
    path = SITE.format(12)
    text = f"FROM python:3 AS build\nRUN pip install flask\nFROM python:3.12\nCOPY --from=build {path} {path}\n"
    [message] = messages("copied-path-never-made", text)
    assert message.startswith("the stage build has Python 3.14 or later")


PROJECT = {
    "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.10,<3.13"\n',
    "requirements.txt": "torch==2.2.0\n",
    "marked.txt": 'torch==2.2.0; python_version < "3.13"\n',
    "indexed.txt": "--extra-index-url https://example.com/simple\ntorch==2.2.0\n",
    "poetry.lock": """\
[[package]]
name = "torch"
version = "2.2.0"
optional = false
groups = ["main"]
files = [{file = "torch-2.2.0-cp312-cp312-manylinux1_x86_64.whl", hash = "sha256:1"}]

[[package]]
name = "winonly"
version = "1.0"
optional = false
groups = ["main"]
files = [{file = "winonly-1.0-cp312-cp312-win_amd64.whl", hash = "sha256:1"}]

[[package]]
name = "marked"
version = "1.0"
optional = false
groups = ["main"]
markers = "python_version < '3.13'"
files = [{file = "marked-1.0-cp312-cp312-manylinux1_x86_64.whl", hash = "sha256:1"}]

[[package]]
name = "stable"
version = "1.0"
optional = false
groups = ["main"]
files = [{file = "stable-1.0-cp38-abi3-manylinux1_x86_64.whl", hash = "sha256:1"}]

[[package]]
name = "built"
version = "1.0"
optional = false
groups = ["main"]
files = [
    {file = "built-1.0-cp312-cp312-manylinux1_x86_64.whl", hash = "sha256:1"},
    {file = "built-1.0.tar.gz", hash = "sha256:1"},
]
""",
}
NEW = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install . && pip install -r requirements.txt",
        "FROM python:3.12.1\nWORKDIR /app\nCOPY . .\nRUN pip install -e .",
        "FROM python:3-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .",
        "FROM example.com/python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install .",
        f"{NEW}RUN pip install --ignore-requires-python .",
        f"{NEW}RUN pip install --python /opt/py312 .",
        f"{NEW}RUN pip install --extra-index-url https://example.com/simple torch==2.2.0",
        f"{NEW}ENV PIP_EXTRA_INDEX_URL=https://example.com/simple\nRUN pip install torch==2.2.0",
        f"{NEW}RUN pip install -r indexed.txt",
        f"{NEW}RUN pip install -r marked.txt",
        f"{NEW}RUN pip install 'torch>=2.2.0' 'numpy<3' torchvision==0.17.0 ./torch-2.2.0.whl",
        f"{NEW}RUN pip install git+https://example.com/torch",
        f"{NEW}RUN pip download torch==2.2.0",
        f"{NEW}RUN pip install torch==2.2.0 || true",
        f'{NEW}RUN if [ -n "$GPU" ]; then pip install torch==2.2.0; fi',
        f"{NEW}RUN uv sync --locked",
        f"{NEW}RUN uv venv --python 3.12 && uv pip install .",
        f"{NEW}RUN uv python install 3.12\nRUN pip install .",
        f"{NEW}RUN pyenv install 3.12 && pip install .",
        f"{NEW}COPY --from=python:3.12 /usr/local /usr/local\nRUN pip install .",
        f"{NEW}RUN python3.12 -m pip install .",
        f"{NEW}RUN pip install ./other",
        f"{NEW}ONBUILD RUN pip install .",
        f"{NEW}RUN pip install .\nFROM debian:13",
    ],
)
def test_the_python_may_do(text: str) -> None:
    assert not messages("unsupported-python", text, PROJECT)


def test_what_a_lock_has_no_wheel_for_is_named() -> None:
    files = {**PROJECT, "pyproject.toml": '[tool.poetry]\nname = "a"\n'}
    found = messages("unsupported-python", f"{NEW}RUN poetry install\n", files)
    assert found == [
        "torch 2.2.0 has no wheel for Python 3.13 and no sources: the install fails"
    ]


@pytest.mark.parametrize(
    ("install", "severity"),
    [("torch==2.2.0", None), ("numpy==1.26.4", Severity.WARNING)],
)
def test_what_has_sources_may_be_compiled(
    install: str, severity: Severity | None
) -> None:
    build = build_of(f"{NEW}RUN pip install {install}\n", PROJECT)
    [finding] = RULES["unsupported-python"].check(build)
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("before", "install"),
    [
        ("", "torch==2.2.0+cu121"),
        ("", "-f https://download.pytorch.org/whl/torch_stable.html torch==2.2.0"),
        ("", "--index-url https://wheels.example.com torch==2.2.0"),
        ("ENV PIP_EXTRA_INDEX_URL=https://wheels.example.com\n", "torch==2.2.0"),
        ("COPY pip.conf /etc/pip.conf\n", "torch==2.2.0"),
        (
            "RUN pip config set global.extra-index-url https://a.example\n",
            "torch==2.2.0",
        ),
    ],
)
def test_another_index_may_have_the_wheel(before: str, install: str) -> None:
    rule = "unsupported-python"
    text = f"{NEW}{before}RUN pip install {install}\n"
    assert not messages(rule, text, PROJECT)
    assert messages(rule, f"{NEW}RUN pip install torch==2.2.0\n", PROJECT)


TARGET = "RUN pip install --target=/app requests\n"


@pytest.mark.parametrize(
    ("made", "runs"),
    [
        (f"python:3-slim AS b\n{TARGET}", "gcr.io/distroless/python3"),
        (f"python:3-slim AS b\n{TARGET}", "python:3-slim"),
        (f"python:3-slim AS b\n{TARGET}", "python:3.15-slim"),
        (f"python:3-slim AS b\n{TARGET}", "example.com/python:3.7"),
        (
            "python:3-slim AS b\nRUN uv pip install --target=/app -p 3.7 a\n",
            "python:3.7",
        ),
        (f"python:3-slim AS b\nRUN pyenv install 3.7\n{TARGET}", "python:3.7"),
    ],
)
def test_packages_of_python_three_may_do(made: str, runs: str) -> None:
    text = f'FROM {made}FROM {runs}\nCOPY --from=b /app /app\nCMD ["/app/main.py"]\n'
    assert not messages("venv-of-another-python", text)


PYTHON3 = "RUN apt-get update && apt-get install -y python3\n"
VENV = "RUN python3 -m venv /venv\n"


@pytest.mark.parametrize(
    "text",
    [
        f"FROM debian:13\n{VENV}",
        f"FROM python:3.13-slim\n{PYTHON3}{VENV}",
        f"FROM alpine:3.22\nRUN apk add python3\n{VENV}",
        f"FROM example.com/debian:13\n{PYTHON3}{VENV}",
        f"FROM debian:13\nRUN apt-get install -y python3 python3-venv\n{VENV}",
        f"FROM debian:13\nRUN apt-get install -y python3 python3.13-venv\n{VENV}",
        f"FROM debian:13\nRUN apt-get install -y python3-full\n{VENV}",
        f"FROM debian:13\n{PYTHON3}RUN apt-get install -y pipx\n{VENV}",
        f"FROM debian:13\n{PYTHON3}RUN apt-get install -y something-of-ours\n{VENV}",
        f"FROM debian:13\n{PYTHON3}RUN apt-get install -y $TOOLS\n{VENV}",
        f"FROM debian:13\n{PYTHON3}RUN ./setup.sh\n{VENV}",
        f"FROM debian:13\n{PYTHON3}COPY --from=x /usr/local /usr/local\n{VENV}",
        f"FROM debian:13\n{PYTHON3}RUN python3 -m venv --without-pip /venv",
        f"FROM debian:13\n{PYTHON3}RUN python3 -m venv /v || virtualenv /v",
        f"FROM debian:13\n{PYTHON3}RUN /opt/python/bin/python3 -m venv /v",
        f"FROM debian:13\n{PYTHON3}RUN python3.12 -m venv /v",
        f'FROM debian:13\n{PYTHON3}RUN if [ -n "$A" ]; then python3 -m venv /v; fi',
        f"FROM debian:13\n{PYTHON3}RUN uv venv /v && virtualenv /w",
        f"FROM debian:13\n{PYTHON3}ONBUILD {VENV}",
        f"FROM debian:13\n{PYTHON3}{VENV}FROM debian:13",
    ],
)
def test_an_environment_may_be_made(text: str) -> None:
    assert not messages("venv-package-missing", text)


@pytest.mark.parametrize("image", ["python:3.13", "python:3.13-slim", "node:24"])
def test_uv_is_missing_in_full_images_too(image: str) -> None:
    assert messages("command-not-in-image", f"FROM {image}\nRUN uv sync\n")


@pytest.mark.parametrize("image", ["python:3.13", "node:24"])
def test_full_images_have_what_compiles(image: str) -> None:
    run = "git clone a && gcc b && make && curl c && unzip d && xz e && patch f"
    assert not messages("command-not-in-image", f"FROM {image}\nRUN {run}\n")


GUESSED = "FROM debian:13\nCOPY a.py /a/\n"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("FROM debian:13\nCOPY a.py b.py /a/\n", {}),
        (GUESSED, {"web/a.py": ""}),
        ("FROM debian:13\nCOPY a.py {name}/\n", {}),
    ],
)
def test_a_guessed_context_is_doubted_before_a_file_is_called_missing(
    text: str, files: dict[str, str]
) -> None:
    build = build_of(text, {**FILES, **files})
    check = RULES["copied-file-missing"].check
    assert list(check(build))
    assert not list(check(replace(build, is_guess=True)))


def test_a_template_is_copied_elsewhere_before_it_is_built() -> None:
    build = replace(build_of(GUESSED, FILES), is_guess=True)
    check = RULES["copied-file-missing"].check
    assert list(check(build))
    assert not list(check(replace(build, path="Dockerfile_template")))


@pytest.mark.parametrize("path", [".viewer-tmp/Dockerfile", "old/web/Dockerfile"])
def test_what_was_put_aside_is_built_by_nobody(path: str) -> None:
    build = replace(build_of(GUESSED, FILES), is_guess=True, path=path)
    check = RULES["copied-file-missing"].check
    assert not list(check(build))
    assert list(check(replace(build, path=".devcontainer/Dockerfile")))
    assert list(check(replace(build, is_guess=False)))


@pytest.mark.parametrize(
    ("manual", "is_gathered"),
    [
        ("**Copy these files to the Pi:**\n- `a.py`\n- `Dockerfile.pi`\n", True),
        ("```\nscp src/a.py image/Dockerfile.pi pi@host:\n```\n", True),
        ("Copy these files:\n- a.py\n\nThen build Dockerfile.pi\n", False),
        ("The files a.py and Dockerfile.pi belong together.\n", False),
        ("Copy these files:\n- b/a.pyc\n- Dockerfile.pi\n", False),
    ],
)
def test_files_that_a_manual_has_copied_beside_a_dockerfile_are_there(
    tmp_path: Path, manual: str, is_gathered: bool
) -> None:
    (tmp_path / ".git").mkdir()
    for folder in ("image", "src"):
        (tmp_path / folder).mkdir()
    (tmp_path / "src/a.py").touch()
    (tmp_path / "README.md").write_text(manual, encoding="utf-8")
    dockerfile = tmp_path / "image/Dockerfile.pi"
    context = open_context(str(tmp_path / "image"), str(dockerfile))
    build = build_of("FROM debian:13\nCOPY a.py /a/\n")
    build = replace(build, context=context, path="Dockerfile.pi")
    assert bool(list(RULES["copied-file-missing"].check(build))) is not is_gathered


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/a.py", ""),
        ("Makefile", "all:\n\tcp ../src/a.py .\n"),
        ("a.sh", "cp a.py x"),
    ],
)
def test_a_file_that_a_script_stages_need_not_be_in_a_guessed_context(
    tmp_path: Path, path: str, content: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "image").mkdir()
    (tmp_path / "image/main.py").touch()
    (tmp_path / path).write_text(content, encoding="utf-8")
    context = open_context(str(tmp_path / "image"), str(tmp_path / "image/Dockerfile"))
    text = "FROM debian:13\nCOPY a.py /a/\n"
    build = replace(build_of(text), context=context)
    check = RULES["copied-file-missing"].check
    assert bool(list(check(build))) is (path == "src/a.py"), "a script makes it"
    assert not list(check(replace(build, is_guess=True)))


def test_buildah_expands_what_buildkit_does_not() -> None:
    text = "FROM debian:13\nARG IMAGE\nCOPY --from=${IMAGE} /a /b\n"
    check = RULES["build-refused"].check
    assert list(check(build_of(text)))
    assert not list(check(replace(build_of(text), may_be_buildah=True)))
    mount = "FROM debian:13\nRUN --mount=type=bind,target=/s,{} make\n"
    for option, is_known in (("relabel=private", True), ("z", True), ("x", False)):
        build = build_of(mount.format(option))
        assert list(check(build)), option
        refused = list(check(replace(build, may_be_buildah=True)))
        assert bool(refused) is not is_known, option


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        # Its image has sudo, which later ones have not
        ("command-not-in-image", "FROM ubuntu:14.04\nRUN sudo apt-get update\n"),
        # The image of PostgreSQL has the archive of its makers
        (
            "removed-package",
            (
                "FROM postgres:14-trixie\nRUN apt-get update && "
                "apt-get install -y postgresql-14-postgis-3\n"
            ),
        ),
        # What such a script installs is not known
        (
            "healthcheck-tool-missing",
            (
                "FROM ubuntu:24.04\nRUN /root/shop/scripts/install --host a.example.com\n"
                "HEALTHCHECK CMD curl -f http://localhost\nCMD serve\n"
            ),
        ),
        (
            "secret-mount-leaked",
            (
                "FROM debian:13-slim\nRUN --mount=type=secret,id=token,env=TOKEN "
                'git config --system url."https://x:${TOKEN}@a.example.com/".insteadOf '
                '"https://a.example.com/" && make && git config --system --unset-all '
                'url."https://x:${TOKEN}@a.example.com/".insteadOf\n'
            ),
        ),
    ],
)
def test_what_the_image_has_or_the_run_takes_back_is_no_error(rule, text):
    assert messages(rule, text) == []


@pytest.mark.parametrize(
    ("text", "files", "count"),
    [
        ("ADD requirements.txt /app/\nADD . /app", {"app.yaml": "runtime: custom"}, 0),
        ("ADD requirements.txt /app/\nADD . /app", {"main.py": ""}, 1),
        ("ADD requirements.txt /app/\nADD . /app", {"shop/main.go": ""}, 1),
        ("ADD requirements.txt /app/", {"app.yaml": "runtime: custom"}, 1),
    ],
)
def test_a_template_waits_for_a_program(text, files, count):
    assert (
        len(messages("copied-file-missing", f"FROM debian:13\n{text}", files)) == count
    )
