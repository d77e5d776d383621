"""A fix of a Dockerfile with CRLF writes no line with another ending."""

from __future__ import annotations

from every import every

from lightship.build import Build
from lightship.lint.examples import build_of
from lightship.lint.finding import Finding
from lightship.lint.registry import dockerfile_rules
from lightship.lint.rule import Rule
from lightship.text import apply_edits


def _fixed(build: Build, finding: Finding) -> str:
    assert finding.fix is not None
    own = [edit for edit in finding.fix.edits if edit.path is None]
    return apply_edits(build.dockerfile.text, own)


def test_a_fix_writes_the_line_endings_of_the_file():
    def law(case: tuple[Rule, str, dict[str, str]]) -> None:
        rule, bad, files = case
        whole = build_of(bad, files).dockerfile.text.replace("\r\n", "\n")
        build = build_of(whole.replace("\n", "\r\n") + "\r\n", files)
        for finding in rule.check(build):
            if finding.fix is not None:
                fixed = _fixed(build, finding)
                assert "\n" not in fixed.replace("\r\n", ""), fixed

    cases = [
        (f"{rule.id} {number}", (rule, example.bad, dict(example.files or {})))
        for rule in dockerfile_rules()
        for number, example in enumerate(rule.examples)
        if example.bad and example.fixed
    ]
    assert cases
    every(cases, law)
