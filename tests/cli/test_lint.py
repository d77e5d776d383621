from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from amounts import share_of

CLEAN = "FROM scratch\nCOPY app /app\n"
SHOUTED = "FROM scratch\ncopy app /app\n"
BROKEN = "FROM scratch\nRNU true\n"


def rules_of(result):
    return [row["rule"] for row in json.loads(result.stdout)]


def test_a_finding_is_shown_with_its_place_and_its_fix(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    result = run("lint", "--select", "StageNameCasing")
    assert result.exit_code == 0, "it is less than a warning"
    assert result.stdout.splitlines()[0].startswith("Dockerfile:1:")
    assert "1 | FROM scratch AS Build\n" in result.stdout
    assert "^^^^^" in result.stdout
    assert "= fix: " in result.stdout
    assert "1 finding in 1 file: 1 style." in result.stdout
    assert "1 fixable with `lightship fix`." in result.stdout


def test_quiet_is_a_line_for_each_finding(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    result = run("lint", "-q", "--select", "StageNameCasing")
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "configuration", "alias"),
    [
        ((), "", ""),
        (("--select", "stage-name-not-lowercase"), "", ""),
        (("--select", "StageNameCasing"), "", " [StageNameCasing]"),
        (("--select", "buildkit"), "", " [StageNameCasing]"),
        ((), "[severity]\nStageNameCasing = 'error'\n", " [StageNameCasing]"),
    ],
)
def test_a_rule_goes_by_the_alias_that_the_user_writes(
    run, project, arguments, configuration, alias
):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    (project / "lightship.toml").write_text(configuration, encoding="utf-8")
    line = run("lint", "-q", *arguments).stdout.splitlines()[0]
    assert line.partition(" [")[1:] == alias.partition(" [")[1:]


def test_with_hadolints_configuration_rules_go_by_hadolints_names(run, project):
    (project / "Dockerfile").write_text("FROM debian:latest\nUSER 1\n")
    (project / ".hadolint.yaml").write_text("ignored: [DL3059]\n")
    lines = run("lint", "--format", "github").stdout.splitlines()
    assert any("title=latest-image (DL3007)::" in line for line in lines)


def test_nothing_found(run, project):
    (project / "Dockerfile").write_text(CLEAN, encoding="utf-8")
    result = run("lint", "--select", "buildkit", "--context", "-")
    assert (result.exit_code, result.stdout) == (0, "No findings in 1 file.\n")


def test_a_file_that_does_not_parse_is_one_error_and_not_the_end(run, project):
    (project / "a.Dockerfile").write_text(BROKEN, encoding="utf-8")
    (project / "b.Dockerfile").write_text("FROM scratch AS Build\n")
    result = run("lint", "--format", "json", "--select", "StageNameCasing")
    assert result.exit_code == 2
    assert [row["path"] for row in json.loads(result.stdout)] == [
        "a.Dockerfile",
        "b.Dockerfile",
    ]
    assert rules_of(result)[0] == "syntax-error"


def test_a_file_that_is_not_there_is_one_error_and_not_the_end(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    result = run(
        "lint",
        "--format",
        "json",
        "--select",
        "StageNameCasing",
        "nowhere",
        "Dockerfile",
    )
    assert result.exit_code == 2
    assert rules_of(result)[0] == "unreadable-file"
    assert len(rules_of(result)) == 2


def test_a_directory_without_dockerfiles_is_a_warning(run):
    result = run("lint")
    assert result.exit_code == 0
    assert result.stderr == "warning: no Dockerfile found in .\n"


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [("error", 0), ("warning", 1), ("info", 1), ("style", 1), ("none", 0), (None, 1)],
)
def test_fail_on(run, project, fail_on, code):
    (project / "lightship.toml").write_text(
        'severity = { StageNameCasing = "warning" }'
    )
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    options = ["--fail-on", fail_on] if fail_on else []
    assert run("lint", "--select", "StageNameCasing", *options).exit_code == code


PIP = "FROM python:3.13-slim\nUSER 1\nRUN pip install pandas==2\nRUN pip install scipy==1\n"


