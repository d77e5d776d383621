"""Two builds side by side: laws, hostile input, and what is said of a rebuild."""

from __future__ import annotations

import random
import re
import time
from contextlib import nullcontext

import pytest
import test_fuzz
from cache.cases import CASES
from cache.made_trees import ignores, start
from cache.pasts import plain, side_of
from cache.sides import sides
from every import every
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.builders import BUILDERS
from lightship.cache.causes import Cause
from lightship.cache.explain.explain_rebuild import explain, touched
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.cache.times.build_time import Times
from lightship.errors import LightshipError, ParseError, UsageError
from lightship.text import decode

BUILDER = sorted(BUILDERS)
APP = plain(
    **{
        "app.py": "1\n",
        "requirements.txt": "flask\n",
        "src__a.py": "1\n",
        ".dockerignore": ".dockerignore\n",
    }
)
USUAL = """\
FROM python:3.13 AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.13
COPY --from=build /usr/local/lib /usr/local/lib
COPY . /app
ENV A=1
RUN python -m compileall /app
"""
FUZZED = 500
SECONDS = (
    30  # on any machine; where something grows with the square of it, it takes minutes
)
N = 500


def verdicts(found: Explanation) -> list[tuple[str, bool, Cause]]:
    return [(step.instruction, step.hit, step.reason.cause) for step in found.steps]


def step_of(found: Explanation, words: str) -> StepResult:
    (step,) = (step for step in found.steps if step.instruction.startswith(words))
    return step


def test_a_build_of_the_same_is_all_hits():
    def law(change):
        for side in sides(change):
            for builder in ("buildkit", "classic"):
                try:
                    found = explain(side, side, builder)
                except ParseError:
                    continue
                causes = {step.reason.cause for step in found.steps}
                assert causes <= {Cause.SAME} or Cause.FAILS in causes, found
                assert all(
                    step.hit == (step.reason.cause is not Cause.FAILS)
                    for step in found.steps
                )

    every(CASES.items(), law)


def test_it_is_the_same_each_time():
    def law(change):
        before, after = sides(change)
        try:
            once = explain(before, after)
        except LightshipError as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                explain(before, after)
            return
        assert explain(*sides(change)) == once

    every(CASES.items(), law)


@given(start(), ignores(), st.sampled_from(BUILDER), st.integers(0, 3))
def test_spelling_changes_nothing(files, patterns, builder, way):
    """Comments, empty lines, the case of keywords, the names of stages."""
    files = {
        **files,
        ".dockerignore": ("file", 0o644, "\n".join(["Dockerfile", *patterns])),
    }
    text = "FROM debian AS one\nCOPY . /x\nRUN make \\\n  all\nFROM debian\nCOPY --from=one /x /y\nWORKDIR /w\nRUN a\n"
    spelled = (
        "# a comment\n\n"
        + text.replace("\nRUN", "\n# of this\n\nRUN").replace("\\\n", "\\\n# inside\n"),
        text.replace("RUN", "run").replace("COPY", "Copy").replace("FROM", "from"),
        text.replace("one", "another"),
        text.replace("--from=one", "--from=0").replace(
            "FROM debian\n", "FROM docker.io/library/debian:latest\n"
        ),
    )[way]
    found = explain(side_of(text, files), side_of(spelled, files), builder)
    if builder.startswith("buildkit"):
        assert all(step.hit for step in found.steps), found
        assert {step.reason.cause for step in found.steps} <= {Cause.SAME}


def test_law_of_fuzz_there_is_always_an_answer():
    """What BuildKit would refuse is a LightshipError; whatever else, the same build twice is all hits."""
    end = time.monotonic() + test_fuzz.SECONDS
    chance = random.Random(time.time_ns() if test_fuzz.SECONDS else 1)
    last = None
    for number, data in enumerate(test_fuzz.mutations(chance, test_fuzz.specimens())):
        if number >= FUZZED and time.monotonic() >= end:
            break
        try:
            last = _asked(decode(data), chance.choice(BUILDER), last) or last
        except Exception as error:
            raise AssertionError(
                f"{type(error).__name__}: {error}\n{data!r}"
            ) from error


