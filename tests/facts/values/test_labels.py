"""The labels of a build."""

from __future__ import annotations

import re
from dataclasses import replace

from lightship.facts.values.labels import labels, labels_not_of_form
from lightship.policy import Policy
from tests.made import build


def pairs(body: str) -> list[tuple[str, str | None]]:
    return [(label.key, label.value) for label in labels(build(f"FROM debian\n{body}"))]


def test_all_labels_of_all_stages_in_order():
    body = 'LABEL a=1 "b"="2 3"\nFROM debian\nLABEL c 4 5'
    assert pairs(body) == [("a", "1"), ("b", "2 3"), ("c", "4 5")]


def test_a_label_with_a_variable_has_no_known_value():
    assert pairs("ARG V=1\nLABEL a=$V b=x") == [("a", None), ("b", "x")]


def test_labels_of_a_trigger_are_not_labels_here():
    assert pairs("ONBUILD LABEL a=1") == []


def test_known_values_of_another_form_are_found():
    text = "FROM debian\nARG V=1\nLABEL a=1 b=x c=$V d=x"
    schema = {"a": "text", "b": "text", "c": "text", "d": "semver"}
    judged = replace(build(text), policy=Policy(label_schema=schema))
    found = labels_not_of_form(judged, "text", re.compile("[0-9]+"), "a number")
    assert [finding.message for finding in found] == ["b must be a number, not 'x'"]
