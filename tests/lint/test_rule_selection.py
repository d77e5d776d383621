from __future__ import annotations

import re

import pytest
from made import rule

from lightship.errors import UsageError
from lightship.lint.builtin import ALWAYS
from lightship.lint.finding import Severity
from lightship.lint.registry import entries
from lightship.lint.rule_selection import (
    Request,
    aliases_in_use,
    is_buildkit,
    is_hadolint,
    names,
    resolve,
    select,
    selected_by_name,
    unfixable,
)

RULES = (
    rule("cache-kept", theme="caching", aliases=("DL3042",)),
    rule("cache-busted", theme="caching", aliases=("UndefinedVar",)),
    rule("ugly-case", theme="style", default=False, severity=Severity.STYLE),
    *ALWAYS,
)


def ids(*requests):
    return [rule.id for rule in select(RULES, requests) if rule not in ALWAYS]


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([], ["cache-kept", "cache-busted"]),
        ([Request()], ["cache-kept", "cache-busted"]),
        ([Request(select=("all",))], ["cache-kept", "cache-busted", "ugly-case"]),
        ([Request(select=("hadolint",))], ["cache-kept"]),
        ([Request(select=("buildkit",))], ["cache-busted"]),
        ([Request(select=("dl3042", "STYLE"))], ["cache-kept", "ugly-case"]),
        ([Request(extend=("style",))], ["cache-kept", "cache-busted", "ugly-case"]),
        ([Request(ignore=("caching",))], []),
        ([Request(extend=("cache-kept",), ignore=("caching",))], ["cache-kept"]),
        ([Request(select=("caching",), ignore=("DL3042",))], ["cache-busted"]),
        ([Request(select=("cache-kept",), ignore=("cache-kept",))], []),
        (
            [Request(ignore=("cache-kept",)), Request(select=("all",))],
            ["cache-busted", "ugly-case"],
        ),
        (
            [Request(ignore=("cache-kept",)), Request(select=("cache-kept",))],
            ["cache-kept"],
        ),
        ([Request(select=("style",)), Request(select=("hadolint",))], ["cache-kept"]),
        (
            [Request(select=("style",)), Request(extend=("hadolint",))],
            ["cache-kept", "ugly-case"],
        ),
        (
            [Request(select=("all",)), Request(ignore=("style",))],
            ["cache-kept", "cache-busted"],
        ),
        ([Request(select=("DL",))], ["cache-kept"]),
        ([Request(select=("dl30",))], ["cache-kept"]),
        ([Request(select=("DL3", "style"), ignore=("DL304",))], ["ugly-case"]),
        ([Request(select=("DL304",), ignore=("DL3",))], ["cache-kept"]),
        ([Request(select=("DL3",), ignore=("caching",))], ["cache-kept"]),
        ([Request(select=("DL3",), ignore=("cache-kept",))], []),
        ([Request(ignore=("SC2086", "sc2", "DL1001"))], ["cache-kept", "cache-busted"]),
    ],
)
def test_the_most_precise_and_latest_name_decides(requests, expected):
    assert ids(*requests) == expected


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([], set()),
        ([Request(select=("default",))], set()),
        ([Request(ignore=("style",))], set()),
        ([Request(select=("default", "cache-kept"))], {"cache-kept"}),
        ([Request(extend=("caching",))], {"cache-kept", "cache-busted"}),
        ([Request(extend=("style",), ignore=("ugly-case",))], set()),
        ([Request(select=("style",)), Request(select=("default",))], set()),
        ([Request(select=("Style",)), Request()], {"ugly-case"}),
    ],
)
def test_which_rules_somebody_asks_for_by_name(requests, expected):
    assert selected_by_name(RULES, requests) == expected


def test_what_cannot_be_switched_off():
    chosen = select(RULES, [Request(select=("style",), ignore=("all", "syntax-error"))])
    assert [rule.id for rule in chosen] == ["ugly-case", *(rule.id for rule in ALWAYS)]


@pytest.mark.parametrize(
    "name", ["d", "DL4", "DL30429", "cache", "Undefined", "SC2086", "CKV_"]
)
def test_a_beginning_is_only_one_of_numbered_aliases(name):
    with pytest.raises(UsageError, match=re.escape(repr(name))):
        resolve(name, names(RULES))


def test_a_rule_goes_by_the_alias_whose_beginning_is_written():
    assert aliases_in_use(RULES, ["DL3"]) == {"cache-kept": "DL3042"}


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([], set()),
        ([Request(unfixable=("DL3",))], {"cache-kept"}),
        ([Request(fixable=("style",))], {"cache-kept", "cache-busted"}),
        (
            [Request(fixable=("all",), unfixable=("caching",))],
            {"cache-kept", "cache-busted"},
        ),
        (
            [Request(unfixable=("caching",)), Request(fixable=("DL3042",))],
            {"cache-busted", "ugly-case"},
        ),
    ],
)
def test_which_fixes_are_not_made(requests, expected):
    always = {rule.id for rule in ALWAYS}
    assert unfixable(RULES, requests) - always == expected


def test_no_id_looks_like_a_numbered_alias():
    """Or the beginning of an id would mean a rule, and a typo would go unnoticed."""
    rules = entries()
    for entry in rules:
        with pytest.raises(UsageError):
            resolve(entry.id[:-1], names(rules))


def test_an_unknown_name_is_an_error_with_a_suggestion():
    with pytest.raises(
        UsageError,
        match=r"unknown rule, alias or theme 'cache-kep': did you mean cache-kept\?",
    ):
        resolve("cache-kep", names(RULES))


def test_whose_alias_is_whose():
    assert is_hadolint("DL3008")
    assert is_buildkit("JSONArgsRecommended")
    assert is_buildkit("FromAsCasing")
    assert not is_buildkit("DL3008")
    assert not is_buildkit("SC2086")
    assert not is_buildkit("CKV_DOCKER_2")
    assert not is_buildkit("AVD-DS-0002")
    assert not is_buildkit("DS0002")


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ([], {}),
        (["all", "caching", "cache-kept"], {}),
        (["dl3042"], {"cache-kept": "DL3042"}),
        (["hadolint"], {"cache-kept": "DL3042", "both": "DL3001"}),
        (["buildkit"], {"cache-busted": "UndefinedVar", "both": "StageNameCasing"}),
        (["CKV_1", "hadolint"], {"cache-kept": "DL3042", "both": "CKV_1"}),
    ],
)
def test_a_rule_goes_by_one_alias_that_the_user_writes(used, expected):
    both = rule("both", aliases=("DL3001", "StageNameCasing", "CKV_1"))
    assert aliases_in_use((*RULES[:2], both), used) == expected
