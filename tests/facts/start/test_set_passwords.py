"""Passwords that RUN set and that stay in the image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.builds.definition import Purpose
from lightship.facts.start.set_passwords import SetPassword, set_passwords
from lightship.repository_facts import RepositoryFacts
from tests.made import build


def found(body: str, **files: str) -> list[SetPassword]:
    return list(set_passwords(build(f"FROM debian:13\n{body}", files)).values())


@pytest.mark.parametrize(
    ("run", "text", "is_plain"),
    [
        ("echo 'root:pw' | chpasswd", "echo 'root:pw' | chpasswd", True),
        ("printf 'app:%s' pw | chpasswd", "printf 'app:%s' pw | chpasswd", True),
        ("chpasswd <<< app:pw", "<<< app:pw", True),
        ("chpasswd <<EOF\napp:pw\nEOF", "<<EOF", True),
        ("echo pw | passwd --stdin app", "echo pw | passwd --stdin app", True),
        ("echo pw | tee /a | passwd", "echo pw | tee /a | passwd", True),
        ("useradd -p '$6$ab$cd' app", "-p '$6$ab$cd'", False),
        ("usermod --password=$(openssl passwd pw) app", None, False),
        ("sh -c \"echo 'app:pw' | chpasswd\"", "echo 'app:pw' | chpasswd", True),
    ],
)
def test_passwords_in_the_image(run, text, is_plain):
    image = build(f"FROM debian:13\nRUN {run}")
    ((instruction, password),) = set_passwords(image).items()
    assert instruction.keyword == "RUN"
    assert password.is_plain is is_plain
    assert text is None or password.span.of(image.dockerfile.text) == text


@pytest.mark.parametrize(
    "run",
    [
        "echo pw | chpasswd",  # it takes user:password
        "cat /list | chpasswd",
        "passwd -l root",
        "echo pw | passwd -d app",
        "echo pw | passwd -u app",
        "useradd app",
        "useradd -p '!' app",
        "echo 'demo:pw' | chpasswd",
        'echo "app:$(openssl rand -hex 9)" | chpasswd',
        "echo app:$(cat /run/secrets/pw) | chpasswd",
    ],
)
def test_no_password_of_use(run):
    assert found(f"RUN {run}") == []


def test_only_the_first_of_each_run():
    runs = "RUN echo a:b | chpasswd && echo c:d | chpasswd\nRUN echo e:f | chpasswd"
    assert len(found(runs)) == 2


def test_a_secret_that_is_mounted_is_not_in_the_image():
    mount = "--mount=type=secret,id=pw"
    assert found(f"RUN {mount} echo a:$(cat /x) | chpasswd") == []


def test_a_comment_or_the_build_may_say_that_it_is_for_tests():
    run = "RUN echo a:b | chpasswd"
    assert found(f"# a user for testing\n{run}") == []
    assert found(f"# a user for latest\n{run}")
    image = build(f"FROM debian:13\n{run}")
    assert set_passwords(image)
    assert not set_passwords(replace(image, purpose=Purpose.TEST))
    assert not set_passwords(replace(image, path="demo/Dockerfile"))
    example = RepositoryFacts(is_example=True)
    assert not set_passwords(replace(image, repository=example))


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ('#!/bin/sh\necho "app:$APP_PASSWORD" | chpasswd\n', 0),
        ("#!/bin/sh\nexec server\n", 1),
        ('#!/bin/sh\necho "$APP_PASSWORD"\n', 1),
    ],
)
def test_a_default_that_the_start_script_sets_again(script, count):
    body = (
        'ENV APP_PASSWORD=pw\nRUN echo "app:${APP_PASSWORD}" | chpasswd\n'
        'COPY start.sh /\nENTRYPOINT ["/start.sh"]'
    )
    assert len(found(body, **{"start.sh": script})) == count
