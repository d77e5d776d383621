"""Limits: how they are read, and what an image is judged by."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import file, layer, row, whiteout
from inspection.inspected import MB, inspected

from lightship.errors import ConfigError, UsageError
from lightship.inspection.dive_ci import read_dive_ci
from lightship.inspection.gate import (
    Allowance,
    Gate,
    judge,
    read_amount,
    read_deny,
    read_gate,
)
from lightship.inspection.globs import ignored_by
from lightship.inspection.saved_report import read_baseline


def test_an_amount_is_a_share_or_bytes():
    assert read_amount("150%") == Allowance(share=1.5)
    assert read_amount("10MB") == Allowance(bytes=10_000_000)


def test_names_to_deny():
    assert read_deny(("root,secrets", " eol ", "root")) == ("root", "secrets", "eol")
    with pytest.raises(UsageError, match="did you mean secrets"):
        read_deny(("secret",))
    assert read_gate().is_empty
    assert not read_gate(deny=("root",)).is_empty


IMAGE = inspected(
    layer(file("a/keep", 6 * MB), file("a/gone", 4 * MB)),
    layer(whiteout("a/gone"), file("b", 2 * MB)),
    history=[row("COPY a /a"), row("RUN rm a")],
)


def verdict(gate: Gate, baseline: int | None = None):
    (outcome,) = judge(IMAGE, gate, baseline)
    assert bool(outcome.detail) != outcome.passed
    return outcome.passed


@pytest.mark.parametrize(
    ("at", "beyond"),
    [
        ({"max_size": "12MB"}, {"max_size": "11999999"}),
        ({"max_waste": "4MB"}, {"max_waste": "3999999"}),
        ({"max_waste": "34%"}, {"max_waste": "33%"}),
        ({"min_efficiency": "66%"}, {"min_efficiency": "67%"}),
        ({"max_increase": "2MB"}, {"max_increase": "1999999"}),
        ({"max_increase": "20%"}, {"max_increase": "19%"}),
    ],
)
def test_what_meets_a_limit_keeps_within_it(at, beyond):
    assert verdict(read_gate(**at), 10 * MB)
    assert not verdict(read_gate(**beyond), 10 * MB)


def test_an_image_that_shrank_keeps_within_any_increase():
    assert verdict(read_gate(max_increase="0"), 20 * MB)


def test_who_contributes_most_is_named():
    (outcome,) = judge(IMAGE, read_gate(max_size="1MB"))
    assert outcome.detail == ("layer 1: 10.0 MB COPY a /a", "layer 2: 2.00 MB RUN rm a")
    (outcome,) = judge(IMAGE, read_gate(max_waste="1MB"))
    assert outcome.detail == (
        "/a/gone: 4.00 MB, written by layer 1, removed by layer 2",
    )
    assert (outcome.limit, outcome.figure) == ("1.00 MB", "4.00 MB")


def test_a_figure_never_reads_as_the_limit_that_it_exceeds():
    (outcome,) = judge(IMAGE, read_gate(max_size="11999999"))
    assert (outcome.limit, outcome.figure) == ("12.0 MB", "12,000,000 B")


def test_contributors_show_no_secret():
    image = inspected(
        layer(file("a", b"a")),
        history=[row("RUN |1 NPM_TOKEN=q8w7e6r5t4z3 /bin/sh -c npm ci")],
    )
    (outcome,) = judge(image, read_gate(max_size="0"))
    assert "q8w7e6r5t4z3" not in repr(outcome)


@pytest.mark.parametrize(
    ("name", "passed"),
    [
        ("root", False),
        ("root-user", False),
        ("security", False),
        ("waste", False),
        ("files-removed-later", False),
        ("all", False),
        ("secrets", True),
        ("setuid", True),
        ("eol", True),
        ("content", True),
    ],
)
def test_findings_can_be_denied(name, passed):
    (outcome,) = judge(IMAGE, read_gate(deny=(name,)))
    assert (outcome.name, outcome.passed, bool(outcome.detail)) == (
        f"deny {name}",
        passed,
        not passed,
    )


def test_ignored_paths_are_no_waste_here():
    gate = read_gate(max_waste="0", min_efficiency="1", ignore_paths=("a/gone",))
    assert all(outcome.passed for outcome in judge(IMAGE, gate))


def test_an_increase_needs_a_baseline():
    with pytest.raises(UsageError, match="--max-increase needs"):
        judge(IMAGE, read_gate(max_increase="1MB"))
    assert read_baseline(json.dumps({"image": {"content": 5}}), "a.json") == 5
    wrong = (
        "",
        "[]",
        "{}",
        '{"image": 1}',
        '{"image": {"content": "5"}}',
        "[" * 100_000,
        '{"image":{"content":-1}}',
    )
    for text in wrong:
        with pytest.raises(UsageError, match=r"a\.json: not a report"):
            read_baseline(text, "a.json")


def test_an_image_without_content_keeps_within_all_limits():
    gate = Gate(0, Allowance(0), 1.0, Allowance(0), 0.0, max_all_waste=0)
    assert all(outcome.passed for outcome in judge(inspected(layer()), gate, 0))


@pytest.mark.parametrize(
    ("glob", "taken", "left"),
    [
        ("*.log", ("a.log", "a/b.log", "a.log/x"), ("a.logs",)),
        ("/a", ("a", "a/b"), ("b/a",)),
        ("a/*", ("a/b", "a/b/c"), ("a", "b/a/c")),
        ("a/**/c", ("a/c", "a/b/c", "a/b/b/c/d"), ("a/b",)),
        ("**", ("a", "a/b"), ()),
        ("a?[!x-z]", ("abc", "d/abc"), ("abx", "ab")),
        ("usr/share/", ("usr/share/a",), ("usr/shared",)),
        ("ä.+", ("ä.+",), ("ä..",)),
    ],
)
def test_globs(glob, taken, left):
    ignored = ignored_by([glob])
    assert all(ignored(path.encode()) for path in taken)
    assert not any(ignored(path.encode()) for path in left)


@given(st.text("ab*?[]!/.-", max_size=12), st.binary(max_size=12))
def test_any_glob_is_read_or_refused(glob, path):
    with suppress(UsageError):
        assert ignored_by([glob])(path) in (True, False)


DEFAULT = Gate(min_efficiency=0.9, max_user_waste=0.1)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("", DEFAULT),
        ("rules:", DEFAULT),
        (
            "rules:\n  lowestEfficiency: 0.95\n",
            Gate(min_efficiency=0.95, max_user_waste=0.1),
        ),
        (
            "rules:\n  lowest-efficiency: '0.95'\n",
            Gate(min_efficiency=0.95, max_user_waste=0.1),
        ),
        (
            "rules:\n  highestWastedBytes: 20MB\n",
            Gate(min_efficiency=0.9, max_user_waste=0.1, max_all_waste=20_000_000),
        ),
        (
            "rules:\n  highestWastedBytes: 20 MiB\n",
            Gate(min_efficiency=0.9, max_user_waste=0.1, max_all_waste=20 << 20),
        ),
        (
            "rules:\n  highestWastedBytes: 4096\n",
            Gate(min_efficiency=0.9, max_user_waste=0.1, max_all_waste=4096),
        ),
        (
            "rules:\n  highestUserWastedPercent: 0.2\n",
            Gate(min_efficiency=0.9, max_user_waste=0.2),
        ),
        (
            "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: off\n",
            Gate(),
        ),
        (
            "rules:\n  lowestEfficiency: 'false'\n  highestUserWastedPercent: ''\n",
            Gate(),
        ),
        ("rules:\n  lowestEfficiency:\n  highest-user-wasted-percent: false\n", Gate()),
    ],
)
def test_dives_rules(text, gate):
    assert read_dive_ci(text) == gate


@pytest.mark.parametrize(
    "text",
    [
        "rules:\n  lowestEfficiency: 2\n",
        "rules:\n  lowestEfficiency: high\n",
        "rules:\n  highestWastedBytes: lots\n",
        "rules:\n  highestWaste: 1\n",
        "rules:\n  lowestEfficiency: [1]\n",
        "rules: [a]\n",
        "- a\n",
        "rules: {a: [",
        "[" * 5_000,
        "a: " + "x" * 70_000,
    ],
)
def test_what_dive_refuses(text):
    with pytest.raises(ConfigError, match=r"^\.dive-ci: "):
        read_dive_ci(text)


def test_user_waste_is_a_share_of_all_layers_but_the_first():
    (outcome,) = judge(IMAGE, Gate(max_user_waste=1.9))
    assert (outcome.figure, outcome.passed) == ("200.00 %", False)
    (outcome,) = judge(inspected(layer(file("a", b"a"))), Gate(max_user_waste=0.0))
    assert (outcome.figure, outcome.passed) == ("0.00 %", True)
