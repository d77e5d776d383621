"""The cases of a parametrised test that become one item of the suite."""

from __future__ import annotations

import pytest
from every import every
from one_item import cases_of


def names(test) -> list[str]:
    return [name for name, _ in cases_of(test)]


def test_a_case_is_called_as_pytest_calls_it():
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [("a b", 1), ("ü\n", None), pytest.param("x", [], id="by hand"), ("", {})],
    )
    def test(text, wanted): ...

    assert names(test) == ["a b-1", "\\xfc\\n-None", "by hand", "text3-wanted3"]


def test_names_may_be_given_or_made():
    @pytest.mark.parametrize("size", [10, 20], ids=["small", "large"])
    @pytest.mark.parametrize("word", ["x", "y"], ids=str.upper)
    def test(word, size): ...

    assert names(test) == ["X-small", "X-large", "Y-small", "Y-large"]
    assert dict(cases_of(test))["Y-small"] == {"word": "y", "size": 10}


def test_a_case_with_a_mark_and_a_test_with_a_fixture_are_items_of_their_own():
    @pytest.mark.parametrize("a", [1, pytest.param(2, marks=pytest.mark.skip)])
    def marked(a): ...

    @pytest.mark.parametrize("a", [1, 2])
    def with_fixture(a, tmp_path): ...

    @pytest.mark.parametrize("a", [1, 2], indirect=True)
    def with_fixture_of_its_name(a): ...

    @pytest.mark.parametrize("a", [1, 2])
    async def waiting(a): ...

    for test in (marked, with_fixture, with_fixture_of_its_name, waiting):
        assert not names(test)


def test_all_cases_that_fail_are_named_and_a_skip_is_told():
    def law(number: int) -> None:
        if number == 3:
            pytest.skip("three is not here")
        assert number % 2 == 0

    with pytest.raises(ExceptionGroup, match="one, five") as failed:
        every({"one": 1, "two": 2, "three": 3, "five": 5}.items(), law)
    assert [error.__notes__ for error in failed.value.exceptions] == [
        ["in one"],
        ["in five"],
    ]
    with pytest.raises(pytest.skip.Exception, match="three: three is not here"):
        every({"two": 2, "three": 3}.items(), law)
