"""`uses:` of workflows: refs to commits with the ref in a comment, and back."""

from __future__ import annotations

import pytest

from lightship.pins.pin_place import pinned, unpinned
from lightship.pins.workflow_pins import workflow_pins
from lightship.text import apply_edits

OLD, NEW = "0" * 40, "1" * 40
START = "jobs:\n  a:\n    steps:\n      - uses: "


def places(text, **more):
    return [place for place in workflow_pins(text, **more) if place.action is not None]


def with_pins(text):
    edits = []
    for place in places(text):
        if place.end is not None:
            edits += pinned(place, NEW)
    return apply_edits(text, edits)


def without_pins(text):
    edits = [edit for place in places(text) for edit in unpinned(place, text)]
    return apply_edits(text, edits)


# What stands after `uses:`, and what it is once pinned
PINNED = [
    ("actions/checkout@v4", f"actions/checkout@{NEW} # v4"),
    (
        "actions/checkout@v4\n      - run: x\n",
        f"actions/checkout@{NEW} # v4\n      - run: x\n",
    ),
    ("actions/checkout@v4\r\n", f"actions/checkout@{NEW} # v4\r\n"),
    ("'actions/checkout@v4.2.1'", f"'actions/checkout@{NEW}' # v4.2.1"),
    ("a/b/c/d@1.0", f"a/b/c/d@{NEW} # 1.0"),
    ("a/b@release/v1", f"a/b@{NEW} # release/v1"),
    ("a/b@main", f"a/b@{NEW} # main"),
    ("a/b@v4  # the source", f"a/b@{NEW}  # v4 the source"),
    ("a/b@v4 #source", f"a/b@{NEW} # v4 source"),
    (f"a/b@{OLD} # v4", f"a/b@{NEW} # v4"),
    (f"a/b@{OLD} # v4, for x", f"a/b@{NEW} # v4, for x"),
    (f"a/b@{OLD} #v4.1", f"a/b@{NEW} #v4.1"),
    (f"a/b@{OLD} # tag=v4", f"a/b@{NEW} # tag=v4"),
    (f"a/b@{OLD} # ratchet:a/b@v4", f"a/b@{NEW} # ratchet:a/b@v4"),
]


@pytest.mark.parametrize(("uses", "after"), PINNED)
def test_a_ref_becomes_a_commit_with_the_ref_in_a_comment(uses, after):
    done = with_pins(START + uses)
    assert done == START + after
    (place,) = places(done)
    assert place.pin == NEW
    assert place.tag
    assert with_pins(done) == done


BACK = [
    (f"a/b@{OLD} # v4", "a/b@v4"),
    (f"'a/b@{OLD}'   # v4\r\n", "'a/b@v4'\r\n"),
    (f"a/b@{OLD} # v4 the source", "a/b@v4 # the source"),
    (f"a/b@{OLD} # ratchet:a/b@v4", "a/b@v4"),
    (f"a/b@{OLD}", f"a/b@{OLD}"),
    (f"a/b@{OLD} # for x", f"a/b@{OLD} # for x"),
    ("a/b@v4 # v5", "a/b@v4 # v5"),
]


@pytest.mark.parametrize(("uses", "after"), BACK)
def test_a_commit_becomes_its_ref_again(uses, after):
    assert without_pins(START + uses) == START + after


LEFT = [
    ("a/b@stable", "neither a version nor main"),
    ('"a/b\\u0040v4"', "not written on one line"),
]


@pytest.mark.parametrize(("uses", "why"), LEFT)
def test_where_no_commit_belongs_it_says_why(uses, why):
    (place,) = places(START + uses)
    assert place.end is None
    assert why in place.why


def test_where_a_comment_has_no_place_nothing_is_written():
    text = "jobs: {a: {steps: [{uses: a/b@v4}]}}"
    (place,) = places(text)
    assert "more follows on its line" in place.why
    assert with_pins(text) == text


def test_a_workflow_of_another_repository_is_pinned_too():
    text = "jobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@v1\n"
    assert with_pins(text) == text.replace("@v1", f"@{NEW} # v1")


def test_which_server_gitea_asks_is_a_setting():
    (place,) = places(f"{START}a/b@v4", is_github=False)
    assert (place.end, place.is_foreign) == (None, False)


@pytest.mark.parametrize(
    "uses",
    [
        "./here",
        "../b@v1",
        "a/..@v1",
        "a/b",
        "docker://a/b:1",
        "https://x.io/a/b@v1",
        "a/b@v1^{}",
        "a b/c@v1",
    ],
)
def test_what_is_no_action_of_another_repository_is_no_place(uses):
    assert places(f"{START}{uses}\n") == []
