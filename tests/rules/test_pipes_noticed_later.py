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


NODE = "RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -"


@pytest.mark.parametrize(
    "text",
    [
        f"{RUSTUP}\nRUN cargo build",
        f"{RUSTUP} && . $HOME/.cargo/env",
        f"{UV}\nRUN uv sync",
        f"{UV} && mv /root/.local/bin/uv /usr/local/bin/",
        f'{NVM} && [ -s "$NVM_DIR/nvm.sh" ] && echo there',
        "RUN curl -fs https://example.org/key | gpg --dearmor | tee /usr/share/keyrings/a.gpg",
        'RUN V="$(curl -fsS https://a.example/v | sed s/v//)" && curl -fO https://a.example/$V.tgz',
        "RUN V=$(curl -s https://a.example/v | head -1); wget https://a.example/${V}/a.tgz",
        f"FROM debian:13 AS base\n{UV}\nFROM base\nRUN uv sync",
        f"{NODE} && apt-get install -y git nodejs=22.1.0-1nodesource1",
        f"{NODE} && apt-get install -y nodejs=$(apt-cache madison nodejs | grep 22.1)",
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
        f"{NODE} && apt-get install -y nodejs",
        f"{NODE} && apt-get install -y git=1:2.47",
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
