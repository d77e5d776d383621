"""When alpine-without-wheels reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_python_2_has_no_wheels_for_debian_either():
    apk = "FROM alpine:3.15\nRUN apk add {} py-pip\nRUN pip install psutil==6.1.0"
    assert said("alpine-without-wheels", apk.format("python3"))
    assert said("alpine-without-wheels", apk.format("python2-dev")) == []
    assert (
        said("alpine-without-wheels", "FROM python:2.7-alpine\nRUN pip install psutil")
        == []
    )
