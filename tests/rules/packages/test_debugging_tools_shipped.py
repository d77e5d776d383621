"""When debugging-tools-shipped reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    "packages",
    ["\\\n  # to debug live containers\n  nano", "fish vim", "fd-find vim zsh"],
)
def test_tools_that_are_meant_for_people_stay(packages):
    text = f"{PYTHON}RUN apt-get install -y {packages}\n{APP}"
    assert said("debugging-tools-shipped", text) == []
