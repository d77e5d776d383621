"""A change on a pull request: the comment, workflow commands and SARIF."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from caches import HOSTILE, bare, change, explanation, hostile

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation, Reason, StepResult
from lightship.report.cache.formats import CHANGE_FORMATS, change_writer
from lightship.report.cache.remedies import remedies
from lightship.report.kit.markdown import COMMENT
from lightship.report.kit.view import View


def shown(form, value=None):
    write = change_writer(form)
    return "".join(write(change() if value is None else value, View()))


def step(number, text, cause=None, why="because", **more):
    reason = Reason(cause or Cause.SAME, why, **more)
    return StepResult("stage-0", number, text, cause is None, reason)


def rebuilt(number, seconds=None):
    reason = Reason(Cause.FILES, "`app.py` changed " + "and so on " * 20)
    return StepResult("stage-0", number, "RUN " + "x" * 300, False, reason, (), seconds)


def test_a_comment_starts_with_what_is_rebuilt_and_the_limits():
    head, *rest = shown("markdown").split("\n\n")
    assert head == "### Cache: 3 of 8 steps are rebuilt, 41 s of 73 s"
    assert rest[0] == "`Dockerfile`, the files on disk against main (0123456789)."
    assert (
        "- ❌ **max-rebuild** `30 s`: 41 s\n- ✅ **must-hit** `apt-get`: a hit"
        in rest[1]
    )


def test_a_comment_has_ten_steps_and_folds_the_rest():
    steps = tuple(rebuilt(number, float(number)) for number in range(1, 31))
    text = shown("markdown", replace(change(), explanation=Explanation(steps)))
    before, _details, after = text.partition("<details>")
    rows = [row for row in before.splitlines() if "`app.py`" in row]
    assert [int(row.split()[1]) for row in rows] == list(range(21, 31)), "the costliest"
    assert "20 more steps below" in before
    assert after.count("`app.py`") == 30


def test_without_times_the_causes_come_first_in_a_comment():
    steps = [step(at, "COPY x y", Cause.PARENT) for at in range(1, 21)]
    steps += [step(21, "RUN make", Cause.PARENT), step(22, "COPY a .", Cause.FILES)]
    before, _, _rest = shown("markdown", bare(tuple(steps))).partition("<details>")
    assert "| 21 | `RUN make`" in before
    assert "| 22 | `COPY a .`" in before


def test_a_long_reason_does_not_end_within_code():
    why = ", ".join(f"`some/long/path/to/a/file_{at}.py` changed" for at in range(20))
    (row,) = [
        row
        for row in shown(
            "markdown", bare((step(3, "COPY . .", Cause.FILES, why),))
        ).splitlines()
        if "COPY" in row
    ][:1]
    assert row.count("`") % 2 == 0
    assert "\\`" not in row
    assert "…" in row


@pytest.mark.parametrize("count", [0, 1, 100, 400, 3000])
def test_a_comment_keeps_within_its_limit(count):
    steps = tuple(rebuilt(number) for number in range(1, count + 1))
    text = shown("markdown", bare(steps))
    assert len(text) <= COMMENT
    assert text.count("<details>") == text.count("</details>")
    assert ("The rest is left out" in text) == (count >= 400)


def test_workflow_commands_stand_at_the_lines():
    rows = shown("github").splitlines()
    assert rows[0] == (
        "::error file=Dockerfile,title=cache%3A max-rebuild::"
        "max-rebuild 30 s: 41 s%0Aline 6 (40 s): the step before it"
    )
    assert rows[1].startswith(
        "::notice file=Dockerfile,line=5,title=cache%3A rebuilt::"
    )
    assert not any("line=6" in row for row in rows), "it only stands on line 5"


def test_sarif_has_the_limits_and_the_causes():
    run = json.loads(shown("sarif"))["runs"][0]
    results = run["results"]
    assert [row["ruleId"] for row in results] == [
        "max-rebuild",
        "step-rebuilt",
        "step-rebuilt",
    ]
    regions = [row["locations"][0]["physicalLocation"].get("region") for row in results]
    assert regions == [None, {"startLine": 5}, {"startLine": 10}]
    for row in results:
        assert run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == row["ruleId"]
    assert run["properties"]["gate"]["passed"] is False


@pytest.mark.parametrize("form", CHANGE_FORMATS)
def test_nothing_of_a_repository_reaches_a_terminal_as_it_is(form):
    for words in HOSTILE:
        text = shown(form, hostile(words)[0])
        assert "\x1b" not in text
        assert not (
            form == "github" and any(row[:2] != "::" for row in text.splitlines())
        )


def test_what_to_do_is_said_of_an_install_that_other_files_rerun():
    copy = step(3, "COPY . .", Cause.FILES, "`app.py` changed", paths=("app.py",))
    install = step(4, "RUN pip install -r requirements.txt", Cause.PARENT, line=3)
    (advice,) = remedies((copy, install))
    assert advice.startswith("line 4 installs again because line 3 copies other files")

    meant = replace(copy, reason=replace(copy.reason, paths=("requirements.txt",)))
    assert remedies((meant, install)) == []
    for own in (
        "pip install .",
        "pip install -e ./app",
        "uv build && pip install dist/*.whl",
    ):
        built = step(4, f"RUN {own}", Cause.PARENT)
        assert (
            remedies((copy, replace(built, reason=replace(built.reason, line=3)))) == []
        )
    assert remedies(explanation().steps) == []


@pytest.mark.parametrize(
    ("cause", "why", "said"),
    [
        (Cause.FILES, "`run.sh` changed: mode 0644 -> 0755", "git update-index"),
        (Cause.VARIABLE, "VERSION changed", "declare the variable below"),
        (Cause.IMAGE, "the base image changed", "merge it apart"),
        (Cause.INSTRUCTION, "the instruction was edited", None),
    ],
)
def test_what_to_do_follows_the_cause(cause, why, said):
    advice = remedies((step(3, "COPY run.sh .", cause, why),))
    assert bool(advice) == (said is not None)
    assert said is None or said in advice[0]
