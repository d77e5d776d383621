"""When externally-managed-install reports something, and when it is silent."""

from __future__ import annotations

from judged import said

PIP = "RUN apt-get update && apt-get install -y python3-pip\n"


def test_an_image_that_moves_has_no_release_to_name():
    (message,) = said(
        "externally-managed-install", f"FROM ubuntu:latest\n{PIP}RUN pip3 install a"
    )
    assert message.startswith("the newest Ubuntu refuses pip")


def test_nothing_is_said_of_pip_where_another_python_is_asked_for():
    text = (
        f"FROM ubuntu:latest\n{PIP}RUN apt-get install -y python3.6\nRUN pip3 install a"
    )
    assert said("externally-managed-install", text) == []
