"""docs/practices names rules that exist, and every rule but the small ones of style and syntax."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from lightship.lint.registry import all_rules

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from docs import THEMES_WITHOUT_PRACTICE

GUIDE = Path(__file__).parents[1] / "docs" / "practices"
CHAPTERS = sorted(GUIDE.glob("*.md"))
RULES = {rule.id for rule in all_rules()}
# Words in backticks that look like rules and are none
OTHERS = frozenset(
    "build-essential ca-certificates su-exec libpq-dev setuptools-scm hatch-vcs test-builds requires-python".split()
)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_rules_that_are_named_exist(path):
    named = set(
        re.findall(
            r"`([a-z][a-z0-9]*(?:-[a-z0-9]+)+)`", path.read_text(encoding="utf-8")
        )
    )
    assert named - RULES - OTHERS == set()


def test_every_practice_of_a_rule_is_in_the_guide():
    text = "".join(path.read_text(encoding="utf-8") for path in CHAPTERS)
    missing = {
        rule.id
        for rule in all_rules()
        if rule.theme not in THEMES_WITHOUT_PRACTICE and f"`{rule.id}`" not in text
    }
    assert missing == set(), "`make docs` lists them in docs/practices/README.md"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_figure_is_left_open(path):
    assert not re.search(r"\{[^}]*\}", path.read_text(encoding="utf-8"))


def test_links_lead_somewhere():
    for path in CHAPTERS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