def test_a_prefix_selects_all_aliases_that_begin_so(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    lines = run("lint", "-q", "--select", "DL304").stdout.splitlines()
    assert len(lines) == 1
    assert all(line.endswith("[DL3042]") for line in lines)
    assert run("lint", "-q", "--select", "DL304", "--ignore", "DL3").stdout != ""
    assert run("lint", "-q", "--select", "DL3", "--extend-ignore", "DL").stdout != ""
    rest = run("lint", "-q", "--select", "DL30", "--ignore", "DL3042,DL3059")
    assert rest.stdout == ""


def test_an_unknown_prefix_is_an_error_that_guesses_nothing(run, project):
    result = run("lint", "--select", "DL8")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: unknown rule, alias or theme 'DL8': `lightship rules` lists them all\n"
    )


def test_shellchecks_names_are_accepted_where_rules_are_ignored(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    assert run("lint", "--ignore", "SC2086,SC1091", "-q").exit_code == 1
    assert run("lint", "--select", "SC2086").exit_code == 2
    (project / "lightship.toml").write_text('ignore = ["SC2086", "DL3"]\n')
    assert run("lint", "-q", "--select", "DL3042").exit_code == 1
    (project / "lightship.toml").write_text('select = ["SC2086"]\n')
    assert run("lint").exit_code == 2


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("Dockerfile:DL3042", 0),
        ("*:DL304", 1),
        ("sub/*:caching", 1),
        ("Dockerfile:DL3059,DL3042", 0),
        ("x:DL3042,y:DL3042", 1),
        ("x:DL3042,Dockerfile:DL3042", 0),
    ],
)
def test_rules_ignored_by_file(run, project, value, count):
    """As for --ignore, the most precise name decides."""
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    result = run(
        "lint", "-q", "--select", "pip-cache-kept", "--per-file-ignores", value
    )
    assert result.exit_code == int(count > 0)
    assert result.stdout.count("\n") == count


@pytest.mark.parametrize("value", ["DL3042", ":DL3042", "Dockerfile:nosuch"])
def test_what_is_no_rule_ignored_by_file(run, project, value):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    result = run("lint", "--per-file-ignores", value)
    assert result.exit_code == 2
    assert "error: " in result.stderr


