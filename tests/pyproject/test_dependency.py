from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from lightship.pyproject.dependency import Dependency, normalised, read_requirement

NAMES = st.sampled_from(["flask", "Zope.Interface", "a_b--c", "x1", "4", "a.", "a_"])
BLANKS = st.sampled_from(["", "", " ", "  "])
VERSIONS = st.sampled_from(["1", "3.0", "2.0.10", "1.*", "1rc1", "1+cu118", "v1", "x"])
OPERATORS = st.sampled_from(["==", ">=", "<=", "!=", "<", ">", "~=", "===", "=", ""])
RANGES = st.tuples(BLANKS, OPERATORS, BLANKS, VERSIONS, BLANKS).map("".join)
EXTRAS = st.lists(NAMES, min_size=1).map(lambda names: f"[{','.join(names)}]")
ENDS = st.sampled_from(["", "", "", ";python_version<'3.9'", " ; extra == 'a'"])
REQUIREMENTS = st.tuples(
    NAMES,
    st.one_of(st.just(""), EXTRAS),
    st.lists(RANGES, max_size=3).map(",".join),
    ENDS,
).map("".join)


def packagings(text: str) -> Dependency | None:
    """What packaging makes of a requirement."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    return Dependency(
        normalised(requirement.name),
        str(requirement.specifier),
        tuple(sorted(requirement.extras)),
        str(requirement.marker or ""),
        requirement.url or "",
    )


@given(REQUIREMENTS)
def test_a_requirement_is_read_as_packaging_reads_it(text):
    assert read_requirement(text) == packagings(text)


@pytest.mark.parametrize(
    "text",
    [
        "flask",
        "flask==3.1.0",
        "flask == 3.1",
        "flask>=3, <4, >=3",
        "Uvicorn[standard]>0.30",
        "zope.interface[b,a, b]!=1",
        "flask~=3.1",
        "torch==2.9.0+cu130",
        "black==26.1b1",
        "flask @ https://a.test/flask.whl",
        "1.0",
        "a-",
        "flask=3",
        "flask 3",
        "flask==",
        "flask[",
        "flask[]",
    ],
)
def test_this_requirement_too(text):
    assert read_requirement(text) == packagings(text)
