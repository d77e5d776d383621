from __future__ import annotations

import json

import pytest
from caches import HOSTILE, advice, advised, bare, change, explanation, hostile, replay
from hypothesis import given
from hypothesis import strategies as st
from schemas import validator

from lightship.cache.advice.advised import Advised
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.replay.results import CostlyFile, Replay
from lightship.report.cache.formats import (
    advice_writer,
    change_writer,
    replay_writer,
)
from lightship.report.kit.view import View

WRITERS = {
    "explanation": change_writer("json"),
    "replay": replay_writer("json"),
    "advice": advice_writer("json"),
}


def shown(name, value):
    text = "".join(WRITERS[name](value, View()))
    found = json.loads(text.encode())
    validator("cache", name).validate(found)
    return found


def properties(schema):
    """Every key that a schema knows, with what it says of it."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield from schema["properties"].items()
        for each in schema.values():
            yield from properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each)


@pytest.mark.parametrize("name", WRITERS)
def test_every_key_is_described(name):
    schema = validator("cache", name).schema
    found = list(properties(schema))
    assert len(found) > 15
    for key, about in found:
        described = about | (
            schema["$defs"][about["$ref"].rpartition("/")[2]] if "$ref" in about else {}
        )
        assert described.get("description"), key


def test_an_explanation_has_its_steps_in_their_order():
    found = shown("explanation", change())
    assert [(each["stage"], each["line"], each["hit"]) for each in found["steps"]] == [
        (each.stage, each.line, each.hit) for each in explanation().steps
    ]
    assert found["steps"][2]["reason"] == "`requirements.txt` changed: 2 lines"
    assert found["steps"][2]["paths"] == ["requirements.txt"]
    assert (
        found["steps"][3]
        | {"cause": "parent", "reason_line": 5, "hit": False, "seconds": 40.0}
        == found["steps"][3]
    )
    assert (found["rebuilt"], found["seconds"], found["seconds_of_all"]) == (
        3,
        41.0,
        73.0,
    )


def test_a_step_that_fails_is_not_counted_as_rebuilt():
    step = StepResult(
        "a",
        2,
        "COPY x .",
        False,
        Reason(Cause.FAILS, "`x` is not in the build context"),
    )
    assert shown("explanation", bare((step,)))["rebuilt"] == 0


@pytest.mark.parametrize("timed", [True, False])
def test_a_replay_is_as_the_schema_says(timed):
    found = shown("replay", replay(60, timed=timed))
    assert found["commits"] == 60 == len(found["history"])
    assert [each["rebuilt"] for each in found["steps"]] == [
        each["fates"].count("#") for each in found["steps"]
    ]
    for at, commit in enumerate(found["history"]):
        assert commit["missed"] == [
            place
            for place, each in enumerate(found["steps"])
            if each["fates"][at] == "#"
        ]
    assert [each["failed"] for each in found["history"]].count(None) == 59
    assert (found["seconds"] is not None) is timed is (found["times"] is not None)


def test_advice_has_what_each_step_was_rebuilt_before_and_after():
    found = shown("advice", advised(80))
    one = advice(80)
    assert (found["commits"], found["tried"], len(found["advice"])) == (80, 7, 2)
    assert found["advice"][0]["rebuilt_before"] == [
        step.rebuilt for step in one.before.steps
    ]
    assert found["advice"][0]["rebuilt_after"] == [
        step.rebuilt for step in one.after.steps
    ]
    assert (
        found["advice"][0]["seconds_after"]
        < found["advice"][0]["seconds_before"]
        == found["before"]["seconds"]
    )
    assert found["advice"][1]["caution"] == "tests are no longer in the image"
    assert found["together"]["claim"] == found["advice"][0]["claim"]


def test_nothing_at_all_is_as_the_schemas_say():
    empty = Replay((), (), ())
    assert shown("explanation", bare(()))["steps"] == []
    assert shown("replay", empty)["commits"] == 0
    assert shown("advice", Advised(empty, ()))["together"] is None


def test_paths_that_are_no_utf_8_have_their_bytes_too():
    paths = ("plain", "b\udcff")
    found = shown(
        "explanation",
        bare(
            (StepResult("a", 1, "COPY . .", False, Reason(Cause.FILES, "two", paths)),)
        ),
    )
    assert found["steps"][0]["paths"] == ["plain", "b\\xff"]
    assert found["steps"][0]["paths_raw"] == ["cGxhaW4=", "Yv8="]
    (row,) = shown("replay", Replay((), (), (CostlyFile("b\udcff", 1, 1),)))["files"]
    assert (row["path"], row["path_raw"]) == ("b\\xff", "Yv8=")


def test_a_secret_in_an_instruction_stays_out():
    step = StepResult(
        "a",
        1,
        "RUN API_TOKEN=hunter2-Zq8vK3xW serve",
        True,
        Reason(Cause.SAME, "as before"),
    )
    assert "hunter2" not in json.dumps(shown("explanation", bare((step,))))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_repository_says_is_as_the_schemas_say(text):
    for name, value in zip(WRITERS, hostile(text), strict=True):
        shown(name, value)


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_is_json_that_a_terminal_may_show(text):
    for write, value in zip(WRITERS.values(), hostile(text), strict=True):
        whole = "".join(write(value, View()))
        json.loads(whole.encode())
        assert not {
            char
            for char in whole
            if char != "\n" and (ord(char) < 32 or char in "\x7f\x9b\u202e\u2028")
        }
