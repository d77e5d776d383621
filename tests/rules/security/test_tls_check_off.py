"""When tls-check-off reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

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
