from __future__ import annotations

import json
import tomllib

from lightship.config.config_keys import keys


def test_without_a_configuration_the_defaults(run):
    result = run("config")
    assert result.stdout.startswith("# no configuration found: the defaults\n")
    assert set(tomllib.loads(result.stdout)) == set(keys()) - {"target"}


def test_what_is_printed_is_a_configuration_that_says_the_same(run, project):
    (project / "lightship.toml").write_text(
        'extend-select = ["unused-ignore"]\nfail-on = "none"\nseverity = { unused-ignore = "error" }\n'
        'per-file-ignores = { "a\\"b/*" = ["all"] }\nbuild-args = { A = "x=\\\\" }\ntarget = "b"\n'
    )
    first = run("config").stdout
    assert first.startswith(f"# from {project / 'lightship.toml'}\n")
    (project / "lightship.toml").write_text(first, encoding="utf-8")
    assert tomllib.loads(run("config").stdout) == tomllib.loads(first)


def test_as_json(run, project):
    (project / "lightship.toml").write_text(
        'fail-on = "none"\nseverity = { DL3 = "info" }\n'
    )
    shown = json.loads(run("config", "--format", "json").stdout)
    assert shown["source"] == str(project / "lightship.toml")
    assert shown["warnings"] == []
    settings = shown["settings"]
    assert set(settings) == set(keys())
    assert (settings["fail-on"], settings["severity"]) == ("none", {"DL3": "info"})
    assert (settings["select"], settings["target"]) == (["default"], None)
    assert set(shown["defaults"]) == set(keys()) - {"fail-on", "severity"}


def test_an_unknown_key_is_an_error_with_its_line(run, project):
    (project / "lightship.toml").write_text("\n\nfial-on = 1\n")
    result = run("config")
    assert result.exit_code == 2
    assert (
        result.stderr
        == f"error: {project / 'lightship.toml'}:3: unknown key 'fial-on'; did you mean fail-on?\n"
    )


def test_a_path_that_is_not_there(run):
    assert run("config", "nowhere").exit_code == 2
