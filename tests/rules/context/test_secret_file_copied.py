"""Files that look like secrets by their names, and are none by what they hold or who reads them."""

from __future__ import annotations

from base64 import b64encode

import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULE = {rule.id: rule for rule in all_rules()}["secret-file-copied"]
BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"


def said(files):
    return [item.message for item in RULE.check(build_of("COPY . /app", files))]


def certificate(name: bytes) -> str:
    body = b64encode(b"0\x82\x01" + name * 3).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY=ChangeMeChangeMe",
        "PRIVATE_KEY=${PWD}/testdata/tls/localhost.key",
        "TOKEN_FILE_KEY=./keys/token",
        "DATABASE_URL=postgresql://shop:shop@db:5432/shop",
        "AUTH_RATELIMIT=10/minute",
    ],
)
def test_a_variable_without_a_secret_value_is_no_secret(line):
    assert said({".env": f"{line}\n"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY=09d25e094faa6ca2556c8181",
        "DATABASE_URL=postgresql://shop:Tr0ub4dor@db:5432/shop",
        "AWS_SECRET_ACCESS_KEY=/abc/defGhi123+JklMno456PqrStu789VwXyZ",
    ],
)
def test_a_variable_with_a_secret_value_is_one(line):
    assert said({".env": f"{line}\n"})


def test_a_key_for_localhost_is_for_work_on_the_project():
    local, public = certificate(b"localhost"), certificate(b"example.org")
    assert said({"haproxy.pem": local + KEY}) == []
    assert said({"server.crt": local, "server.key": KEY}) == []
    assert said({"haproxy.pem": public + KEY})
    assert said({"server.crt": public, "server.key": KEY})


def test_a_key_that_the_program_reads_may_be_public():
    code = 'KEY = open("ca.key").read()\n'
    package = {"proxy/__init__.py": "", "proxy/certificates.py": code}
    assert said({"proxy/ca.key": KEY, **package}) == []
    assert said({"proxy/ca.key": KEY, "proxy/certificates.py": code})
    assert said({"proxy/ca.key": KEY, "proxy/__init__.py": ""})
    reader = {"app/sign.py": 'open("keys/dev_private.key")\n'}
    assert said({"app/keys/dev_private.key": KEY, **reader}) == []
