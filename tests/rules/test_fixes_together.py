"""Dockerfiles on which fixes of several rules once came out badly together: the laws hold."""

from __future__ import annotations

import laws
import pytest

from lightship.lint.examples import build_of
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules

ALPINE = "FROM alpine:3.24\n"
DEBIAN = "FROM debian:trixie-slim\n"
PYTHON = "FROM python:3.14-slim-trixie\n"
CASES = {
    "a mount of another directory stays alone": (
        f"{ALPINE}RUN --mount=target=/pip,type=cache pip install --no-cache-dir flask==3.1.2"
    ),
    "the cache is where the script says": (
        f"{PYTHON}RUN export PIP_CACHE_DIR=/pip && pip install flask==3.1.2"
    ),
    "the cache is where the script says, from the working directory": (
        f"{PYTHON}RUN XDG_CACHE_HOME=cache pip install flask==3.1.2"
    ),
    "a cache that a fix mounts is not switched off": (
        f"{PYTHON}ENV UV_LINK_MODE=\n"
        "RUN --mount=type=cache,target=/root/.cache/pip uv pip install --system flask==3.1.2"
    ),
    "no cache mount beside a stage named scratch": (
        "FROM node:24-slim\nRUN npm ci\nFROM Site AS scratch\n"
    ),
    "a misspelt label has a value of the wrong form": (
        f"{DEBIAN}LABEL org.opencontainer.image.license=GPLv3"
    ),
    "an old tag is not taken for another image": (
        "FROM alpine AS a\nRUN apk info\nFROM alpine:3.2\nCOPY --from=a /a /a"
    ),
    "a mount that is refused is not written twice": (
        f"{PYTHON}COPY . .\nRUN --mount=app uv sync"
    ),
    "the sources may bring the program that installs": (
        f"{ALPINE}COPY . .\nRUN poetry install"
    ),
    "what is swallowed is no instruction": f"{DEBIAN}RUN ./make \\\n\nFROM debian slim\n",
    "a value goes on in the next instruction": f"{DEBIAN}ENV S a\\\n\nCOPY . /app\n",
    "a command is added to the end of a swallowed instruction": (
        f"{DEBIAN}RUN apt-get update && \\\n\nCOPY . /app\n"
    ),
    "a tool is installed in a RUN of its own": (
        f"{PYTHON}RUN pip install poetry\nRUN pip install flask==3.1.2"
    ),
    "a slim tag is not taken where the full image is used": (
        "FROM python:3.14-slim-trixie AS a\nFROM python\nCOPY --from=a /a /a\nRUN wget example.com"
    ),
    "a value without an end": f'{DEBIAN}LABEL r =M "',
    "a word without an end": f"""{DEBIAN}CMD ["sh", "-c", "uvicorn shop:app`"]""",
    "a sign of the shell is no directory": f'{DEBIAN}COPY . " >',
    "an install that cannot be mended": (
        f"{DEBIAN}RUN apt-get install -y git\nRUN apt-get install -y curl |"
    ),
    "an archive is unpacked in a RUN of its own": (
        f"{DEBIAN}RUN wget -O tool.zip https://example.com/tool.zip\nRUN unzip tool.zip"
    ),
    "ADD of a directory brings no package index": (
        f"{DEBIAN}ADD . /\nRUN apt-get install -y git"
    ),
    "the full image needs no index for what it has": (
        "FROM python:3.14\nCOPY . /app\nRUN sh -c 'apt install -y git'\nCMD /app/serve"
    ),
    "on a slim image the compiler is installed for the first time": (
        "FROM python:3.14\nRUN apt-get update && apt-get install -y build-essential\n"
        "RUN ./build\nCOPY a /\nCMD serve"
    ),
    "the cache is switched off twice": f"{DEBIAN}RUN uv pip install -n --no-cache flask==3.1.2",
    "all of /var is emptied": (
        f"{DEBIAN}RUN apt-get update && apt-get install -y git\nRUN rm -rf /var"
    ),
    "a directory above the mounts is removed": (
        f"{DEBIAN}RUN apt-get update && apt-get install -y git "
        "&& rm -rf /var/lib /var/lib/apt/lists/*"
    ),
    "a comment takes a removal with it": (
        f"{DEBIAN}RUN apt-get update & apt-get install -y git # for pip \\\n"
        "    && rm -rf /var/lib/apt/lists/*"
    ),
    "the RUN removes the cache that would be mounted": (
        f"{PYTHON}RUN --mount=type=cache,target=/app/pip pip install flask==3.1.2 "
        "&& rm -rf /root/.cache"
    ),
    "another shell as sh brings no program": f"{ALPINE}RUN ln -sf bash /bin/sh\nRUN dnf info",
    "another shell as sh is not of the sources": (
        "FROM node:24\nRUN ln -sf /bin/bash /bin/sh\nCOPY . .\nRUN npm ci"
    ),
    "the name of a package is no command": (
        "FROM fedora:43\nRUN dnf install -y git\nRUN pdm install"
    ),
    "a script in quotes inside a heredoc": (
        f"{DEBIAN}RUN <<EOF\nset -e\nbash -c '\nmake one\nmake two'\nEOF"
    ),
    "a script whose quote does not end": (
        f"{DEBIAN}RUN <<EOF\nset -e\nsh -c 'make one\nmake two\nEOF"
    ),
    "a RUN is written twice as another fix leaves it": (
        f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nENV UV_LINK_MODE=copy\n"
        "WORKDIR /app\nCOPY . .\nRUN uv sync\nCMD app"
    ),
    "uv is not mounted beside a mount that is refused": (
        f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
        "ENV UV_LINK_MODE=copy UV_NO_CACHE=1\n"
        'RUN --mount=type=,target=/root/.cache/uv uv sync --locked\nCMD ["/app"]'
    ),
    "a stage is named for the image of another": (
        "FROM docker.io/python:3.9 AS python\nRUN pip list\nFROM docker.io/python\nRUN git init\n"
    ),
    "uv brings no curl": (
        f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nRUN uv --version\n"
        "HEALTHCHECK CMD curl -f http://localhost/\nCMD serve"
    ),
    "an alternative brings no program": (
        f"{ALPINE}RUN update-alternatives --install /bin/sh sh /bin/bash 1\nRUN poetry install"
    ),
    "a trigger installs from no index, too": (
        f"{DEBIAN}RUN apt-get install -y git\nONBUILD RUN apt-get install -y curl"
    ),
    "a pipe hides what surely fails": (
        "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y python3-pip\n"
        "RUN pip3 install flask==3.1.2 | cat\n"
    ),
    "what the full image has is read from no index": (
        "FROM python:2\nRUN apt-get install -y tree\n"
        'RUN ["apt-get", "install", "-y", "git"]'
    ),
    "a user is named by a CMD without effect": (
        f"{DEBIAN}RUN useradd shop\nCMD shop\nUSER 10001\nCMD /srv/server"
    ),
}


@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_the_laws_hold(text, allowed):
    laws.hold(build_of(text), all_rules(), allowed)


def test_a_user_is_not_used_because_the_dockerfile_is_copied():
    text = f"{DEBIAN}RUN useradd shop\nCOPY . .\nUSER 10001\nENTRYPOINT /srv/server"
    laws.hold(
        build_of(text, {"Dockerfile": text, ".git/HEAD": ""}), all_rules(), UNSAFE
    )
