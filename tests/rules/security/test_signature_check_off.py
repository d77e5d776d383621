"""When signature-check-off reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("packages", "count"),
    [
        ("https://example.org/release-10.noarch.rpm", 0),
        ("http://example.org/release-10.noarch.rpm", 1),
        ("https://example.org/release-10.noarch.rpm git", 1),
    ],
)
def test_dnf_does_not_check_the_signature_of_a_package_from_an_address(packages, count):
    text = f"FROM fedora:44\nRUN dnf install -y --nogpgcheck {packages}"
    assert len(said("signature-check-off", text)) == count


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ("RUN pip install flask", 0),
        ("RUN apt-get update && apt-get install -y git", 1),
        ("COPY setup.sh /\nRUN /setup.sh", 1),
        ("RUN playwright install --with-deps", 1),
    ],
)
def test_a_repository_from_which_nothing_installs_does_no_harm(later, count):
    source = 'echo "deb [trusted=yes] https://example.org/apt bookworm main"'
    text = (
        f"FROM python:3.13-slim\nRUN {source} > /etc/apt/sources.list\n{later}\n"
        "CMD python app.py"
    )
    assert len(said("signature-check-off", text)) == count


FORCED = "RUN apt-get install -y --force-yes git"


@pytest.mark.parametrize(
    ("lines", "is_signed"),
    [
        (f"FROM ubuntu:24.04\n{FORCED}", True),
        (f"FROM ubuntu:14.04\nRUN add-apt-repository ppa:a/b\n{FORCED}", True),
        (
            f"FROM debian:12\nRUN apt-key add a && echo deb http://a.example b c\n{FORCED}",
            True,
        ),
        (
            f"FROM ubuntu:24.04\nRUN add-apt-repository 'deb http://a.example b c'\n{FORCED}",
            False,
        ),
        (f"FROM debian:8\n{FORCED}", False),
        (f"FROM example.com/base:1\n{FORCED}", False),
        (f"FROM ubuntu:24.04\nCOPY a.list /etc/apt/sources.list.d/\n{FORCED}", False),
    ],
)
def test_the_option_can_go_where_all_sources_are_signed(lines, is_signed):
    [message] = said("signature-check-off", lines)
    assert ("remove it" in message) is is_signed
    assert message.endswith("import the key") is not is_signed


@pytest.mark.parametrize("archive", ["archive.debian.org", "old-releases.ubuntu.com"])
def test_the_keys_of_an_archive_have_expired(archive):
    install = "apt-get update && apt-get install -y --allow-unauthenticated git"
    source = f"RUN echo deb http://{archive}/a b main > /etc/apt/sources.list"
    assert said("signature-check-off", f"FROM acme/server:8\nRUN {install}")
    assert not said(
        "signature-check-off", f"FROM acme/server:8\n{source}\nRUN {install}"
    )


FETCH = "RUN curl -fsSO https://example.com/odbc.apk"


@pytest.mark.parametrize(
    ("rest", "messages"),
    [
        (
            "apk add --allow-untrusted odbc.apk",
            [
                "with --allow-untrusted, apk installs any file: compare its checksum in this RUN"
            ],
        ),
        # This is what the advice asks for
        (
            'echo "$SUM  odbc.apk" | sha256sum -c && apk add --allow-untrusted odbc.apk',
            [],
        ),
        ("gpg --verify odbc.sig odbc.apk && apk add --allow-untrusted odbc.apk", []),
        (
            "apk add --allow-untrusted odbc.apk git",
            ["with --allow-untrusted, apk accepts unsigned packages: import the key"],
        ),
    ],
)
def test_for_a_downloaded_file_there_may_be_no_key(rest, messages):
    text = f"FROM alpine:3.22\n{FETCH} && {rest}"
    assert said("signature-check-off", text) == messages


UNCHECKED = "--allow-unauthenticated"


@pytest.mark.parametrize(
    ("script", "count"),
    [
        (f"apt-get update {UNCHECKED} && apt-get install -y git", 0),
        (f"apt-get update && apt-get install -y {UNCHECKED} git", 1),
        (f"apt-get update {UNCHECKED} && apt-get install -y {UNCHECKED} git", 1),
        ("apt-get update -o Acquire::AllowInsecureRepositories=true", 1),
    ],
)
def test_apt_reads_the_option_only_where_it_installs(script, count):
    assert len(said("signature-check-off", f"FROM debian:13\nRUN {script}")) == count
