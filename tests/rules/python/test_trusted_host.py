"""When trusted-host reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.lint.finding import Safety

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


@pytest.mark.parametrize(
    ("other", "safety"),
    [
        ("RUN pip install --no-cache-dir gunicorn==23.0.0\n", Safety.UNSAFE),
        ("", Safety.MANUAL),
        (
            "ENV PIP_TRUSTED_HOST=pypi.org\nRUN pip install gunicorn==23.0.0\n",
            Safety.MANUAL,
        ),
    ],
)
def test_a_proxy_may_stand_before_the_index_where_every_install_trusts_it(
    other, safety
):
    text = f"FROM python:3.13-slim\n{other}RUN pip install --trusted-host pypi.org flask==3.1.2"
    *_, finding = findings("trusted-host", text)
    assert finding.fix.safety is safety


def test_packages_of_another_page_may_need_the_option():
    text = (
        "FROM python:3.13-slim\nRUN pip install gunicorn==23.0.0\n"
        "RUN pip install --trusted-host a.org -f https://a.org/whl SimpleITK==2.5.0"
    )
    (finding,) = findings("trusted-host", text)
    assert finding.fix is None


def test_a_host_that_no_build_names_is_trusted_by_none():
    text = (
        'FROM python:3.13\nARG HOST={}\nRUN PIP_TRUSTED_HOST="$HOST" pip install flask'
    )
    assert said("trusted-host", text.format("")) == []
    assert len(said("trusted-host", text.format("mirror.acme.example"))) == 1


def test_a_build_that_may_give_a_host_has_chosen_so():
    text = 'FROM python:3.13\nARG HOST=\nRUN PIP_TRUSTED_HOST="$HOST" pip install flask'
    given = frozenset(("HOST",))
    assert said("trusted-host", text, given_args=given) == []
    host = {"HOST": "mirror.acme.example"}
    assert len(said("trusted-host", text, given_args=given, args=host)) == 1


@pytest.mark.parametrize(
    ("before", "advice"),
    [
        ("ENV PYPI_HOST=mirrors.aliyun.com\nRUN ", "remove the option"),
        ("ARG PYPI_HOST=mirrors.aliyun.com\nRUN ", "remove the option"),
        ("RUN PYPI_HOST='' && PYPI_HOST=mirrors.aliyun.com && ", "remove the option"),
        ("ENV PYPI_HOST=index.example.com\nRUN ", "trust the CA"),
        ("ARG PYPI_HOST\nRUN ", "trust the CA"),
    ],
)
def test_a_variable_is_the_host_that_it_stands_for(before, advice):
    text = f"FROM python:3.14-slim\n{before}pip install --trusted-host ${{PYPI_HOST}} flask\n"
    (message,) = said("trusted-host", text)
    assert message.endswith(f": {advice}")


FORMER = "--trusted-host pypi.python.org"
NO_EFFECT = "pip no longer asks pypi.python.org, so this has no effect: remove it"
UNCHECKED = "the certificate of {} is not checked, so anyone can answer: {}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (FORMER, NO_EFFECT),
        (
            f"{FORMER} --trusted-host pypi.org",
            UNCHECKED.format("pypi.org", "remove the option"),
        ),
        (
            f"{FORMER} -i https://pypi.python.org/simple",
            UNCHECKED.format("pypi.python.org", "remove the option"),
        ),
        (
            "--trusted-host mirrors.cloud.tencent.com",
            UNCHECKED.format("mirrors.cloud.tencent.com", "remove the option"),
        ),
        (
            "--trusted-host index.example.com",
            UNCHECKED.format("index.example.com", "trust the CA"),
        ),
    ],
)
def test_what_pip_asks_and_has_a_public_certificate_needs_no_trust(options, message):
    text = f"FROM python:3.13-slim\nRUN pip install {options} flask"
    assert said("trusted-host", text) == [message]


@pytest.mark.parametrize(
    ("base", "has_effect"),
    [
        ("python:3.6", False),
        ("ubuntu:20.04", False),
        ("ubuntu:18.04", True),
        ("debian:9", True),
        ("centos:7", True),
        ("prefecthq/prefect:2.7.7-python3.11", False),
        ("acme/jobs:1-py37", False),
        ("acme/jobs:1-py3.6", True),
        ("acme/jobs:3.11", True),
    ],
)
def test_an_old_pip_still_asks_the_former_host(base, has_effect):
    [message] = said("trusted-host", f"FROM {base}\nRUN pip install {FORMER} flask")
    assert ("has no effect" not in message) is has_effect


@pytest.mark.parametrize(("default", "count"), [("127.0.0.1", 0), ("pypi.acme.org", 1)])
def test_a_default_that_is_the_builder_itself_trusts_nobody(default, count):
    text = f'{PYTHON}ARG MIRROR="{default}"\nENV PIP_TRUSTED_HOST $MIRROR\n'
    assert len(said("trusted-host", text)) == count
