"""An entry comes out of the database as it went in, whether it is short or long."""

from __future__ import annotations

import pytest

from lightship.advisories.stored_form import packed, unpacked
from lightship.vulns.advisory import Affected, VersionRange

RANGE = VersionRange((("introduced", "0"), ("fixed", "1.0é")), is_semver=True)


@pytest.mark.parametrize("versions", [0, 1, 10, 2000])
def test_an_entry_comes_out_as_it_went_in(versions):
    listed = tuple(f"{number}.0" for number in range(versions))
    entry = Affected("Debian:12", "a", (RANGE,), listed, "low")
    body = packed(entry)
    assert unpacked("Debian:12", "a", body) == entry
    assert len(body) < 300 + 5 * versions
