"""When password-set-in-run reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    "text",
    [
        "RUN echo 'testuser:test' | chpasswd",
        "RUN echo foo:pass | chpasswd",
        "RUN echo pw | passwd --stdin demo",
        "# Create test user (PAM auth)\nRUN echo 'wonder:land' | chpasswd",
    ],
)
def test_the_password_of_a_test_user_is_meant_to_be_known(text):
    assert said("password-set-in-run", text) == []


def test_the_password_of_root_is_not_for_everyone():
    text = "RUN echo 'root:test' | chpasswd"
    assert said("password-set-in-run", text)
    assert said("password-set-in-run", text, purpose="test") == []
    assert said("password-set-in-run", text, path="examples/hub/Dockerfile") == []


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ('echo "$SFTP_USER:$SFTP_PASSWORD" | chpasswd\nexec /usr/sbin/sshd -D\n', 0),
        ("exec /usr/sbin/sshd -D\n", 1),
    ],
)
def test_a_default_that_the_start_script_replaces_is_none_to_keep(start, count):
    text = (
        "FROM debian:13\nENV SFTP_USER=user SFTP_PASSWORD=password\n"
        'RUN echo "${SFTP_USER}:${SFTP_PASSWORD}" | chpasswd\n'
        'COPY start.sh /start.sh\nCMD ["/start.sh"]\n'
    )
    files = {"start.sh": f"#!/bin/sh\n{start}", ".dockerignore": ""}
    assert len(said("password-set-in-run", text, files)) == count


@pytest.mark.parametrize(
    ("login", "count"),
    [
        ("{username}:{password}", 0),
        ("root:{{ ssh_password }}", 0),
        ("root:${PASSWORD}", 1),
        ("{username}:hunter2", 1),
    ],
)
def test_a_place_in_a_template_is_no_password_yet(login, count):
    assert len(said("password-set-in-run", f"RUN echo {login} | chpasswd")) == count
