"""What copied-path-never-made says, beyond its examples."""

from __future__ import annotations

import pytest
from judged import said

END = "FROM python:3.13-slim\nCOPY --from=build /root/.local /root/.local\nUSER 10001"


def text(*lines: str) -> str:
    return "\n".join(("FROM python:3.13-slim AS build", *lines, END))


@pytest.mark.parametrize(
    ("install", "message"),
    [
        (
            "USER worker\nRUN pip install --user flask",
            "the stage build installs for worker, not for root: there is no /root/.local",
        ),
        (
            "USER worker\nENV PIP_USER=1\nRUN pip install flask",
            "the stage build installs for worker, not for root: there is no /root/.local",
        ),
        (
            "RUN pip install flask",
            "the stage build installs for all users, without --user: there is no /root/.local",
        ),
    ],
)
def test_the_message_says_for_whom_pip_installs(install, message):
    lines = ("RUN useradd -m worker", install)
    assert said("copied-path-never-made", text(*lines)) == [message]


def test_root_may_install_for_itself_beside_another_user():
    lines = ("RUN useradd -m worker", "RUN pip install --user flask", "USER worker")
    more = "RUN pip install --user django"
    assert said("copied-path-never-made", text(*lines, more)) == []
