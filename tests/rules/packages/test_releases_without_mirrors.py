"""What is not said of an install that fails, because the mirrors have dropped the release."""

from __future__ import annotations

import pytest
from judged import said

YUM = 'RUN yum install -y git\nCMD ["git"]\n'
APT = 'RUN apt-get update && apt-get install -y git\nCMD ["git"]\n'
VAULT = "RUN sed -i s/mirror/vault/ /etc/yum.repos.d/*.repo\n"


@pytest.mark.parametrize(
    ("rule", "base", "install"),
    [
        ("rpm-cache-kept", "centos:7", YUM),
        ("apt-lists-kept", "python:3.8-slim-buster", APT),
        ("apt-lists-kept", "python:2.7", APT),
        ("apt-lists-kept", "nginx:1.13.5", APT),
    ],
)
def test_what_an_install_keeps_that_fails_is_not_worth_a_word(rule, base, install):
    assert said(rule, f"FROM {base}\n{install}") == []
    assert len(said("archived-package-source", f"FROM {base}\n{install}")) == 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("rpm-cache-kept", f"FROM rockylinux:9\n{YUM}"),
        ("rpm-cache-kept", f"FROM centos:7\n{VAULT}{YUM}"),
        ("apt-lists-kept", f"FROM python:3.13-slim-bookworm\n{APT}"),
        ("apt-lists-kept", f"FROM python:3.9.6\n{APT}"),
    ],
)
def test_it_is_said_where_the_install_works(rule, text):
    assert len(said(rule, text)) == 1
    assert said("archived-package-source", text) == []
