"""An image without a package manager is one finding."""

from __future__ import annotations

from lightship.facts.packages.manager_calls import calls_of_manager
from lightship.lint.diagnostic import Report
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.same_cause import said_once

TEXT = "FROM python:3.12\nRUN apk update\nRUN apk add gcc py3-cffi\n"


def test_all_calls_of_the_manager_are_found():
    build = build_of(TEXT)
    *_, last = build.package_commands
    spans = calls_of_manager(build, last)
    assert [span.of(TEXT) for span in spans] == ["apk", "apk"]


def test_what_is_said_of_such_an_install_is_left_out():
    build = build_of(TEXT)
    wanted = ("command-not-in-image", "distribution-python", "apk-cache-kept")
    rules = [rule for rule in all_rules() if rule.id in wanted]
    report = said_once(Report("Dockerfile", TEXT, tuple(lint(build, rules))))
    assert [item.rule.id for item in report.diagnostics] == ["command-not-in-image"]
    alpine = build_of(TEXT.replace("python:3.12", "python:3.12-alpine"))
    assert "distribution-python" in {item.rule.id for item in lint(alpine, rules)}
