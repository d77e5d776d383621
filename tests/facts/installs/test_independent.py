"""Commands that read no file of the project."""

from __future__ import annotations

import pytest

from lightship.facts.installs.independent import is_independent
from lightship.shell.parse import parse
from lightship.text import Mapped


def independent(line: str) -> bool:
    return is_independent(parse(Mapped.plain(line, 0)).commands[0])


@pytest.mark.parametrize(
    "line",
    [
        "apt-get install -y curl",
        "apk add --no-cache git",
        "pip install flask==3",
        "uv pip install flask",
        "npm install -g yarn",
        "pip cache purge",
        "poetry config virtualenvs.create false",
        "rm -rf /var/lib/apt/lists/*",
        "ln -s /usr/bin/x /usr/bin/y",
        "python -m venv /venv",
        "python3 -I -m venv /venv",
        "useradd app",
        "A=1",
        "export A=1",
        "echo deb x > /etc/apt/sources.list.d/x.list",
        "echo x >&2 2>/dev/null",
    ],
)
def test_independent(line):
    assert independent(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install -r requirements.txt",
        "pip install .",
        "pip install $PACKAGES",
        "xargs -a list apt-get install -y",
        "npm install lodash",
        "npm ci",
        "uv sync",
        "rm -rf build",
        "rm -rf $X",
        "chmod 755 /app/x",
        "python manage.py migrate",
        "echo x < file",
        "echo x > app/build.py",
        "echo x >> $FILE",
        "make",
    ],
)
def test_dependent(line):
    assert not independent(line)
