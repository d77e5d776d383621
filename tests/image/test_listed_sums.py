"""The sums and sizes that databases of packages have of files."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from image import rpmdb

from lightship.image.databases import apk, dpkg, python, rpm

RECORD = b"opt/lib/python3.13/site-packages/a-1.dist-info/RECORD"
SHA256 = hashlib.sha256(b"x").digest()
LISTED = b"sha256=" + base64.urlsafe_b64encode(SHA256).rstrip(b"=")


def test_sums_of_dpkg():
    sums = b"0123456789abcdef0123456789abcdef  usr/share/a b/c\nnone  usr/d\n"
    assert dict(dpkg.sums(b"var/lib/dpkg/info/a.md5sums", sums)) == {
        b"usr/share/a b/c": bytes.fromhex("0123456789abcdef" * 2),
        b"usr/d": b"",
    }


def test_sums_of_conffiles_stand_in_the_status_of_dpkg():
    status = b"Package: a\nConffiles:\n /etc/a 0123456789abcdef0123456789abcdef\n /etc/b newconffile obsolete\n"
    assert dict(dpkg.sums(dpkg.STATUS, status)) == {
        b"/etc/a": bytes.fromhex("0123456789abcdef" * 2),
        b"/etc/b": b"",
    }


def test_sums_of_apk():
    data = b"P:a\nF:usr/lib\nM:0:0:755\nR:a\nZ:Q1/+8=\nR:b\nF:etc\nR:c\nZ:Q2AAEC\n"
    assert dict(apk.sums(b"lib/apk/db/installed", data)) == {
        b"usr/lib/a": b"\xff\xef",
        b"etc/c": b"\0\1\2",
    }


def test_sums_of_rpm():
    header = rpmdb.header(files=["/usr/a", "/usr/b"], sums=["00ff", ""])
    data = rpmdb.database(header)
    assert dict(rpm.sums(rpm.DATABASES[0], data)) == {
        b"/usr/a": b"\0\xff",
        b"/usr/b": b"",
    }


def test_sums_and_sizes_of_a_record():
    data = (
        b"a/b.py," + LISTED + b",1\r\n"
        b'"a/c,d.py",'
        + LISTED
        + b",20\n"
        + b"../../../bin/a,sha256=!,3\na-1.dist-info/RECORD,,\nold\n"
    )
    site = b"opt/lib/python3.13/site-packages"
    assert dict(python.sums(RECORD, data)) == {
        site + b"/a/b.py": SHA256,
        site + b"/a/c,d.py": SHA256,
        b"opt/bin/a": b"",
    }
    assert python.sizes(RECORD, data) == {
        site + b"/a/b.py": 1,
        site + b"/a/c,d.py": 20,
        b"opt/bin/a": 3,
    }


@pytest.mark.parametrize("read", [dpkg.sums, apk.sums, python.sums, python.sizes])
@given(
    path=st.sampled_from(
        (dpkg.STATUS, dpkg.INFO + b"a.md5sums", RECORD, b".dist-info/RECORD")
    ),
    data=st.binary(max_size=300)
    | st.text('Z:QFR1/,=sha256\n "', max_size=200).map(str.encode),
)
def test_any_bytes_can_be_a_database(read, path, data):
    list(read(path, data))
