"""What the pages hold: one script that its policy names, and nothing of others that is more than text."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import ALL, HOSTILE, history, hostile, proof
from report.pages import block_of, data_of

from lightship.proof.judging import MeasuredChange
from lightship.proof.measured import Answer, ShapeFlaw
from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer, trend_writer
from lightship.report.proof.html.data import proof_page
from lightship.report.proof.html.trend_data import trend_page
from lightship.report.proof.read_json import read_json

SCRIPT = re.compile("(?s)<script>(.*?)</script>")


def pages(value):
    yield "".join(proof_writer("html")(value, View()))
    yield "".join(trend_writer("html")((value, value), View()))


@pytest.mark.parametrize("text", ["plain", *HOSTILE])
def test_a_page_has_two_scripts_whatever_others_say(text):
    for page in pages(hostile(text)):
        assert page.count("<script") == page.count("</script>") == 2
        assert (
            len(
                re.findall(
                    "<(?:img|a|b|i|iframe)[ >]",
                    page.partition("<body>")[2].partition("<script>")[0],
                )
            )
            == 0
        )
        block = block_of(page)
        assert not set("<>&") & set(block)
        assert data_of(page)["kind"] in ("proof", "trend")


def test_the_policy_names_the_scripts_and_nothing_else_runs():
    for page in pages(proof()):
        digests = [
            b64encode(sha256(script.encode()).digest()).decode()
            for script in SCRIPT.findall(page)
        ]
        allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
        assert (
            f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'"
            in page
        )
        assert "http://" not in page
        assert "https://" not in page


def test_a_page_is_small():
    assert max(map(len, pages(proof()))) < 100_000


@pytest.mark.parametrize("name", ALL)
def test_every_proof_is_a_page(name):
    for page in pages(ALL[name]()):
        assert data_of(page)


def test_the_data_is_that_of_the_proof():
    found, given = proof_page(proof()), proof()
    rows = {row["name"]: row for group in found["groups"] for row in group["rows"]}
    edit = rows["code edit"]
    assert [[value for value, _ in side["values"]] for side in edit["sides"]] == [
        list(side.seconds("edit")) for side in (given.before, given.after)
    ]
    assert (edit["sides"][1]["median"], edit["said"]) == (
        1.71,
        "24x as fast (22x to 26x)",
    )
    assert sum(len(group["rows"]) for group in found["groups"]) == len(
        given.figures
    ) + len(given.facts)
    assert [len(lane["steps"]) for lane in found["steps"][1]["lanes"]] == [2, 4, 2]
    assert found["steps"][1]["end"] == pytest.approx(41.1)


def with_flaws(side, *names):
    flaws = tuple(ShapeFlaw(name, "curl", "critical") for name in names)
    return replace(side, shape=replace(side.shape, flaws=flaws))


def test_known_vulnerabilities_are_in_every_format():
    made = proof()
    old = with_flaws(made.before, "CVE-1", "CVE-2")
    new = with_flaws(made.after, "CVE-2", "<b>CVE-3</b>", "CVE-4")
    compared = MeasuredChange.of(old, new)
    made = replace(
        made, before=old, after=new, figures=compared.figures, facts=compared.facts
    )
    (security,) = [
        group for group in proof_page(made)["groups"] if group["name"] == "security"
    ]
    rows = {row["name"]: row for row in security["rows"]}
    assert rows["known vulnerabilities"]["said"] == "1 more"
    assert rows["severe vulnerabilities"]["change"] == "worse"
    assert rows["vulnerabilities"]["sides"] == ["1 removed", "2 added"]
    assert "CVE-1 in curl (critical)" in rows["vulnerabilities"]["note"]
    for form in ("markdown", "html"):
        said = "".join(proof_writer(form)(made, View()))
        assert "<b>CVE-3</b>" not in said
    assert "severe vulnerabilities" in "".join(proof_writer("markdown")(made, View()))
    read = read_json("".join(proof_writer("json")(made, View())))
    assert read.after.shape.flaws == new.shape.flaws


def test_a_trend_has_the_latest_proofs():
    found = trend_page(history())
    assert len(found["proofs"]) == found["total"] == 12
    assert [line["key"] for line in found["lines"]] == [
        "content",
        "cold",
        "edit",
        "start",
    ]
    assert found["lines"][0]["said"] == "813 MB → 684 MB, 16 % smaller"


@settings(max_examples=share_of(25))
@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_is_a_page_of_utf_8(text):
    for page in pages(hostile(text)):
        assert data_of(page.encode().decode())


def test_answers_to_one_path_by_two_lines_of_a_smoke_file_stand_apart():
    first = Answer("/me", 200, "ada", origin="lightship.http:3")
    second = Answer("/me", 401, "no", origin="lightship.http:7")
    given = proof()
    [*_, run] = given.before.runs
    side = replace(given.before, runs=(replace(run, answers=(first, second)),))
    found = proof_page(replace(given, before=side, after=side))["answers"]
    assert [(each["question"], each["sides"][0]["status"]) for each in found] == [
        ("/me (lightship.http:3)", 200),
        ("/me (lightship.http:7)", 401),
    ]


def asked_twice(old, new):
    """The page's answers of two versions that each have answered once."""
    given = proof()
    [*_, run] = given.before.runs
    before = replace(given.before, runs=(replace(run, answers=(old,)),))
    after = replace(given.after, runs=(replace(run, answers=(new,)),))
    [answer] = proof_page(replace(given, before=before, after=after))["answers"]
    return answer["same"], answer["headers"]


def test_an_answer_is_the_same_by_what_it_says_not_by_how_long_it_takes():
    quick = Answer("/", 200, "ada 17", again="ada 18", seconds=0.01)
    slow = Answer("/", 200, "ada 94", again="ada 95", seconds=0.5)
    assert asked_twice(quick, slow) == (True, [])
    other = replace(slow, text="bob 94", again="bob 95")
    assert asked_twice(quick, other) == (False, [])
    kind = ("content-type: text/html",)
    typed = replace(quick, headers=kind, again_headers=kind)
    assert asked_twice(typed, slow) == (True, ["Content-Type"])


def test_an_answer_of_one_side_alone_is_not_the_same():
    given = proof()
    [*_, run] = given.after.runs
    after = replace(given.after, runs=(replace(run, answers=()),))
    for answer in proof_page(replace(given, after=after))["answers"]:
        assert not answer["same"]
