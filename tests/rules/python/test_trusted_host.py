"""When trusted-host reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

PYTHON = "FROM python:3.13-slim\n"


def test_hosts_are_listed_as_people_do():
    hosts = " ".join(f"--trusted-host {name}.org" for name in "abcde")
    (message,) = said("trusted-host", f"{PYTHON}RUN pip install {hosts} flask")
    assert message.startswith(
        "certificates of a.org, b.org, c.org, d.org and 1 more are"
    )


@pytest.mark.parametrize("host", ["169.254.255.254", "::1", "[::1]:3141", "127.0.0.2"])
def test_a_host_that_is_the_machine_itself_needs_no_certificate(host):
    assert said("trusted-host", f"RUN pip install --trusted-host {host} flask") == []
