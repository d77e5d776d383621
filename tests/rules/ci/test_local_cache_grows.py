"""local-cache-grows: only where a later run makes other layers."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULE = next(rule for rule in all_rules() if rule.id == "local-cache-grows")
KEPT = """- uses: actions/cache@v4
  with: {path: /tmp/c, key: a, restore-keys: b}
"""
INPUTS = (
    "context: .\ncache-from: type=local,src=/tmp/c\ncache-to: type=local,dest=/tmp/c\n"
)
IMAGE = "FROM debian:trixie\nRUN apt-get install -y git\n"


@pytest.mark.parametrize(
    ("dockerfile", "inputs", "grows"),
    [
        (IMAGE, INPUTS, False),
        (f"{IMAGE}COPY . .\n", INPUTS, True),
        (f"ARG SHA\n{IMAGE}", f"{INPUTS}build-args: SHA=${{{{ github.sha }}}}\n", True),
        (IMAGE, f"{INPUTS}no-cache: true\n", True),
    ],
)
def test_the_same_layers_add_nothing(dockerfile, inputs, grows):
    file = ci_file_of(workflow(inputs, before=KEPT), {"Dockerfile": dockerfile})
    assert bool(examine_ci(file, RuleSelection((RULE,)))[0]) is grows
