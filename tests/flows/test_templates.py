"""Files that are named like a Dockerfile, and from which a tool makes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import RULES

from lightship.flows.lint import LintRequest, find_files
from lightship.lint.builtin import syntax_errors
from lightship.lint.engine import lint
from lightship.lint.examples import build_of

TEMPLATE = (
    "FROM debian:13\n{%- if extra %}\nENV PORT={{ PORT }}\nENV A {{\n{% endif %}\n"
    "{{ patch('end') }}\n{# a remark #}\n"
)
# What looks like a tag inside an instruction is text
DOCKERFILE = "FROM debian:13\nRUN echo \\\n{{ name }}\nCOPY <<EOF /a\n{% if a %}\nEOF\n"


def test_of_a_template_only_that_it_is_one_is_said():
    [finding] = syntax_errors(build_of(TEMPLATE))
    assert finding.message.startswith("this is a template")
    assert finding.span.of(build_of(TEMPLATE).dockerfile.text).startswith("{%")
    assert list(syntax_errors(build_of(DOCKERFILE))) == []


@pytest.mark.parametrize(
    "line",
    ["{args}", "  {a.b}  ", "{{ a }}", "{% if a %}", "@A_B@", "<% a %>", "$[A_B]"],
)
def test_a_line_that_is_only_a_place_to_fill_in_marks_a_template(line):
    [finding] = syntax_errors(build_of(f"FROM debian:13\nRUN true\n{line}\nRNU b\n"))
    assert finding.message.startswith("this is a template")


@pytest.mark.parametrize(
    "line", ["{args} b", "@A", "{", "{a-b}", "${PACKAGES}", "$[A] b"]
)
def test_other_lines_are_mistakes(line):
    [finding] = syntax_errors(build_of(f"FROM debian:13\n{line}\n"))
    assert finding.message.startswith("unknown instruction")


@pytest.mark.parametrize(
    "name", ["__NS__/base:1", "{{ base }}", "<%= base %>", "@BASE@:3", "a/%%NAME%%"]
)
def test_a_place_to_fill_in_where_a_base_image_should_stand_marks_one(name):
    build = build_of(f"FROM {name}\nRUN pip install flask\n")
    [found] = lint(build, [RULES["build-refused"], RULES["pip-cache-kept"]])
    assert found.finding.message.startswith("this is a template")


@pytest.mark.parametrize(
    "name", ["a__b/base:1", "debian:13@sha256:" + "a" * 64, "${X:-a}", "a/__init__"]
)
def test_other_names_are_judged(name):
    build = build_of(f"ARG X\nFROM {name}\nRUN pip install flask\n")
    found = lint(build, [RULES["pip-cache-kept"]])
    assert [item.rule.id for item in found] == ["pip-cache-kept"]


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE,
        "FROM debian:13\nRUN a\n{more}\n",
        "FROM __NS__/base\n",
        "ARG A=1\nfrom {{ base }}\n",
    ],
)
def test_a_search_leaves_each_kind_out(tmp_path, text):
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    assert list(find_files([str(tmp_path)], LintRequest())) == []


@pytest.mark.parametrize("built", [True, False])
def test_a_wreck_is_linted_where_a_build_names_it(tmp_path, built):
    (tmp_path / "Dockerfile.broken").write_text(DOCKERFILE, encoding="utf-8")
    name = "Dockerfile.broken" if built else "Dockerfile"
    compose = (
        f"services:\n  a:\n    build:\n      context: .\n      dockerfile: {name}\n"
    )
    (tmp_path / "compose.yaml").write_text(compose, encoding="utf-8")
    expected = [str(tmp_path / "Dockerfile.broken")]
    refs = find_files([str(tmp_path)], LintRequest())
    assert [ref.path for ref in refs] == (expected if built else [])
    assert [ref.path for ref in find_files(expected, LintRequest())] == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [(".", ["b/Dockerfile"]), ("a/Dockerfile", ["a/Dockerfile"])],
)
def test_a_search_leaves_templates_out(tmp_path, monkeypatch, named, expected):
    for folder, text in (("a", TEMPLATE), ("b", DOCKERFILE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Dockerfile").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [ref.path for ref in find_files([named], LintRequest())] == expected


def test_a_search_leaves_out_what_a_script_of_the_project_fills_in(tmp_path):
    text = "ARG BASE=$[BASE]\nFROM debian:13\n$[COMPILER]\n"
    (tmp_path / "template.dockerfile").write_text(text, encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    found = find_files([str(tmp_path)], LintRequest())
    assert [Path(ref.path).name for ref in found] == ["Dockerfile"]


@pytest.mark.parametrize(
    ("name", "text", "is_left_out"),
    [
        ("Dockerfile.labels", "ARG A\nLABEL a=$A\n", True),
        ("example.Dockerfile", "# Comment\nINSTRUCTION arguments\n", True),
        ("Dockerfile", "\n", True),
        ("Dockerfile", "RUN true\n", False),
        ("Dockerfile.web", "FRM debian:13\nFROM debian:13\n", False),
    ],
)
@pytest.mark.parametrize("is_built", [True, False])
def test_a_part_of_a_dockerfile_is_linted_where_a_build_names_it(
    tmp_path, name, text, is_left_out, is_built
):
    (tmp_path / name).write_text(text)
    if is_built:
        (tmp_path / "build.sh").write_text(f"docker build -t a -f {name} .\n")
    refs = find_files([str(tmp_path)], LintRequest())
    is_linted = is_built or not is_left_out
    assert [Path(ref.path).name for ref in refs] == [name] * is_linted
