from __future__ import annotations

import json


def test_a_tree_for_people(run, project):
    (project / "Dockerfile").write_text(
        "# escape=`\nFROM a AS b\nENV x=1\nRUN --mount=type=ssh <<EOF\nhi\nEOF\n"
    )
    result = run("parse", "Dockerfile")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Dockerfile: 1 stage, 3 instructions"
    for part in (
        "# escape=`",
        "FROM",
        "x = 1",
        "flag  --mount=type=ssh",
        "<<EOF: 1 line",
    ):
        assert part in result.stdout


def test_a_line_of_json_for_each_file_in_order(run, project):
    (project / "a").write_text('FROM a\nRUN ["b", "c"]\n')
    (project / "b").write_text("FROM a\nRNU b\n")
    result = run("parse", "--format", "json", "a", "b")
    assert result.exit_code == 1
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {
        "path": "a",
        "error": None,
        "stages": 1,
        "instructions": [
            {
                "keyword": "FROM",
                "start_line": 1,
                "end_line": 1,
                "form": "shell",
                "flags": [],
                "args": ["a"],
                "heredocs": [],
            },
            {
                "keyword": "RUN",
                "start_line": 2,
                "end_line": 2,
                "form": "exec",
                "flags": [],
                "args": ["b", "c"],
                "heredocs": [],
            },
        ],
    }
    assert second["error"]["line"] == 2
    assert (second["stages"], len(second["instructions"])) == (0, 2)


def test_what_the_parser_refuses_has_no_instructions(run):
    row = json.loads(run("parse", "--format", "json", "-", stdin="RUN <<EOF\n").stdout)
    assert (row["path"], row["stages"], row["instructions"]) == ("-", 0, [])


def test_bytes_that_are_not_utf_8_are_shown_as_such(run, project):
    (project / "Dockerfile").write_bytes(b"FROM a\nRUN echo \xff\n")
    assert json.loads(run("parse", "--format", "json", "Dockerfile").stdout_bytes)[
        "instructions"
    ][1]["args"] == ["echo \ufffd"]
    assert "echo \ufffd" in run("parse", "Dockerfile").stdout


def test_an_error_is_shown_with_its_place(run):
    result = run("parse", "-", stdin="FROM a\nRNU b\n")
    assert result.exit_code == 1
    assert "-:2:1 error" in result.stdout
    assert "  RNU b\n  ^^^\n" in result.stdout


def test_a_file_that_is_not_there_does_not_end_the_run(run, project):
    (project / "a").write_text("FROM a\n")
    result = run("parse", "--format", "json", "nowhere", "a")
    assert result.exit_code == 2
    assert "error: cannot read nowhere" in result.stderr
    assert json.loads(result.stdout)["path"] == "a"
