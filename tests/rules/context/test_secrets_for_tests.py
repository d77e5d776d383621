"""Secrets that open nothing, since they are for tests, and one that two stages copy."""

from __future__ import annotations

import pytest
from judged import said

BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("API_TOKEN=test-token-will-be-created-after-setup\n", 0),
        ("DB_USER=eye\nDB_PASSWORD=eye\n", 0),
        ("DB_PASSWORD=eye\nDB_USERNAME=eye\n", 0),
        ("DB_USER=eye\nDB_PASSWORD=tiger\n", 1),
        ("ADMIN_PASSWORD=TestPassword123!\n", 0),
        ("API_KEY=1234\nOTHER_KEY='6969'\n", 0),
        ("API_KEY=1\n", 1),
        ("API_KEY=81734\n", 1),
        ("CAPTCHA_SECRET_KEY=1x0000000000000000000000000000000AA\n", 0),
        ("CAPTCHA_SECRET_KEY=0x4AAAAAAABkMYinukE8nzYS\n", 1),
    ],
)
def test_values_that_are_for_tests_open_nothing(text, expected):
    files = {".env": text, "main.py": "", ".dockerignore": "Dockerfile\n"}
    assert len(said("secret-file-copied", "FROM a\nCOPY . /app", files)) == expected


@pytest.mark.parametrize("path", ["Tests/ca.pem", ".env.e2e.ui"])
def test_files_for_tests_say_so_in_their_path(path):
    files = {path: "TOKEN=8sk2ks92ks\n" + KEY, ".dockerignore": "Dockerfile\n"}
    assert said("secret-file-copied", f"FROM a\nCOPY {path} /etc/key.pem", files) == []


def test_a_secret_in_two_stages_is_said_of_the_one_that_is_shipped():
    text = "FROM a AS build\nCOPY . /src\nFROM a\n{}COPY --from=build /out /out\n"
    files = {".env": "TOKEN=8sk2ks92ks\n", "a.py": "", ".dockerignore": "Dockerfile\n"}
    (message,) = said("secret-file-copied", text.format("COPY . /app\n"), files)
    assert "into the image" in message
    (message,) = said("secret-file-copied", text.format(""), files)
    assert "build cache" in message
