"""When tls-check-off reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said, severity

from lightship.lint.finding import Severity

PYTHON = "FROM python:3.13-slim\n"


def test_a_certificate_of_a_ca_is_checked_by_its_sum():
    text = f"{PYTHON}RUN curl -k -O https://ca.example.org/certs/root.crt"
    [item] = found("tls-check-off", text)
    message = "curl accepts any CA certificate: compare its checksum"
    assert (item.finding.message, item.finding.cures) == (message, ())


@pytest.mark.parametrize(
    ("start", "is_there"),
    [
        ("FROM python:3.13-slim", True),
        ("FROM node:24", True),
        ("FROM node:24-slim", False),
        ("FROM debian:13", False),
        ("FROM debian:13\nRUN apt-get install -y ca-certificates curl", True),
    ],
)
def test_certificates_that_are_there_need_no_install(start, is_there):
    text = f"{start}\nRUN curl -k -O https://example.org/a.conf"
    [message] = said("tls-check-off", text)
    assert message.endswith("remove -k") is is_there


CA = "COPY root.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates\n"


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("RUN npm config set strict-ssl false", "npm config set cafile"),
        ("ENV NODE_TLS_REJECT_UNAUTHORIZED=0", "NODE_EXTRA_CA_CERTS"),
        ("ENV NPM_CONFIG_STRICT_SSL=false", "NPM_CONFIG_CAFILE"),
        ("RUN git config --global http.sslVerify false", "remove it"),
    ],
)
def test_a_ca_of_the_project_has_to_be_named_to_node(line, cure):
    (message,) = said("tls-check-off", f"{CA}{line}")
    assert cure in message
    (alone,) = said("tls-check-off", line)
    assert alone.endswith("remove it")


@pytest.mark.parametrize(
    ("start", "is_read"),
    [
        ("FROM python:3.13-slim", False),
        ("FROM python:3-slim", False),
        ("FROM ghcr.io/acme/jobs:2.7-python3.11", False),
        ("FROM python:2.7", True),
        ("FROM ghcr.io/acme/jobs:2.7", True),
        ("FROM python:3.13-slim\nRUN apt-get install -y python2.7", True),
    ],
)
def test_a_variable_of_python_2_turns_nothing_off_in_python_3(start, is_read):
    text = f"{start}\nENV PYTHONHTTPSVERIFY=0\n"
    [message] = said("tls-check-off", text)
    assert ("has no effect" not in message) is is_read
    assert (severity("tls-check-off", text) is Severity.WARNING) is is_read
