"""The commands `proof` and `trend`: kept proofs, and files there that are none."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from proofs import CREATED, proof

from lightship.report.kit.view import View
from lightship.report.proof.formats import FORMATS, TREND_FORMATS, proof_writer

IDS = ("lightship-0123456789ab", "lightship-01aaaaaaaaaa", "lightship-ffffffffffff")


def kept(project, name, **more):
    store = project / ".lightship" / "proofs"
    store.mkdir(parents=True, exist_ok=True)
    made = replace(proof(), **{"id": IDS[0], **more})
    (store / name).write_text("".join(proof_writer("json")(made, View())))
    return store / name


@pytest.fixture
def three(project):
    """Three proofs; the names of the files do not tell which is the oldest."""
    for at, (name, identity) in enumerate(
        zip(("b.json", "c.json", "a.json"), IDS, strict=True)
    ):
        kept(project, name, id=identity, created=CREATED + at * 60)
    return project


def shown(run, *args):
    result = run("proof", "show", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["id"]


def test_a_proof_is_found_by_its_id_the_start_of_it_its_file_or_as_the_latest(
    run, three
):
    assert shown(run) == IDS[2]
    assert shown(run, IDS[0]) == IDS[0]
    assert shown(run, "lightship-0123") == IDS[0]
    assert shown(run, "01a") == IDS[1]
    assert shown(run, os.path.join(".lightship", "proofs", "b.json")) == IDS[0]
    assert shown(run, "--context", str(three)) == IDS[2]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_it_again(run, three, form):
    result = run("proof", "show", IDS[0], "--format", form, "--color", "never")
    assert result.exit_code == 0
    assert result.stdout


def test_json_of_a_kept_proof_is_that_proof(run, project):
    path = kept(project, "a.json")
    assert run("proof", "show", "--format", "json").stdout == path.read_text()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("01", "several saved proofs have an id that starts with '01'"),
        ("99", "no saved proof has an id that starts with '99'"),
        ("absent.json", "cannot read absent.json: no such file"),
        ("a/b", "cannot read a/b: no such file"),
    ],
)
def test_what_there_is_not_is_said(run, three, wanted, said):
    result = run("proof", "show", wanted)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_without_any_the_way_to_one_is_named(run, project):
    result = run("proof", "show")
    assert result.exit_code == 2
    assert "`lightship prove` makes one" in result.stderr
    assert run("proof", "list").stdout == ""
    assert run("trend").exit_code == 0


def test_the_list_has_a_row_for_each_the_oldest_first(run, three):
    result = run("proof", "list")
    assert result.exit_code == 0
    assert [row.split()[2] for row in result.stdout.splitlines()] == list(IDS)
    assert "HEAD -> the working tree: " in result.stdout
    assert run("proof", "list", str(three)).stdout == result.stdout


@pytest.mark.parametrize("form", TREND_FORMATS)
def test_the_trend_shows_all(run, three, form):
    result = run("trend", "--format", form, "--color", "never")
    assert result.exit_code == 0
    if form == "json":
        assert [each["id"] for each in json.loads(result.stdout)["proofs"]] == list(IDS)
    elif form == "text":
        assert len(result.stdout.partition("\n\n")[0].splitlines()) == 4


BROKEN = {
    "0.json": b"{",
    "1.json": b"",
    "2.json": b'{"version": 1}',
    "3.json": b'{"version": 99}',
    "4.json": b"[" * 100_000,
    "5.json": b"\xff\xfe\x00",
    "6.json": b'{"version": 1, "id": "\\u001b[31m"}',
}


@pytest.mark.parametrize("command", [("trend",), ("proof", "list"), ("proof", "show")])
def test_what_is_no_proof_is_named_and_passed_over(run, three, command):
    store = three / ".lightship" / "proofs"
    for name, data in BROKEN.items():
        (store / name).write_bytes(data)
    (store / "7.json").mkdir()
    os.mkfifo(store / "8.json")
    (store / "9.json").symlink_to("absent")
    with open(store / "x.json", "wb") as file:
        file.truncate(17 << 20)
    (store / "y.journal").write_text("{")
    result = (
        run(*command, "--color", "never")
        if command != ("proof", "list")
        else run(*command)
    )
    assert result.exit_code == 0
    named = [row for row in result.stderr.splitlines() if row.startswith("skipped: ")]
    assert len(named) == len(BROKEN) + 4 == len(result.stderr.splitlines())
    for name in (*BROKEN, "7.json", "8.json", "9.json", "x.json"):
        assert any(name in row for row in named)
    assert "\x1b" not in result.stderr + result.stdout
    assert result.stdout


def test_a_file_that_is_none_is_an_error_when_it_is_asked_for(run, three):
    (three / "x.json").write_text("{}")
    result = run("proof", "show", "x.json")
    assert result.exit_code == 2
    assert "x.json: not a proof by lightship" in result.stderr
