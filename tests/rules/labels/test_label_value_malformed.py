"""When label-value-malformed is silent about a value that another finding explains."""

from __future__ import annotations

from judged import said

RULE = "label-value-malformed"
KEY = "LABEL org.opencontainers.image.source"


def test_with_blanks_around_it_the_sign_is_part_of_the_value():
    assert said(RULE, f'FROM a\n{KEY} = "https://example.com"') == []
    assert said(RULE, f"FROM a\n{KEY} example.com")
    assert said(RULE, f"FROM a\n{KEY}==example.com")


def test_a_label_of_a_stage_that_is_not_shipped_concerns_nobody():
    build = f"FROM a AS build\n{KEY}=example.com\nFROM {{}}"
    assert said(RULE, build.format("b")) == []
    assert said(RULE, build.format("build"))
