"""pipe-without-pipefail is silent where a later command fails when nothing was fetched."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULE = {rule.id: rule for rule in all_rules()}["pipe-without-pipefail"]
RUSTUP = "RUN curl -fsSL https://sh.rustup.rs | sh -s -- -y"
UV = "RUN curl -LsSf https://astral.sh/uv/install.sh | sh"
NVM = "RUN curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.1/install.sh | bash"


def is_said(text):
    return list(RULE.check(build_of(text))) != []


PIP = "RUN curl -sS https://bootstrap.pypa.io/get-pip.py | python3"
POETRY = "RUN curl -sSL https://a.example/poetry/master/get-poetry.py | python"
MADE = "RUN useradd -m app | chpasswd"
LOGGED = "RUN make | tee make.log"
KEY = "FROM debian:13 AS key\nRUN curl -s https://a.example/k | gpg --dearmor | tee /opt/a.gpg"
NODE = "RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -"
STARSHIP = "RUN curl -fsSL https://starship.example/install.sh | sh"
COPIED = "COPY --from=tool /opt/starship /opt/starship"
LFS = "RUN curl -s https://packages.example/install/git-lfs/script.deb.sh | bash"


@pytest.mark.parametrize(
    "text",
    [
        f"{RUSTUP}\nRUN cargo build",
        f"FROM python:3.13\n{RUSTUP}\nRUN pip install tokenizers",
        f"FROM python:3.13\n{RUSTUP}\nRUN python3 -m pip install tokenizers",
        f"{RUSTUP} && . $HOME/.cargo/env",
        f"{UV}\nRUN uv sync",
        f"{UV} && mv /root/.local/bin/uv /usr/local/bin/",
        f'{NVM} && [ -s "$NVM_DIR/nvm.sh" ] && echo there',
        "RUN curl -fs https://example.org/key | gpg --dearmor | tee /usr/share/keyrings/a.gpg",
        'RUN V="$(curl -fsS https://a.example/v | sed s/v//)" && curl -fO https://a.example/$V.tgz',
        "RUN V=$(curl -s https://a.example/v | head -1); wget https://a.example/${V}/a.tgz",
        f"FROM debian:13 AS base\n{UV}\nFROM base\nRUN uv sync",
        f"FROM ubuntu:24.04\n{PIP} - && pip install flask",
        f"FROM ubuntu:24.04\n{PIP}\nRUN for name in a b; do pip3 install $name; done",
        f"FROM ubuntu:24.04\n{PIP}\nRUN python3 -m pip install flask",
        f"FROM ubuntu:24.04\n{PIP}\nRUN python3 -I -m pip install flask",
        f"FROM ubuntu:24.04\n{PIP}\nRUN python3 -mpip install flask",
        f"FROM python:3.13 AS base\n{POETRY}\nFROM base AS deps\nRUN poetry install",
        f"{MADE} && adduser app sudo",
        f"ARG NAME=app\n{MADE}\nRUN chown -R ${{NAME}}:app /home/app",
        f"{MADE} && usermod -aG sudo app",
        f"{LOGGED} && grep -qF 'build complete' make.log",
        "RUN make | tr a b > make.log && test -s make.log",
        f"{KEY}\nFROM debian:13\nCOPY --from=key /opt/a.gpg /etc/apt/trusted.gpg.d/",
        f"{NODE} && apt-get install -y git nodejs=22.1.0-1nodesource1",
        f"{NODE} && apt-get install -y nodejs=$(apt-cache madison nodejs | grep 22.1)",
        f"{NODE} && apt-get install -y nodejs\nRUN npm ci",
        f"{NODE} && apt-get install -y nodejs && chmod a+x /usr/bin/npm",
        f"{STARSHIP} && starship --version",
        f"{STARSHIP}\nRUN shipwright init",
        f"FROM debian:13 AS tool\n{STARSHIP}\nFROM debian:13\n{COPIED}",
        f"{LFS} && apt-get install -y git-lfs",
        f"{MADE}\nUSER app\nRUN ls",
        f"{MADE}\nCOPY --chown=app:app . /srv",
        f"{MADE} && su app -c ls",
        f"{LOGGED} && make install",
        "RUN ./configure 2>&1 | tee log && make",
        "RUN curl -fs https://a.example/list | sort > /a.deb && dpkg -i /a.deb",
        "RUN V=$(curl -s https://a.example/v | sed s/v//) && cd /opt/tool-$V",
    ],
)
def test_a_later_command_needs_what_is_fetched(text):
    assert not is_said(text)


@pytest.mark.parametrize(
    "text",
    [
        'RUN V="$(curl -fsS https://a.example/v | sed s/v//)" && curl -O https://a.example/$V.tgz',
        'RUN V="$(curl -fsS https://a.example/v | sed s/v//)" && wget https://a.example/$VX.tgz',
        'RUN V="$(curl -fsS https://a.example/v | sed s/v//)" && echo $V > /version',
        RUSTUP,
        UV,
        f"RUN uv sync\n{UV}",
        f"FROM debian:13 AS base\n{UV}\nFROM debian:13\nRUN uv sync",
        "RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -\nRUN node --version",
        "RUN curl -fs https://example.org/a.list | tee /etc/apt/sources.list.d/a.list",
        f"FROM python:3.13\n{PIP} - && pip install flask",
        f"FROM ubuntu:24.04\nRUN apt-get install python3-pip\n{PIP} - && pip install flask",
        f"{PIP}\nRUN python3 -m venv /venv",
        MADE,
        f"{MADE}\nRUN chown other /srv",
        f"{MADE}\nRUN chown app /srv || true",
        f"{LOGGED} && grep -v warning make.log",
        f"{LOGGED} && grep -q done other.log",
        f"{LOGGED} && (grep -q done make.log || true)",
        f"RUN grep -q done make.log\n{LOGGED}",
        f"{KEY}\nFROM debian:13\nCOPY --from=key /opt/a.gpg /srv/a.gpg",
        f"{NODE} && apt-get install -y nodejs",
        f"{NODE} && apt-get install -y git=1:2.47",
        f"{NODE} && apt-get install -y nodejs npm\nRUN npm ci",
        f"FROM node:22\n{NODE} && apt-get install -y nodejs\nRUN npm ci",
        f"{STARSHIP} && echo done",
        f"{STARSHIP}\nRUN shipwright init || true",
        f"{MADE}\nUSER app",
        "RUN pip install flask | tee log && make install",
        f"{UV} && ln -s /root/.local/bin/uv /usr/local/bin/uv",
    ],
)
def test_nothing_later_shows_that_nothing_was_fetched(text):
    assert is_said(text)


@pytest.mark.parametrize(
    "pipe",
    ["pip list --format=freeze | sort -u > /a", "chromium --version | cut -c1-9 > /a"],
)
def test_what_only_lists_or_says_its_version_does_not_fail(pipe):
    assert not is_said(f"RUN {pipe}")
