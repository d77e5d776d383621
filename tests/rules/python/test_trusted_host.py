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


def test_the_public_index_has_a_certificate_that_every_client_knows():
    hosts = "--trusted-host pypi.org --trusted-host files.pythonhosted.org"
    (message,) = said("trusted-host", f"RUN pip install {hosts} flask")
    assert message == (
        "certificates of pypi.org and files.pythonhosted.org are not checked, "
        "so anyone can answer: remove the option"
    )


def test_an_index_without_tls_has_no_certificate():
    options = "-i http://index.example.com/simple --trusted-host index.example.com"
    (message,) = said("trusted-host", f"RUN pip install {options} flask")
    assert message == (
        "packages of index.example.com come over plain HTTP, so anyone can answer: use https"
    )


def test_the_same_hosts_in_two_lines_are_one_finding():
    line = (
        "RUN pip install --trusted-host pip.example.org -i https://pip.example.org/s "
    )
    text = f"FROM python:3.14-slim\n{line}flask\n{line}numpy"
    assert len(said("trusted-host", text)) == 1
