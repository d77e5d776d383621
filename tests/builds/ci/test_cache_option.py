"""One `--cache-from` or `--cache-to`, as buildx and BuildKit read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.ci.cache_option import (
    CacheOption,
    csv_fields,
    read_cache_options,
)
from lightship.builds.definition import Written

_HERE = Written("ci.yml", 3)


def _one(text: str) -> CacheOption:
    (option,) = read_cache_options(text, _HERE)
    return option


@pytest.mark.parametrize(
    ("text", "kind", "mode"),
    [
        ("type=gha,mode=max", "gha", "max"),
        ("type=gha", "gha", "min"),
        ("type=gha,mode=MAX", "gha", "min"),
        ("type=gha,mod=max", "gha", "min"),
        ("mode=max,type=registry,ref=a/b:cache", "registry", "max"),
        ("type=inline,mode=max", "inline", "min"),
        ("type=gha,mode=${{ inputs.mode }}", "gha", None),
        ("type=gha, mode=max", "gha", "min"),
    ],
)
def test_the_mode_is_what_buildkit_makes_of_it(
    text: str, kind: str, mode: str | None
) -> None:
    option = _one(text)
    assert (option.type, option.mode) == (kind, mode)


def test_a_misspelt_mode_is_told_from_a_missing_one() -> None:
    assert _one("type=gha,mode=maximum").is_mode_misspelt
    assert not _one("type=gha").is_mode_misspelt
    assert not _one("type=gha,mode=${{ matrix.mode }}").is_mode_misspelt


def test_bare_names_are_images_each_of_its_own() -> None:
    options = list(read_cache_options("user/app:cache,user/app:main", _HERE))
    assert [item.ref for item in options] == ["user/app:cache", "user/app:main"]
    assert {item.type for item in options} == {"registry"}


def test_quotes_hold_commas_and_equal_signs() -> None:
    option = _one('type=s3,"name=a,b",prefix=x=y')
    assert option.attributes == {"name": "a,b", "prefix": "x=y"}


def test_keys_ignore_case_and_values_do_not() -> None:
    assert _one("TYPE=gha,Scope=Main").scope == "Main"


def test_an_expression_keeps_its_commas() -> None:
    option = _one("type=gha,scope=${{ format('{0},{1}', a, b) }},mode=max")
    assert option.scope == "${{ format('{0},{1}', a, b) }}"
    assert not option.is_address_known
    assert option.mode == "max"


def test_a_gha_cache_without_a_scope_has_that_of_buildkit() -> None:
    assert _one("type=gha").address == _one("type=gha,scope=buildkit").address


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("type=gha,max", "'max' has no value"),
        ("mode=max", "it names no type"),
        ('type=gha,"scope=a', "its quotes do not match"),
    ],
)
def test_what_buildx_refuses_is_said(text: str, problem: str) -> None:
    assert _one(text).problem == problem


def test_an_expression_that_is_all_of_it_is_not_known() -> None:
    option = _one("${{ steps.cache.outputs.from }}")
    assert (option.type, option.problem, option.mode) == ("", "", None)


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for option in read_cache_options(text, _HERE):
        assert option.text
        assert option.mode in ("min", "max", None)


@given(
    st.lists(st.text(st.characters(exclude_characters="${"), min_size=1), min_size=1)
)
def test_fields_that_are_quoted_come_back(fields: list[str]) -> None:
    doubled = [item.replace('"', '""') for item in fields]
    line = ",".join(f'"{item}"' for item in doubled)
    assert csv_fields(line) == fields
