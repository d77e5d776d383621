"""What METADATA and PKG-INFO say of a Python distribution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sbom.named.reading import brief, licences, named

PATH = "usr/lib/python3/site-packages/Flask_Login-0.6.3.dist-info/METADATA"
START = b"Metadata-Version: 2.4\nName: Flask_Login\nVersion: 0.6.3\n"


def test_name_and_version_are_of_the_fields_not_of_the_description():
    data = START + b"Summary: two\n  lines\n\nName: another\nVersion: 9\n"
    assert brief(PATH, data) == [("python", "flask-login", "0.6.3")]


@pytest.mark.parametrize(
    "path",
    ["a/x.egg-info", "a/x.egg-info/PKG-INFO", "x-1.dist-info/METADATA"],
)
def test_every_form_of_metadata_is_read(path):
    assert brief(path, START) == [("python", "flask-login", "0.6.3")]


def test_a_file_without_a_name_names_nothing():
    assert named(PATH, b"Version: 1\n") == ()
    assert named(PATH, b"\n" + START) == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"License-Expression: MIT OR Apache-2.0\nLicense: BSD\n", ("MIT OR Apache-2.0",)),
        (b"License: BSD-3-Clause\nClassifier: License :: OSI Approved :: BSD License\n", ("BSD-3-Clause",)),
        (b"License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", ("MIT License",)),
        (b"License: Permission is hereby\n  granted\nClassifier: License :: OSI Approved\n", ()),
        (b"License: " + b"x" * 300 + b"\nClassifier: License :: Public Domain\n", ("Public Domain",)),
        (b"Classifier: Topic :: License :: None\n", ()),
    ],
)  # fmt: skip
def test_licences(fields, expected):
    assert licences(PATH, START + fields) == [expected]


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    for package in named(PATH, START + data):
        assert package.name
