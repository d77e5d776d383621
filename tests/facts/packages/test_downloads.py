"""What is fetched with curl and wget, and whether it is verified."""

from __future__ import annotations

import pytest

from lightship.facts.packages.downloads import (
    downloads,
    is_local_url,
    is_program,
    is_verified,
)
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN curl -fsSLO https://a.org/x.tgz", [("https://a.org/x.tgz", "x.tgz")]),
        ("RUN curl -o /y https://a.org/x", [("https://a.org/x", "/y")]),
        ("RUN wget -q http://a.org/x", [("http://a.org/x", "x")]),
        ("RUN curl https://a.org/x | sh", [("https://a.org/x", "")]),
        ("ENV V=1\nRUN wget http://a.org/$V/x", [("http://a.org/1/x", "x")]),
        ("RUN U=http://a.org/x; curl -O $U", [("http://a.org/x", "x")]),
        ("RUN curl --version", []),
    ],
)
def test_downloads(body, expected):
    found = downloads(build_of(body))
    assert [(download.url, download.target) for download in found] == expected


@pytest.mark.parametrize(
    ("command", "piped", "unpacked"),
    [
        ("curl https://a.org/x | tar xz", True, True),
        ("curl https://a.org/x | tee y | tar xz", True, True),
        ("curl https://a.org/x | sh", True, False),
        ("curl -o y https://a.org/x | cat", False, False),
        ("curl https://a.org/x", False, False),
    ],
)
def test_what_becomes_of_it(command, piped, unpacked):
    [download] = downloads(build_of(f"RUN {command}"))
    assert (download.is_piped, download.is_unpacked) == (piped, unpacked)
    assert not download.is_local


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("https://a.org/x.tar.gz", True),
        ("https://a.org/x.TGZ?v=1#top", True),
        ("https://a.org/x-linux-amd64", True),
        ("https://a.org/bin/x", True),
        ("bin/x", True),
        ("https://a.org/bin/x.txt", False),
        ("https://a.org/x-linux-amd64/y", False),
        ("https://a.org/x.sh", False),
    ],
)
def test_names_of_programs(path, expected):
    assert is_program(path) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:80/x", True),
        ("127.0.0.1/x", True),
        ("http://[::1]/x", True),
        ("http://a.org/localhost", False),
    ],
)
def test_this_very_machine(url, expected):
    assert is_local_url(url) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo abc x | sha256sum -c", True),
        ("openssl dgst -sha256 x", True),
        ("openssl genrsa", False),
        ("gpg --batch --verify x.asc x", True),
        ("gpg -d x.gpg", True),
        ("gpg --recv-keys abc", False),
        ("cosign verify-blob x", True),
        ("gh attestation verify x", True),
        ("rpm -K x.rpm", True),
        ("rpm -i x.rpm", False),
        ("./verify.sh x", True),
        ("tar xf x", False),
    ],
)
def test_a_checksum_or_a_signature(script, expected):
    build = build_of(f"RUN curl -O https://a.org/x && {script}")
    [run] = build.each("RUN")
    assert is_verified(build, run) == expected
