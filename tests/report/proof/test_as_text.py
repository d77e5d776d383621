"""The screens, as they stand in `expected/`: who changes one looks at it, and writes it with LIGHTSHIP_WRITE=1."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs import ALL, HOSTILE, broken, history, hostile, no_difference, proof, unbuilt

from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.judging import judge
from lightship.proof.measured import Measured
from lightship.proof.proof import Verdict, VerdictKind
from lightship.proof.services.used import UsedService, UsedServices
from lightship.report.kit.view import View
from lightship.report.proof.formats import (
    FORMATS,
    TREND_FORMATS,
    proof_writer,
    trend_writer,
)
from lightship.report.proof.html.data import proof_page

EXPECTED = Path(__file__).with_name("expected")
PAINTED = re.compile("\033\\[[0-9;]*m")


def hold(name: str, text: str) -> None:
    if os.environ.get("LIGHTSHIP_WRITE"):
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / name).write_text(text, "utf-8")
    assert text == (EXPECTED / name).read_text("utf-8")


def shown(value=None, form="text", **view):
    return "".join(
        proof_writer(form)(proof() if value is None else value, View(**view))
    )


def trend(many=12, form="text", **view):
    return "".join(trend_writer(form)(history(many), View(**view)))


@pytest.mark.parametrize("name", ["better", "mixed", "broken", "unbuilt"])
@pytest.mark.parametrize("end", ["-80.txt", "-120.txt", ".md", ".xml"])
def test_it_reads_as_it_did(name, end):
    form = {".md": "markdown", ".xml": "junit"}.get(end, "text")
    width = int(end[1:-4]) if form == "text" else 80
    hold(f"{name}{end}", shown(ALL[name](), form, width=width))


@pytest.mark.parametrize("width", [80, 120])
def test_a_trend_reads_as_it_did(width):
    hold(f"trend-{width}.txt", trend(width=width))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_row_is_wider_than_the_terminal(name, width):
    assert max(map(len, shown(ALL[name](), width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_row_of_a_trend_is_wider_than_the_terminal(width):
    assert max(map(len, trend(80, width=width).splitlines())) <= width


@pytest.mark.parametrize("name", ALL)
def test_colour_adds_nothing_but_colour(name):
    painted = shown(ALL[name](), colour=True)
    assert "\033[" in painted
    assert PAINTED.sub("", painted) == shown(ALL[name]())


def test_colour_adds_nothing_but_colour_to_a_trend():
    assert "\033[" in trend(colour=True)
    assert PAINTED.sub("", trend(colour=True)) == trend()


@pytest.mark.parametrize("name", ALL)
def test_the_first_word_is_the_verdict(name):
    given = ALL[name]()
    assert shown(given).startswith(f"{str(given.verdict.kind).upper()}: ")


def test_the_first_line_says_what_matters():
    first = shown(width=200).splitlines()[0]
    assert first == (
        "BETTER: image 3.8x smaller (813 MB -> 216 MB), code edits 24x as fast to rebuild, "
        "stops on SIGTERM: had to be killed -> exit code 0, 7 more; the answers are the same"
    )
    content = next(each for each in proof().figures if each.key == "content")
    half = proof(
        figures=(replace(content, after=(402e6,)),),
        verdict=Verdict(VerdictKind.BETTER, ("content: 813 -> 402",)),
    )
    assert shown(half, width=200).startswith(
        "BETTER: half the size (813 MB -> 402 MB); the answers are the same\n"
    )
    assert shown(ALL["mixed"](), width=200).splitlines()[0] == (
        "MIXED: cold builds 28 % slower, but half the size (813 MB -> 402 MB)"
    )


def test_each_sign_has_a_word_or_a_figure_beside_it():
    signs = {
        "+": r"fast|smaller|fewer|more|left|quicker|better",
        "=": "the same|no difference",
        "~": "changed",
        "?": "not measured",
    }
    rows = shown(width=120).partition("STEPS")[0].splitlines()
    found = [row for row in rows if row[:2].rstrip() in signs]
    assert len(found) == len(proof().figures) + len(proof().facts)
    for row in found:
        assert re.search(signs[row[0]], row), row


def test_every_figure_and_fact_is_there_with_both_sides():
    text = shown(width=120)
    for each in proof().facts:
        assert each.title in text
    assert re.search(
        r"\+ code edit +41.0 ±1.2 s +1.71 ±0.09 s +24x as fast \(22x to 26x\)", text
    )
    assert re.search(
        r"= nothing changed +0.24 ±0.02 s +0.24 ±0.02 s +no difference seen \(-19 % to \+13 %\)",
        text,
    )
    assert re.search(
        r"\? memory at rest +not measured +61.0 MB +not measured before\n  cgroups were not readable",
        text,
    )


def test_what_broke_is_told_reason_by_reason():
    text = shown(broken(), width=120)
    assert text.startswith(
        "BROKEN: it does not start: no answer within 60 s; the answer to GET /health"
    )
    assert "\n  - it does not start" in text
    assert "- starts " in text


def test_what_was_not_measured_is_said_so():
    text = shown(unbuilt(), width=120)
    assert text.startswith("BROKEN: the build fails: [build 4/4] RUN pip install")
    assert text.count("not measured after") == len(unbuilt().figures)
    assert "of each version" in text


def test_steps_with_the_same_text_stand_side_by_side():
    rows = shown(width=120).splitlines()
    (row,) = [row for row in rows if "exporting to image" in row]
    assert re.fullmatch(
        r" +19.6 s  exporting to image +2.40 s  exporting to image", row
    )
    assert any(
        re.fullmatch(r" +50 ms  WORKDIR /app +50 ms  WORKDIR /app", row) for row in rows
    )


def test_a_change_that_breaks_says_so_in_the_table():
    text = shown(width=120)
    assert (
        "! Remove the compiler (no-compiler)\n    fails as an intermediate state, which nobody merges: [build 4/4]"
        in text
    )


def test_nothing_is_said_of_what_there_is_not():
    text = shown(ALL["empty"]())
    for word in ("STEPS", "CHANGES", "GATE", "note", "runs of", "±"):
        assert word not in text
    assert shown(no_difference()).startswith(
        "NO DIFFERENCE: no figure differs by more than its noise"
    )
    assert "".join(trend_writer("text")((), View())) == "No proofs.\n"


def test_what_the_judge_says_of_measured_versions_is_told():
    one, other = proof().before, proof().after
    found = tuple(figures(one, other)), tuple(facts(one, other))
    given = replace(
        proof(), figures=found[0], facts=found[1], verdict=judge(one, other, *found)
    )
    first = shown(given, width=240).splitlines()[0]
    assert first.startswith(
        "BETTER: image 3.8x smaller (813 MB -> 216 MB), code edits 24x as fast to rebuild"
    )
    assert first.endswith("the answers are the same")
    nothing = Measured("a"), Measured("b")
    bare = judge(*nothing, tuple(figures(*nothing)), tuple(facts(*nothing)))
    assert shown(replace(given, figures=(), facts=(), verdict=bare)).startswith(
        "NO DIFFERENCE: "
    )


SERVICES = UsedServices(
    "compose.yaml",
    "web",
    (UsedService("db", "postgres:17", role="data"), UsedService("migrate", role="job")),
)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (
            "text",
            "with    db (postgres:17), migrate (the image itself), of compose.yaml\n",
        ),
        ("markdown", "- run with db (postgres:17), migrate (the image itself)"),
    ],
)
def test_what_a_version_ran_with_is_said_in_a_line(form, words):
    served = replace(proof(), services=SERVICES)
    assert words in shown(served, form, width=100)
    assert words not in shown(proof(), form, width=100)


def test_a_page_says_among_its_notes_what_a_version_ran_with():
    page = proof_page(replace(proof(), services=SERVICES))
    assert page["notes"][0] == (
        "run with db (postgres:17), migrate (the image itself), of compose.yaml"
    )


def strange(text):
    found = {
        char
        for char in text
        if char not in "\n\t"
        and (ord(char) < 32 or char in "\x7f\x9b\u202e\u2028\ufeff")
    }
    return found | {char for char in text if "\ud800" <= char <= "\udfff"}


def held(form, words):
    assert not strange(shown(hostile(words), form))
    if form in TREND_FORMATS:
        assert not strange(
            "".join(trend_writer(form)((hostile(words), hostile("x")), View()))
        )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_others_wrote_reaches_the_terminal_as_it_is(form, text):
    held(form, text)


@pytest.mark.parametrize("form", ["text", "markdown", "junit"])
@given(text=st.text(st.characters(exclude_categories=()), max_size=20))
def test_no_text_reaches_the_terminal_as_it_is(form, text):
    held(form, text)


@pytest.mark.parametrize("width", [80, 120])
def test_hostile_text_of_a_great_length_is_cut(width):
    rows = shown(hostile("x" * 100_000), width=width).splitlines()
    assert (
        max(len(row) for row in rows if "FAIL" not in row and "ok" not in row) <= width
    )
    assert max(map(len, rows)) < 400
    assert len(rows) < 120
