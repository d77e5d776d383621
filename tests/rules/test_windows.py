"""Images of Windows: how they are known, and which rules are silent about them."""

from __future__ import annotations

import pytest
from judged import said

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import select

DEFAULT = select(all_rules(), ())
APP = 'CMD ["/app/server"]'


def names(text, files=None):
    return {item.rule.id for item in lint(build_of(text, files), DEFAULT)}


POWERSHELL = (
    "FROM python:3.11.9\n"
    'SHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]\n'
    "WORKDIR C:\\\\app\nCOPY requirements.txt .\n"
    "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . C:\\\\app\n"
    'ENTRYPOINT ["powershell", "C:\\\\entrypoint.ps1"]'
)


@pytest.mark.parametrize(
    "rule",
    ["full-base-image", "relative-workdir", "relative-destination", "root-user"],
)
def test_windows_is_known_by_its_shell(rule):
    files = {"requirements.txt": "flask==3.1.0\n", ".dockerignore": "Dockerfile\n"}
    assert said(rule, POWERSHELL, files) == []


@pytest.mark.parametrize(
    "base",
    [
        "python:3.11.9-windowsservercore-ltsc2022",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
    ],
)
def test_windows_is_known_by_its_base(base):
    text = f"FROM {base}\nWORKDIR C:\\\\app\n{APP}"
    assert names(text).isdisjoint({"relative-workdir", "root-user", "full-base-image"})
