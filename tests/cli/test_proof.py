"""The commands `proof` and `trend`: kept proofs, and files there that are none."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pygit2
import pytest
from proofs import CREATED, proof

from lightship.report.kit.view import View
from lightship.report.proof.formats import FORMATS, TREND_FORMATS, proof_writer

IDS = ("lightship-0123456789ab", "lightship-01aaaaaaaaaa", "lightship-ffffffffffff")


def kept(project, name, **more):
    store = project / ".lightship" / "proofs"
    store.mkdir(parents=True, exist_ok=True)
    made = replace(proof(), **{"id": IDS[0], **more})
    (store / name).write_text(
        "".join(proof_writer("json")(made, View())), encoding="utf-8"
    )
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
    assert run("proof", "show", "--format", "json").stdout == path.read_text(
        encoding="utf-8"
    )


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


def larger(project, name="new.json", **more):
    """A proof that is kept, whose image is larger than the one of the others."""
    side = proof().after
    shape = replace(side.shape, content=400_000_000)
    new = replace(side, shape=shape, dockerfile=f"{side.dockerfile}RUN make\n")
    more = {"id": IDS[2], "created": CREATED + 999, "after": new, **more}
    return kept(project, name, **more)


def compared(run, *args):
    result = run("proof", "compare", *args, "--color", "never")
    return result.exit_code, result.stdout, result.stderr


def test_the_latest_proof_is_compared_with_one_of_a_file_a_folder_or_a_checkout(
    run, project, tmp_path_factory
):
    other = tmp_path_factory.mktemp("main")
    old = kept(other, "a.json")
    larger(project)
    for baseline in (old, old.parent, other):
        code, text, _ = compared(run, str(baseline))
        assert code == 0
        assert text.startswith("WORSE: image 85 % larger (216 MB -> 400 MB)")
        assert "proven 2025-11-26 12:00" in text
        assert "by turns" not in text
    assert "+RUN make" in compared(run, str(other), "--format", "markdown")[1]


@pytest.fixture
def proofs_branch(project):
    """A function that commits files to the branch `proofs`, which has no others."""
    repository = pygit2.init_repository(str(project))
    author = pygit2.Signature("a", "a@example.invalid", 1_790_000_000, 0)

    def commit(files):
        index = pygit2.Index()
        for path, data in files.items():
            blob = repository.create_blob(data)
            index.add(pygit2.IndexEntry(path, blob, pygit2.enums.FileMode.BLOB))
        tree = index.write_tree(repository)
        repository.create_commit("refs/heads/proofs", author, author, "x", tree, [])

    return commit


@pytest.mark.parametrize(
    ("path", "baseline"),
    [
        (".lightship/proofs/a.json", "proofs"),
        ("a.json", "proofs"),
        ("web/a.json", "proofs:web"),
        ("web/a.json", "proofs:web/a.json"),
    ],
)
def test_the_latest_proof_is_compared_with_one_that_a_branch_keeps(
    run, project, proofs_branch, path, baseline
):
    old = kept(project, "a.json")
    proofs_branch({path: old.read_bytes(), f"{path}.md": b"no proof"})
    old.unlink()
    larger(project)
    code, text, error = compared(run, baseline)
    assert (code, error) == (0, "")
    assert text.startswith("WORSE: image 85 % larger (216 MB -> 400 MB)")


def test_a_branch_without_a_proof_is_named(run, project, proofs_branch):
    larger(project)
    proofs_branch({"README.md": b"none", "x.json": b"{"})
    for baseline, said in {
        "proofs": "no other saved proof in proofs",
        "proofs:absent": "absent is not in that commit",
        "absent": "cannot read absent: no such file or directory, and ",
    }.items():
        code, text, error = compared(run, baseline)
        assert (code, text) == (2, "")
        assert said in error
    assert "skipped: proofs:x.json: " in compared(run, "proofs")[2]


def test_within_one_directory_the_one_before_is_the_baseline(run, project):
    kept(project, "a.json")
    larger(project)
    assert compared(run, ".")[1].startswith("WORSE: image 85 % larger")
    assert compared(run, ".", IDS[0])[1].startswith("BETTER: image 46 % smaller")


@pytest.mark.parametrize(
    ("require", "code"), [("better", 1), ("not-worse", 1), ("not-broken", 0)]
)
def test_a_comparison_is_a_gate(run, project, require, code):
    kept(project, "a.json")
    larger(project)
    assert compared(run, ".", "--require", require)[0] == code


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_a_comparison(run, three, form):
    assert compared(run, ".", "--format", form)[0] == 0


def test_without_a_baseline_it_says_so(run, project, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    kept(project, "a.json")
    for baseline, said in {
        "absent.json": "cannot read absent.json",
        str(empty): "no other saved proof in",
        ".": "no other saved proof in",
    }.items():
        code, text, error = compared(run, baseline)
        assert (code, text) == (2, "")
        assert said in error


@pytest.mark.parametrize("form", TREND_FORMATS)
def test_a_trend_beyond_a_limit_fails(run, three, form):
    args = ("trend", "--format", form, "--color", "never", "--limit")
    assert run(*args, "size=250MB").exit_code == 0
    assert run(*args, "size=10%").exit_code == 0
    assert run(*args, "size=200MB").exit_code == 1
    larger(three)
    assert run(*args, "size=10%", "--limit", "cold=1h").exit_code == 1
    assert run(*args, "weight=3").exit_code == 2


def test_a_trend_says_which_limit_failed(run, three):
    larger(three)
    result = run("trend", "--color", "never", "--limit", "size=10%")
    assert "GATE  FAILED, 1 of 1 limit" in result.stdout
    assert "FAIL  size at most 10 % more than usual: +85.2 %" in result.stdout
    gate = json.loads(run("trend", "--format", "json", "--limit", "size=10%").stdout)[
        "gate"
    ]
    assert gate["passed"] is False
    assert gate["limits"][0]["detail"] == ["216 MB -> 400 MB"]