def test_statistics(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    (project / "b.Dockerfile").write_text(PIP, encoding="utf-8")
    result = run("lint", "--statistics", "--select", "DL3042,DL3059")
    assert result.exit_code == 1
    first, second, total = result.stdout.splitlines()
    assert first == (
        "4  pip-cache-kept (DL3042)    warning  [*]  pip's download cache stays in the image"
    )
    assert second.startswith("2  consecutive-runs (DL3059)")
    assert total.startswith("6 findings by 2 rules.")


def test_statistics_in_json(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    result = run("lint", "--statistics", "--format", "json", "--select", "DL3042")
    (row,) = json.loads(result.stdout)
    assert (row["rule"], row["count"], row["files"]) == ("pip-cache-kept", 2, 1)
    assert (row["safe_fixes"], row["unsafe_fixes"]) == (2, 0)
    nothing = run("lint", "--statistics", "--format", "json", "--select", "DL3004")
    assert json.loads(nothing.stdout) == []


def test_what_goes_together(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    assert run("lint", "--statistics", "--explain").exit_code == 2
    assert run("lint", "--statistics", "--format", "sarif").exit_code == 2


def test_explained_in_json(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    (project / "broken.Dockerfile").write_text(BROKEN, encoding="utf-8")
    result = run("lint", "--explain", "--format", "json", "--select", "DL3042")
    (file, broken) = json.loads(result.stdout)
    assert file["path"] == "Dockerfile"
    assert 0 < file["score"] < 100
    assert set(file["practices"]) >= {"size", "security"}
    (rule,) = file["rules"]
    assert rule["rule"] == "pip-cache-kept"
    assert rule["reason"]
    assert [finding["lines"] for finding in rule["findings"]] == [[3, 4]]
    assert (broken["score"], broken["rules"][0]["rule"]) == (None, "syntax-error")


def test_show_files(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    (project / "api").mkdir()
    (project / "api/web.Dockerfile").write_text(BROKEN, encoding="utf-8")
    (project / "old").mkdir()
    (project / "old/Dockerfile").write_text(PIP, encoding="utf-8")
    (project / "lightship.toml").write_text('exclude = ["old/"]\n')
    result = run("lint", "--show-files")
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(result.stdout.splitlines()) == ["Dockerfile", "api/web.Dockerfile"]


def test_a_rules_own_severity_wins_over_that_of_a_prefix(run, project):
    (project / "lightship.toml").write_text(
        'severity = { pip-cache-kept = "error", DL3 = "style", DL304 = "info" }\n'
    )
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    result = run("lint", "--format", "json", "--select", "DL3042,DL3059")
    levels = {row["rule"]: row["severity"] for row in json.loads(result.stdout)}
    assert levels == {"pip-cache-kept": "error", "consecutive-runs": "style"}


@pytest.mark.parametrize("text", [PIP, BROKEN])
def test_exit_zero_whatever_was_found(run, project, text):
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    shown = run("lint", "-q")
    result = run("lint", "-q", "--exit-zero")
    assert shown.exit_code != 0
    assert (result.exit_code, result.stdout) == (0, shown.stdout)
    assert run("lint", "--exit-zero", "--select", "nosuch").exit_code == 2


def test_fail_on_none_is_about_findings_and_not_about_files(run, project):
    (project / "Dockerfile").write_text(PIP, encoding="utf-8")
    assert run("lint", "--fail-on", "none").exit_code == 0
    (project / "Dockerfile").write_text(BROKEN, encoding="utf-8")
    assert run("lint", "--fail-on", "none").exit_code == 2


def test_standard_input(run):
    result = run(
        "lint",
        "-",
        "--select",
        "StageNameCasing",
        "-q",
        "--fail-on",
        "style",
        stdin="FROM scratch AS Build\n",
    )
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:1:")
    named = run(
        "lint",
        "-",
        "-q",
        "--stdin-filename",
        "a/b",
        "--select",
        "StageNameCasing",
        stdin="FROM a AS B\n",
    )
    assert named.stdout.startswith("a/b:1:")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\xff\xfeF\0R\0",
        b"FROM a\n" * 3 + b"\x89PNG\r\n\x1a\n" * 999,
        b"FROM \xff\n",
    ],
)
def test_any_bytes_get_an_answer(run, project, data):
    (project / "Dockerfile").write_bytes(data)
    result = run("lint", "--select", "all", "--format", "json")
    assert "rule-crashed" not in rules_of(result)
    result.stdout_bytes.decode("utf-8")


def test_unknown_names_are_an_error_with_a_suggestion(run):
    result = run("lint", "--select", "stage-name-casin")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "error: unknown rule, alias or theme 'stage-name-casin'"
    )


def test_output_goes_into_a_file(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    result = run(
        "lint",
        "--select",
        "StageNameCasing",
        "--format",
        "json",
        "--output",
        "out.json",
        "--fail-on",
        "style",
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(json.loads((project / "out.json").read_text(encoding="utf-8"))) == 1


def test_an_output_that_cannot_be_written_is_an_error(run, project):
    (project / "Dockerfile").write_text(CLEAN, encoding="utf-8")
    result = run("lint", "--output", "no/where.json")
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_colour_only_where_it_is_wanted(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    assert "\033[" not in run("lint").stdout
    assert "\033[" in run("lint", "--color", "always").stdout
    assert "\033[" not in run("lint", "--color", "never").stdout


def test_comments_are_counted(run, project):
    (project / "Dockerfile").write_text(
        "# lightship: ignore=StageNameCasing\nFROM scratch AS Build\n"
    )
    result = run("lint", "--select", "StageNameCasing")
    first, _ = result.stdout.splitlines()
    assert first == "No findings in 1 file (1 finding hidden by comments)."


def test_a_control_character_of_the_file_does_not_reach_the_terminal(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Bui\033[31mld\n")
    assert "\033" not in run("lint", "--select", "all").stdout


def test_many_files_on_all_cores_say_the_same_in_the_same_order(run, project):
    for number in range(200):
        (project / f"{number:03}.Dockerfile").write_text(
            f"FROM scratch AS {'Build' if number % 3 else 'build'}\n", encoding="utf-8"
        )
    (project / "100.Dockerfile").write_text(BROKEN, encoding="utf-8")
    options = ("lint", "--format", "json", "--select", "StageNameCasing")
    alone, together = run(*options, "--jobs", "1"), run(*options, "--jobs", "3")
    assert alone.stdout == together.stdout
    assert alone.exit_code == together.exit_code == 2


def test_configuration(run, project):
    (project / "lightship.toml").write_text(
        'select = ["UndefinedArgInFrom"]\nfail-on = "none"\n'
    )
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    assert run("lint").exit_code == 0
    assert "No findings" in run("lint").stdout
    assert (
        "1 finding" in run("lint", "--no-config", "--select", "StageNameCasing").stdout
    )


def test_standard_input_has_the_configuration_of_the_current_directory(run, project):
    (project / "lightship.toml").write_text('select = ["StageNameCasing"]\n')
    found = run("lint", "-q", "-", stdin="FROM scratch AS Build\nRUN cd /x\n")
    assert found.stdout.count("\n") == 1
    (project / "app").mkdir()
    (project / "app/lightship.toml").write_text('select = ["UndefinedVar"]\n')
    named = run("lint", "-q", "--stdin-filename", "app/x", "-", stdin="FROM a AS B\n")
    assert named.stdout == ""


def test_a_rule_that_crashes_is_a_finding(run, project, monkeypatch):
    from dataclasses import replace

    from lightship.flows import lint as lint_flow
    from lightship.lint.registry import all_rules
    from lightship.lint.rule_selection import RuleSelection

    def crash(_build):
        raise RecursionError("too deep")

    rules = tuple(
        replace(rule, check=crash) if "StageNameCasing" in rule.aliases else rule
        for rule in all_rules()
    )
    monkeypatch.setattr(lint_flow, "requested_rules", lambda *_: RuleSelection(rules))
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    result = run("lint", "--format", "json")
    assert "rule-crashed" in rules_of(result)
    assert result.exit_code == 1


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"),
    reason="needs Linux, which tells what a process has used",
)
def test_what_was_found_in_a_file_is_not_kept_after_it_is_printed(run, project):
    """Without a file it is 35 MB; what would stay of each may not be more than 40 kB."""
    files = share_of(1000)
    text = (
        "FROM debian:trixie AS Build\n"
        + "RUN apt-get update && apt-get install foo\n" * 10
    )
    for number in range(files):
        (project / f"{number}.Dockerfile").write_text(text, encoding="utf-8")
    # Not by getrusage: its figure of a new process begins with that of the one that started it
    code = (
        "import re\nfrom lightship.cli import main\ntry:\n main()\nfinally:\n"
        " print(re.search('VmHWM: *([0-9]+)', open('/proc/self/status').read().replace(chr(9), ' '))[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "lint", "-q", "-o", "out"],
        check=False,
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert int(done.stdout) < 36_000 + 40 * files
    assert (project / "out").read_text(encoding="utf-8").count("\n") >= files


def test_a_search_passes_over_what_tests_read_as_data(run, project):
    text = "FROM debian:13\nRUN apt-get update && apt-get install curl\n"
    data = os.path.join("tests", "unit", "data")
    fixtures = (os.path.join("tests", "checks", "failure2"), data, "testdata")
    (project / ".git").mkdir()
    for folder in (*fixtures, "app"):
        (project / folder).mkdir(parents=True)
        (project / folder / "Dockerfile").write_text(text, encoding="utf-8")

    def reported(*paths):
        rows = json.loads(run("lint", "--format", "json", *paths).stdout)
        return {row["path"] for row in rows if row["rule"] == "apt-without-yes"}

    assert reported(".") == {"app/Dockerfile"}
    # Who names a file, or the directory of data, means it
    named = os.path.join(data, "Dockerfile")
    assert reported(named) == reported(data) == {"tests/unit/data/Dockerfile"}
    compose = "services: {x: {build: testdata}}\n"
    (project / "compose.yaml").write_text(compose, encoding="utf-8")
    assert reported(".") == {"app/Dockerfile", "testdata/Dockerfile"}
