"""local-cache-not-kept: only where the machine is known to end with the job."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULE = next(rule for rule in all_rules() if rule.id == "local-cache-not-kept")
FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
TEXT = workflow("context: .\ncache-to: type=local,dest=/tmp/c\n")


@pytest.mark.parametrize(
    ("runner", "is_lost"),
    [
        ("ubuntu-latest", True),
        ("ubuntu-24.04-arm", True),
        ("windows-2025", True),
        ("a100-40gb-runner", False),
        ("[self-hosted, linux]", False),
        ("${{ inputs.runner }}", False),
    ],
)
def test_only_hosted_runners_end_with_the_job(runner, is_lost):
    text = TEXT.replace("ubuntu-latest", runner)
    file = ci_file_of(text, FILES)
    found = examine_ci(file, RuleSelection((RULE,)))[0]
    assert bool(found) is is_lost
