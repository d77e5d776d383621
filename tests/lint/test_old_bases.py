"""On a base image that ended long ago, unsafe fixes are only shown."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

REST = "\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n"
FILES = {"main.py": "", "requirements.txt": "flask\n"}
ORDER = "sources-before-dependencies"


def made(text, *ids, files=FILES):
    rules = tuple(rule for rule in all_rules() if rule.id in ids)
    return fix(build_of(text, files), RuleSelection(rules), UNSAFE).text


@pytest.mark.parametrize(
    ("base", "is_made"),
    [
        ("python:3.6-slim", False),
        ("python:3.9-slim-jessie", False),
        ("node:12", False),
        ("debian:stretch", False),
        ("circleci/python", False),
        ("phusion/baseimage:0.9.19", False),
        ("python:3.13-slim", True),
        # It ended, but not so long ago
        ("python:3.8-slim", True),
        ("registry.example.com/base", True),
    ],
)
def test_unsafe_fixes_are_made_on_bases_of_the_last_years(base, is_made):
    text = f"FROM {base}{REST}"
    assert (made(text, ORDER) != text) is is_made


def test_safe_fixes_are_made_on_all():
    text = f"FROM python:3.6-slim as app{REST}"
    assert "AS app" in made(text, "from-as-casing-differs")


def test_a_stage_is_judged_by_what_it_starts_from():
    text = f"FROM python:3.6-slim AS base\nFROM python:3.13-slim{REST}"
    assert made(text, ORDER) != text
    text = f"FROM python:3.6-slim AS base\nFROM base{REST}"
    assert made(text, ORDER) == text
