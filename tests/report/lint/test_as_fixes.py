from __future__ import annotations

import made

from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.report.lint.as_fixes import write
from lightship.report.lint.formats import LintView
from lightship.text import Edit, Span


def choice(message: str) -> Fix:
    return Fix(message, (Edit.insert(0, "# x\n"),), Safety.MANUAL)


def test_what_is_left_shows_its_choices():
    def check(build):
        yield Finding(
            Span(0, 4),
            "there are two ways",
            choice("Do this"),
            choices=(choice("Do that"),),
        )
        yield Finding(Span(5, 6), "there is none")

    fixed = fix(
        made.build("FROM a\n"), RuleSelection((made.rule("two-ways", check),)), UNSAFE
    )
    assert list(write("Dockerfile", fixed, LintView())) == [
        "Dockerfile: 0 fixed, 2 left\n",
        "  left  line 1    two-ways: there are two ways (needs your decision)\n",
        "          choice: Do this\n",
        "          choice: Do that\n",
        "  left  line 1    two-ways: there is none (no fix)\n",
    ]
