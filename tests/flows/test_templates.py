"""Files that are named like a Dockerfile, and from which a tool makes one."""

from __future__ import annotations

import pytest

from lightship.flows.lint import LintRequest, find_files
from lightship.lint.builtin import syntax_errors
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
    ("named", "expected"),
    [(".", ["b/Dockerfile"]), ("a/Dockerfile", ["a/Dockerfile"])],
)
def test_a_search_leaves_templates_out(tmp_path, monkeypatch, named, expected):
    for folder, text in (("a", TEMPLATE), ("b", DOCKERFILE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Dockerfile").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert [ref.path for ref in find_files([named], LintRequest())] == expected
