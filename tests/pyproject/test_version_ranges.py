from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from lightship.pyproject.version_ranges import fitting

VERSIONS = [
    f"{major}.{minor}.{patch}"
    for major in (2, 3)
    for minor in (7, 9, 11, 12)
    for patch in (0, 1, 99)
]
NUMBERS = st.sampled_from(
    ["2", "3", "3.0", "3.9", "3.9.0", "3.11.1", "3.12.99", "03.9"]
)
CLAUSES = st.one_of(
    st.builds(
        "{}{}".format, st.sampled_from([">=", "<=", "<", ">", "==", "!="]), NUMBERS
    ),
    st.builds("{} {}.*".format, st.sampled_from(["==", "!="]), NUMBERS),
    st.sampled_from(["~=3.9", "===3.9.0", "<3.12.dev1", "", " "]),
)


@given(st.lists(CLAUSES, min_size=1, max_size=3).map(",".join))
def test_a_specifier_allows_what_packaging_says(specifier):
    allowed = SpecifierSet(specifier)
    assert fitting(specifier, VERSIONS) == tuple(filter(allowed.contains, VERSIONS))


@pytest.mark.parametrize(
    "specifier", [">=3.9.*", "3.9", ">=", "=>3.9", ">=3.x", f">={'9' * 5000}x"]
)
def test_what_is_no_specifier_is_not_read(specifier):
    assert fitting(specifier, VERSIONS) is None
