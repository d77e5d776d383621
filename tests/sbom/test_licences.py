"""Licences as packages state them: SPDX where that is what they say, else their own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from lightship.sbom.licence_names import KNOWN
from lightship.sbom.licences import Licence, licences, together

SAID = [
    ("mit", "MIT"),
    ("Expat", "MIT"),
    ("GPL-2+", "GPL-2.0-or-later"),
    ("GPLv2+ and (ASL 2.0 or MIT)", "GPL-2.0-or-later AND (Apache-2.0 OR MIT)"),
    ("GPL-2.0+", "GPL-2.0-or-later"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
    ("Apache License\n 2.0", "Apache-2.0"),
]  # fmt: skip
OWN_WORDS = [
    "BSD", "Apache Software License", "GPL-2+ or Artistic", "public domain", "MIT/X11", "MIT WITH MIT", "MIT and",
    "GPL-3+ with autoconf exception", "LicenseRef-Ours", "common-licenses/GPL-2", "SEE LICENSE IN x", "(" * 500,
]  # fmt: skip


@pytest.mark.parametrize(("stated", "expected"), SAID)
def test_what_is_defined_is_spdx(stated, expected):
    assert licences([stated]) == (Licence(expression := expected, is_spdx=True),)
    assert get_spdx_licensing().validate(expression).errors == []


@pytest.mark.parametrize("stated", OWN_WORDS)
def test_what_is_not_stays_in_its_own_words(stated):
    (found,) = licences([stated])
    assert not found.is_spdx
    assert found.text.rstrip("…") == stated[: len(found.text.rstrip("…"))]
    assert len(found.text) <= 201


def test_nothing_is_no_licence_and_each_is_named_once():
    assert licences(["UNKNOWN", "", " none ", "MIT", "Expat", "BSD"]) == (
        Licence("MIT", is_spdx=True),
        Licence("BSD", is_spdx=False),
    )


def test_all_together_are_one_expression():
    assert together(licences(["MIT OR ISC"])) == "MIT OR ISC"
    assert together(licences(["MIT OR ISC", "Zlib"])) == "(MIT OR ISC) AND Zlib"


def test_every_name_of_a_document_stands_for_an_expression_of_spdx():
    for expression in KNOWN.values():
        assert get_spdx_licensing().validate(expression).errors == []


@given(st.text(max_size=80) | st.text("()andorwithMIT ", max_size=60))
def test_any_text_is_a_licence_or_none(stated):
    for found in licences([stated]):
        assert found.text
        if found.is_spdx:
            assert get_spdx_licensing().validate(found.text).errors == []