def _asked(text, builder, last):
    """Builds of a text, with the files that it misses, before and after a change; None where BuildKit refuses it."""
    files = plain(a="1", b__c="2", l="3")
    files["link"] = ("link", 0o777, "../b")
    try:
        for _ in range(20):
            side = side_of(text, files)
            steps = explain(side, side, builder).steps
            told = " ".join(
                step.reason.text for step in steps if "not among" in step.reason.text
            )
            missing = re.findall("`([^`]+)`", told)
            if not missing:
                break
            files |= {
                path: ("file", 0o644, "1")
                for path in missing
                if not re.search(r"[*?\[\\]", path)
            }
    except LightshipError:
        return None
    failing = any(step.reason.cause is Cause.FAILS for step in steps)
    assert failing or {step.reason.cause for step in steps} <= {Cause.SAME}
    other = side_of(
        text,
        {
            path: (kind, mode, f"{content}0")
            for path, (kind, mode, content) in files.items()
        },
    )
    explain(side, other, builder)
    if last is not None:
        explain(last, side, builder)
    return side


def numbered(*lines, count=N):
    one = "\n".join(lines) + "\n"
    return "".join(
        one.replace("@+", str(number + 1)).replace("@", str(number))
        for number in range(count)
    )


HOSTILE = {
    "each stage reads the one before twice": "FROM debian AS s0\nRUN make\n"
    + numbered(
        "FROM debian AS s@+",
        "COPY --from=s@ /out/x /out/",
        "COPY --from=s@ /out/y /out/",
    ),
    "each stage reads all of the one before": "FROM debian AS s0\nCOPY a /\n"
    + numbered("FROM debian AS s@+", "COPY --from=s@ / /a", "COPY --from=s@ / /b"),
    "each stage starts from the one before": "FROM debian AS s0\n"
    + numbered("FROM s@ AS s@+", "COPY --from=s@ / /a", "RUN cat /a/*"),
    "paths grow": "FROM debian AS s0\nCOPY a /a\n"
    + numbered("FROM debian AS s@+", "COPY --from=s@ /a /a/a"),
    "commands that read one another": "FROM debian AS s\n"
    + numbered("RUN cat /f@ > /f@+")
    + "FROM debian\nCOPY --from=s / /f\n",
    "many variables": "FROM debian\n"
    + numbered("ENV A@=@", count=5_000)
    + "RUN one\nRUN two\n",
    "too many variables": "FROM debian\n" + numbered("ENV A@=@", "RUN @", count=1500),
    "many sources": "FROM debian\nCOPY "
    + " ".join(f"d{number}" for number in range(1500))
    + " /x/\n",
    "many patterns": "FROM debian\n" + numbered("COPY d@*[ab]*@ /x/"),
    "a long heredoc": "FROM debian\nRUN <<EOF\n"
    + "echo a > /b && cat /c\n" * 10_000
    + "EOF\n",
    "a long heredoc of COPY": "FROM debian\nCOPY <<EOF /x\n"
    + "$A ${B}\n" * 20_000
    + "EOF\n",
    "a deep path": "FROM debian\nCOPY " + "/".join("a" * 15_000) + " /x\n",
    "links to links": "FROM debian\nCOPY l* /x\nCOPY l0/a /y\n",
    "stages in a circle": numbered("FROM debian AS s@", "COPY --from=s@+ a b"),
    "a stage of itself": "FROM debian AS s\nCOPY --from=s a b\n",
    "no stage": "",
    "RUN by the thousand": "FROM debian\n" + "RUN true\n" * 5_000,
}


