"""Labels that a build gives: the rules judge the image with them."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.policy import Policy
from lightship.repository_facts import GivenLabel, RepositoryFacts

OCI = "org.opencontainers.image."
BASE = "FROM debian:trixie-slim\n"


def given(**values: str | None) -> dict[str, GivenLabel]:
    """Labels of compose.yaml; `__` stands for a dot."""
    return {
        key.replace("__", "."): GivenLabel(value, "compose.yaml", 7)
        for key, value in values.items()
    }


def policy(**schema: str) -> Policy:
    return Policy(label_schema=schema)


def test_a_misspelt_key_is_named_with_its_place():
    labels = {f"{OCI}license": GivenLabel("MIT", "compose.yaml", 7)}
    text = f"{BASE}RUN make\nFROM debian:trixie-slim\nUSER 1\n"
    (only,) = findings("oci-label-unknown", text, labels=labels)
    assert only.message == (
        f"{OCI}license of compose.yaml:7 is not an OCI label: use {OCI}licenses"
    )
    # It stands on the stage that gets the label, and its text is in another file
    assert text[only.span.start - len("FROM ") : only.span.end] == BASE.strip()
    assert only.span.start > len(BASE)
    assert only.fix is None


def test_a_key_of_the_dockerfile_has_no_fix_where_the_build_gives_the_right_one():
    labels = {f"{OCI}licenses": GivenLabel("MIT", "compose.yaml", 7)}
    text = f"LABEL {OCI}license=MIT"
    (only,) = findings("oci-label-unknown", text, labels=labels)
    assert only.fix is None


def test_a_required_label_may_be_given():
    schema = policy(team="text", version="semver")
    assert said("required-label-missing", BASE, policy=schema, labels=given(team=None)) == [
        "the image has no label version: add it with LABEL"
    ]  # fmt: skip


@pytest.mark.parametrize(("is_published", "number"), [(True, 1), (False, 0)])
def test_what_nobody_pulls_needs_no_label(is_published, number):
    facts = RepositoryFacts(has_pushed_build=True)
    messages = said(
        "required-label-missing",
        BASE,
        policy=policy(team="text"),
        repository=facts,
        is_published=is_published,
    )
    assert len(messages) == number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.2.0", []),
        (None, []),
        ("latest", ["version of compose.yaml:7 must be a semantic version, not 'latest'"]),
    ],
)  # fmt: skip
def test_the_value_that_the_build_gives_is_judged(value, expected):
    text = "LABEL version=old"
    schema = policy(version="semver")
    labels = given(version=value)
    assert said("label-not-semver", text, policy=schema, labels=labels) == expected


def test_a_label_of_another_stage_keeps_its_value():
    text = f"{BASE}LABEL version=old\n{BASE}USER 1\n"
    messages = said(
        "label-not-semver",
        text,
        policy=policy(version="semver"),
        labels=given(version="1.0.0"),
    )
    assert messages == ["version must be a semantic version, not 'old'"]


def test_an_empty_label_may_be_filled_or_emptied():
    text = "LABEL team=''"
    schema = policy(team="text")
    rule = "required-label-empty"
    assert said(rule, text, policy=schema, labels=given(team="shop")) == []
    assert said(rule, "LABEL team=shop", policy=schema, labels=given(team="")) == [
        "the required label team of compose.yaml:7 is empty: give it a value"
    ]


def test_a_given_label_that_the_schema_does_not_have():
    schema = Policy(label_schema={"team": "text"}, strict_labels=True)
    labels = given(team="shop", other="1")
    assert said("label-not-in-schema", BASE, policy=schema, labels=labels) == [
        "label-schema has no label other of compose.yaml:7"
    ]


def test_the_form_of_a_given_value():
    labels = {f"{OCI}licenses": GivenLabel("Apache 2.0", "compose.yaml", 7)}
    (only,) = findings("label-value-malformed", BASE, labels=labels)
    assert only.message.startswith(f"{OCI}licenses of compose.yaml:7 must be an SPDX")
    assert only.fix is None


def test_a_license_of_the_dockerfile_that_the_build_replaces_has_no_fix():
    text = f'LABEL {OCI}licenses="Apache 2.0"'
    labels = {f"{OCI}licenses": GivenLabel("Apache 2.0", "compose.yaml", 7)}
    (only,) = findings("label-value-malformed", text, labels=labels)
    assert only.fix is None


@pytest.mark.parametrize(
    ("rule", "labels", "message"),
    [
        ("label-empty", given(a=""), "a of compose.yaml:7 has no value: remove it"),
        (
            "label-key-malformed",
            given(Bad="1"),
            "Bad of compose.yaml:7: a label key should consist of lowercase letters",
        ),
    ],
)
def test_rules_that_are_off_by_default(rule, labels, message):
    (only,) = said(rule, BASE, labels=labels)
    assert only.startswith(message)
