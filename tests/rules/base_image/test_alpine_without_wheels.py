"""When alpine-without-wheels reports something, and when it is silent."""

from __future__ import annotations

from judged import said, severity

from lightship.lint.finding import Severity


def test_python_2_has_no_wheels_for_debian_either():
    apk = "FROM alpine:3.15\nRUN apk add {} py-pip\nRUN pip install lightgbm"
    assert said("alpine-without-wheels", apk.format("python3"))
    assert said("alpine-without-wheels", apk.format("python2-dev")) == []
    assert (
        said("alpine-without-wheels", "FROM python:2.7-alpine\nRUN pip install psutil")
        == []
    )


def test_another_index_may_have_a_wheel_for_musl():
    text = "FROM python:3.13-alpine\n{}RUN pip install {}"
    assert said("alpine-without-wheels", text.format("", "torch==2.9.0"))
    assert said("alpine-without-wheels", text.format("", "torch==2.9.0+cpu")) == []
    settings = "RUN --mount=type=secret,id=pip,target=/etc/pip.conf true\n"
    assert said("alpine-without-wheels", text.format(settings, "torch==2.9.0")) == []
    mirror = "-i https://pypi.tuna.tsinghua.edu.cn/simple torch"
    assert said("alpine-without-wheels", text.format("", mirror))


def test_psutil_is_compiled_in_seconds_where_a_compiler_is_needed_anyway():
    text = "FROM python:3.13-alpine\nRUN pip install {}"
    assert said("alpine-without-wheels", text.format("psutil==6.1.0 flask"))
    assert not said("alpine-without-wheels", text.format("psutil==6.1.0 uwsgi==2.0.31"))
    assert said("alpine-without-wheels", text.format("lightgbm uwsgi==2.0.31"))


def test_an_image_for_tests_may_compile_for_some_seconds():
    text = "FROM python:3.13-alpine\nRUN pip install {}"
    for_tests = {"purpose": "ci"}
    assert not said("alpine-without-wheels", text.format("pycurl"), **for_tests)
    assert said("alpine-without-wheels", text.format("lightgbm"), **for_tests)


def test_what_is_compiled_in_seconds_does_not_choose_the_image_of_another_program():
    text = "FROM {}\nRUN apk add --no-cache python3 py3-pip gcc\nRUN pip install {}"
    for image in ("node:22-alpine3.19", "alpine:3.23"):
        assert not said("alpine-without-wheels", text.format(image, "psutil==6.1.0"))
        assert said("alpine-without-wheels", text.format(image, "lightgbm"))
    assert said("alpine-without-wheels", text.format("python:3.13-alpine", "psutil==6"))


def test_what_has_no_sources_either_fails_the_build():
    text = "FROM python:3.13-alpine\nRUN pip install {}"
    rule = "alpine-without-wheels"
    assert severity(rule, text.format("torch==2.9.0")) is Severity.ERROR
    assert severity(rule, text.format("lightgbm torch==2.9.0")) is Severity.ERROR
    assert severity(rule, text.format("lightgbm")) is Severity.INFO