REFUSED = {
    "too many variables": "too many variables",
    "stages in a circle": "line 2: COPY: cannot copy from stage s1",
    "a stage of itself": "line 2: circular dependency",
    "no stage": "line 1: file with no instructions",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_dockerfile_takes_its_time_and_no_more(name):
    begin = time.process_time()
    files = plain(**{f"d{number}": "1" for number in range(1500)}, a="1", deep="1")
    files |= {f"l{number}": ("link", 0o777, f"l{number + 1}") for number in range(1000)}
    files["/".join("a" * 1000)] = ("file", 0o644, "1")
    del files["a"]
    before, after = (
        side_of(HOSTILE[name], files),
        side_of(HOSTILE[name], {**files, "d7": ("file", 0o644, "2")}),
    )
    with (
        nullcontext()
        if name not in REFUSED
        else pytest.raises(LightshipError, match=REFUSED[name])
    ):
        assert explain(before, after).steps
    assert time.process_time() - begin < SECONDS


@pytest.mark.parametrize("source", ["[", "a[", "[a-]b", "src/["])
def test_a_pattern_that_is_none_fails(source):
    side = side_of(f"FROM debian\nCOPY {source} /x/\nRUN true\n", APP)
    steps = explain(side, side).steps
    assert [step.reason.cause for step in steps] == [Cause.FAILS] * 2
    assert [step.reason.line for step in steps] == [2, 0]
    assert (
        steps[0].reason.text
        == f"the build fails: `{source}` is not a valid pattern: a bracket is misplaced"
    )


def test_many_missing_sources_are_counted():
    side = side_of("FROM debian\nCOPY b c d e f /x/\n", APP)
    (step,) = explain(side, side).steps
    assert (
        step.reason.text
        == "the build fails: `b`, `c`, `d` and 2 more are not in the build context"
    )


def test_an_edit_of_the_sources_rebuilds_what_copies_them():
    after = {**APP, "app.py": ("file", 0o644, "2\n3\n")}
    found = explain(side_of(USUAL, APP), side_of(USUAL, after))
    assert [step.hit for step in found.steps] == [True, True, True, True, False, False]
    copy, run = found.steps[4:]
    assert (copy.reason.cause, copy.reason.text, copy.reason.paths) == (
        Cause.FILES, "`app.py` changed: 2 lines", ("app.py",)
    )  # fmt: skip
    assert (run.reason.cause, run.reason.line) == (Cause.PARENT, 7)


def test_a_stage_that_is_rebuilt_may_make_something_else():
    after = {**APP, "requirements.txt": ("file", 0o644, "django\n")}
    found = explain(side_of(USUAL, APP), side_of(USUAL, after))
    copy = step_of(found, "COPY --from")
    assert (copy.hit, copy.reason.cause) == (False, Cause.STAGE)
    assert "build" in copy.reason.text


def test_a_variable_that_is_not_used_is_named_and_its_value_is_not():
    found = explain(side_of(USUAL, APP), side_of(USUAL.replace("A=1", "A=secret"), APP))
    run = step_of(found, "RUN python")
    assert (run.reason.cause, run.reason.line) == (Cause.VARIABLE, 8)
    assert run.reason.text == "A has a different value, though it is not used here"
    assert [step.hit for step in found.steps] == [True] * 5 + [False]


def test_an_argument_of_one_side():
    text = "FROM debian\nARG V=1\nRUN make $V\n"
    found = explain(side_of(text, {}), side_of(text, {}, {"V": "2"}))
    assert [(step.hit, step.reason.text) for step in found.steps] == [
        (False, "V has a different value")
    ]


def test_as_if_a_file_had_changed():
    side = side_of(USUAL, APP)
    found = explain(side, touched(side, ["requirements.txt"]))
    assert step_of(found, "COPY requirements.txt").reason.paths == ("requirements.txt",)
    with pytest.raises(UsageError, match=r"nowhere\.txt"):
        touched(side, ["nowhere.txt"])


def test_what_does_not_parse_is_named_by_its_line():
    with pytest.raises(ParseError, match="line 2: "):
        explain(side_of("FROM debian\nCOPY\n", APP), side_of(USUAL, APP))
    with pytest.raises(ParseError, match=r"\.dockerignore, line 2: "):
        explain(
            side_of(USUAL, APP),
            side_of(USUAL, {**APP, ".dockerignore": ("file", 0o644, "a\nb[\n")}),
        )
    with pytest.raises(UsageError, match="kaniko"):
        explain(side_of(USUAL, APP), side_of(USUAL, APP), "kaniko")


def test_seconds_run_side_by_side():
    text = "FROM debian AS a\nRUN one\nFROM debian AS b\nRUN two\nFROM debian\nCOPY --from=a /x /\nCOPY --from=b /x /\n"
    times = Times({2: 10.0, 4: 7.0, 6: 1.0, 7: 1.0}, "a test")
    found = explain(
        side_of(text, {}),
        side_of(text.replace("one", "1").replace("two", "2"), {}),
        times=times,
    )
    assert (found.seconds, found.seconds_of_all) == (12.0, 12.0)
    assert "seconds come from a test" in found.notes
