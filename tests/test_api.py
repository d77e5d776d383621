"""The Python API, used as a user does: only what `lightship` itself exports."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import lightship
from lightship import (
    ConfigError,
    FileError,
    LightshipError,
    LintFix,
    Position,
    TextEdit,
    UsageError,
    fix,
    lint,
)
from lightship.cli import cli

ROOT = Path(__file__).parents[1]
TEXT = "FROM python:3.13-slim\nUSER 1\nRUN pip install flask==1\n"
SHOUTED = "FROM scratch AS Build\n"


def test_a_text():
    (finding,) = lint(TEXT, select=["DL3042"])
    assert finding.rule == "pip-cache-kept"
    assert finding.severity in ("error", "warning", "info", "style")
    assert (finding.path, finding.start) == ("Dockerfile", Position(3, 9))
    assert finding.start.line == 3
    assert "DL3042" in finding.aliases
    assert finding.fix is not None
    assert (finding.fix.safety, finding.fix.message) == ("safe", "Add --no-cache-dir")
    (edit,) = finding.fix.edits
    assert (edit.path, edit.start, edit.text) == (
        "Dockerfile",
        Position(3, 16),
        " --no-cache-dir",
    )


def test_findings_are_plain_data():
    (finding,) = lint(SHOUTED, select=["StageNameCasing"])
    assert json.loads(json.dumps(dataclasses.asdict(finding)))["rule"] == finding.rule
    assert finding == lint(SHOUTED, select=["StageNameCasing"])[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.rule = "other"


def test_a_text_without_findings():
    assert lint("FROM scratch\nCOPY app /app\n", select=["DL3042"]) == []


def test_a_text_is_judged_by_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lightship.toml").write_text('ignore = ["DL3042"]\n')
    assert lint(TEXT, select=["caching", "DL3042"]) != []
    assert lint(TEXT, path="Dockerfile", extend_select=["all"]) != []
    rules = {finding.rule for finding in lint(TEXT, path="Dockerfile")}
    assert "pip-cache-kept" not in rules


def test_a_file_is_judged_as_the_command_judges_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SECRET=1\n")
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian:12\nUSER 1\nCOPY . /app\nRUN pip install a==1\n")
    done = CliRunner().invoke(cli, ["lint", "--format", "json", "Dockerfile"])
    theirs = {(row["rule"], row["start"]["line"]) for row in json.loads(done.stdout)}
    ours = {(item.rule, item.start.line) for item in lint(Path("Dockerfile"))}
    assert ours == theirs
    assert ours == {(item.rule, item.start.line) for item in lint(file)}
    assert len(ours) > 1


def test_a_context_and_a_target(tmp_path):
    (tmp_path / ".env").write_text("SECRET=1\n")
    text = "FROM debian:12 AS a\nUSER 1\nCOPY . /app\nFROM scratch\n"
    rules = {item.rule for item in lint(text, context=tmp_path, target="a")}
    assert "secret-file-copied" in rules
    assert "secret-file-copied" not in {item.rule for item in lint(text, target="a")}


def test_build_arguments_and_a_configuration(tmp_path):
    config = tmp_path / "lightship.toml"
    config.write_text('trusted-registries = ["ghcr.io"]\n')
    text = "ARG BASE=ghcr.io/acme/a:1\nFROM $BASE\nUSER 1\n"
    only = {"select": ["untrusted-registry"], "config": config}
    assert lint(text, **only) == []
    (finding,) = lint(text, build_args={"BASE": "quay.io/a/b:1"}, **only)
    assert finding.rule == "untrusted-registry"


def test_a_configuration_that_changes_is_read_again(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text(SHOUTED, encoding="utf-8")
    config = tmp_path / "lightship.toml"
    for place in (None, config):
        config.write_text('select = ["StageNameCasing"]\n')
        assert len(lint(file, config=place)) == 1
        config.write_text('select = ["DL3042"]\n')
        assert lint(file, config=place) == []


def test_a_text_that_does_not_parse():
    (finding,) = lint("FROM a\nRNU b\n")
    assert (finding.rule, finding.severity, finding.start.line) == (
        "syntax-error",
        "error",
        2,
    )
    result = fix("FROM a\nRNU b\n")
    assert (result.text, result.is_changed) == ("FROM a\nRNU b\n", False)
    assert [item.rule for item in result.left] == ["syntax-error"]


def test_a_fix():
    result = fix(TEXT, select=["DL3042"])
    assert result.text == TEXT.replace("install", "install --no-cache-dir")
    assert result.is_changed
    assert [(item.rule, item.line) for item in result.applied] == [
        ("pip-cache-kept", 3)
    ]
    assert (result.left, result.files) == ((), {})


def test_unsafe_fixes_only_where_they_are_asked_for():
    text = "FROM debian:12\nRUN apt-get install -y ffmpeg\n"
    only = ["apt-recommends"]
    safe = fix(text, select=only)
    assert (safe.is_changed, safe.text) == (False, text)
    (left,) = safe.left
    assert left.fix is not None
    assert left.fix.safety == "unsafe"
    assert "--no-install-recommends" in fix(text, select=only, unsafe=True).text


def test_what_is_left_has_its_place_in_the_new_text():
    text = "FROM debian:12 AS Build\nRUN apt-get install ffmpeg\n"
    result = fix(text, select=["StageNameCasing", "DL3014", "DL3015"])
    (left,) = result.left
    line = result.text.split("\n")[left.start.line - 1]
    assert line[left.start.column - 1 : left.end.column - 1] in result.text
    assert "install" in line


def test_a_fix_writes_nothing(tmp_path):
    file = tmp_path / "Dockerfile"
    (tmp_path / "app.py").write_text("print()\n")
    (tmp_path / ".git").mkdir()
    file.write_text(
        "FROM python:3.13-slim\nUSER 1\nCOPY . /app\nRUN pip install a==1\n"
    )
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    result = fix(file, unsafe=True)
    after = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert before == after
    assert result.is_changed
    for place, text in result.files.items():
        assert Path(place).parent == tmp_path
        assert text


@pytest.mark.parametrize("path", [None, "Dockerfile"])
def test_bytes_that_are_no_text_stay_as_they_are(tmp_path, path):
    file = tmp_path / "Dockerfile"
    data = b"FROM scratch AS Build\r\nLABEL a=\xff\r\n"
    file.write_bytes(data)
    text = fix(file, select=["StageNameCasing"]).text
    assert text.encode("utf-8", "surrogateescape") == data.replace(b"Build", b"build")


def test_errors(tmp_path):
    with pytest.raises(UsageError, match="unknown rule"):
        lint(TEXT, select=["nosuch"])
    with pytest.raises(UsageError, match="no stage is named"):
        fix(TEXT, target="nosuch")
    with pytest.raises(FileError, match="cannot read"):
        lint(tmp_path / "nosuch")
    with pytest.raises(FileError, match="not a directory"):
        lint(TEXT, context=tmp_path / "nosuch")
    bad = tmp_path / "lightship.toml"
    bad.write_text("nosuch = 1\n")
    with pytest.raises(ConfigError, match="unknown key"):
        lint(TEXT, config=bad)
    with pytest.raises(TypeError, match="are a list"):
        lint(TEXT, select="DL3042")
    assert issubclass(ConfigError, UsageError)
    assert issubclass(UsageError, LightshipError)
    assert issubclass(FileError, LightshipError)


def test_what_is_exported_is_there():
    assert set(lightship.__all__) >= {"lint", "fix", "LintFinding", "__version__"}
    for name in lightship.__all__:
        assert getattr(lightship, name) is not None
    with pytest.raises(AttributeError, match="nosuch"):
        _ = lightship.nosuch
    stub = (ROOT / "src/lightship/__init__.pyi").read_text(encoding="utf-8")
    for name in lightship.__all__:
        assert name in stub
    assert {LintFix.__name__, TextEdit.__name__} <= set(lightship.__all__)


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


def test_the_import_is_light():
    loaded = run("import lightship, sys; print(*sys.modules)").split()
    assert [name for name in loaded if name.startswith("lightship")] == ["lightship"]
    loaded = run(
        "from lightship import lint, fix; import sys; print(*sys.modules)"
    ).split()
    heavy = {"click", "docker", "pygit2", "rich", "textual", "yaml", "requests"}
    assert heavy.isdisjoint(loaded)


def test_the_function_stays_where_the_subpackage_is_imported():
    code = (
        "import lightship.lint.engine, lightship\nfrom lightship import lint\n"
        "import lightship.lint.fixes\nfrom lightship import lint as again\n"
        "assert lint is again is lightship.lint\nprint(len(lint('FROM a\\nRNU b\\n')))"
    )
    assert run(code) == "1\n"


def test_a_type_checker_knows_it(tmp_path, monkeypatch):
    mypy = pytest.importorskip("mypy.api")
    file = tmp_path / "user.py"
    file.write_text(
        "from lightship import FixResult, LintFinding, fix, lint\n"
        "findings: list[LintFinding] = lint('FROM a', ignore=['DL3006'])\n"
        "line: int = findings[0].start.line\nresult: FixResult = fix('FROM a')\n"
        "wrong: int = result.text\n"
    )
    # With the settings and the cache of the project's own check
    monkeypatch.chdir(ROOT)
    out, _, _ = mypy.run(["--follow-imports=silent", str(file)])
    assert out.count("error:") == 1, out
    assert "user.py:5: error" in out


EXAMPLES = (ROOT / "docs/api.md").read_text(encoding="utf-8").split("```python\n")[1:]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_the_examples_of_the_page_run(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text(TEXT, encoding="utf-8")
    names: dict[str, object] = {}
    exec(example.partition("```")[0], names)
    made = names.get("result") or names.get("finding")
    assert type(made).__name__ in ("FixResult", "LintFinding")
