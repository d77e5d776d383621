"""Which distribution an image says that it is, and whether it still gets fixes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import file, layer, symlink, whiteout
from owned import read

from lightship.image.distribution import Distribution, find_distribution

TODAY = date(2026, 11, 24)
TRIXIE = b"""PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
ID=debian
"""


def found(*entries):
    return find_distribution(read(layer(*entries)), TODAY)


def test_os_release_behind_its_usual_link():
    assert found(
        symlink("etc/os-release", "../usr/lib/os-release"),
        file("usr/lib/os-release", TRIXIE),
    ) == Distribution(
        "debian",
        "13",
        "trixie",
        "Debian GNU/Linux 13 (trixie)",
        date(2030, 6, 30),
        ended=False,
    )


def test_os_release_without_its_link_and_behind_an_odd_one():
    assert found(file("usr/lib/os-release", TRIXIE)).id == "debian"
    odd = [
        symlink("etc/os-release", "/usr/lib/os-release"),
        symlink("usr/lib/os-release", "os.release.d/cloud"),
    ]
    assert found(*odd, file("usr/lib/os.release.d/cloud", TRIXIE)).version == "13"


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        (
            'ID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"',
            date(2025, 11, 1),
        ),
        ('ID="rhel"\nVERSION_ID="9.4"', date(2032, 5, 31)),
        ('ID="centos"\nNAME="CentOS Linux"\nVERSION_ID="8"', date(2021, 12, 31)),
        ('ID="centos"\nNAME="CentOS Stream"\nVERSION_ID="9"', date(2027, 5, 31)),
        ('ID="rocky"\nVERSION_ID="9.3"', date(2032, 5, 31)),
        ('ID="almalinux"\nVERSION_ID="8.10"', date(2029, 5, 31)),
        ('ID="ol"\nVERSION_ID="7.9"', date(2024, 12, 31)),
        ("ID=fedora\nVERSION_ID=42", date(2026, 5, 27)),
        ('ID="amzn"\nVERSION_ID="2023"', date(2029, 6, 30)),
        ('ID="amzn"\nVERSION_ID="2"', date(2026, 6, 30)),
        ('ID="opensuse-leap"\nVERSION_ID="15.6"', date(2026, 4, 30)),
        ('ID=ubuntu\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy', date(2027, 6, 1)),
        ("ID=debian\nVERSION_CODENAME=bookworm", date(2028, 6, 30)),
        ("ID=debian\nVERSION_CODENAME=forky", None),
        ("ID=alpine\nVERSION_ID=3.99_alpha20260101", None),
        ("ID=wolfi\nVERSION_ID=20230201", None),
        ("ID=chainguard\nVERSION_ID=20230214", None),
        ("ID=arch", None),
    ],
)
def test_end_of_life(said, ends):
    distribution = found(file("etc/os-release", said.encode()))
    assert distribution.end_of_life == ends
    assert distribution.ended == (ends is not None and ends < TODAY)


@pytest.mark.parametrize(
    ("value", "is_"),
    [
        ('"a b"', "a b"),
        ("'a $b'", "a $b"),
        (r'"\"a\" \$b \\ \`c\`"', '"a" $b \\ `c`'),
        (r"a\ b", "a b"),
        ('"', '"'),
        ("", "x"),
        ("  plain  ", "plain"),
    ],
)
def test_values_are_read_as_a_shell_does(value, is_):
    assert (
        found(
            file(
                "etc/os-release",
                f"# NAME=no\n\nID=x\nodd line\nPRETTY_NAME={value}\n".encode(),
            )
        ).name
        == is_
    )


def test_a_codename_in_brackets():
    assert (
        found(
            file("etc/os-release", b'ID=ubuntu\nVERSION="14.04.5 LTS (Trusty Tahr)"')
        ).codename
        == "trusty"
    )


def test_the_files_of_alpine_and_debian_where_there_is_no_os_release():
    alpine = found(file("etc/alpine-release", b"3.4.6\n"))
    assert (alpine.id, alpine.name, alpine.end_of_life) == (
        "alpine",
        "Alpine Linux 3.4.6",
        date(2018, 5, 1),
    )
    debian = found(file("etc/debian_version", b"6.0.10\n"))
    assert (debian.id, debian.name, debian.end_of_life) == (
        "debian",
        "Debian GNU/Linux 6.0.10",
        date(2016, 2, 29),
    )


def test_the_final_image_counts():
    newer = TRIXIE.replace(b"13", b"14")
    assert (
        find_distribution(
            read(
                layer(file("etc/os-release", TRIXIE)),
                layer(file("etc/os-release", newer)),
            ),
            TODAY,
        ).version
        == "14"
    )
    assert (
        find_distribution(
            read(layer(file("etc/os-release", TRIXIE)), layer(whiteout("etc"))), TODAY
        )
        is None
    )


def test_an_image_from_scratch_and_links_that_lead_nowhere():
    assert found(file("app", 3)) is None
    assert (
        found(
            symlink("etc/os-release", "os-release"),
            symlink("usr/lib/os-release", "/nowhere"),
        )
        is None
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_no_error(data):
    assert (
        found(
            file("etc/os-release", data), file("etc/alpine-release", data), file("x", 1)
        )
        is None
        or data.strip()
    )
