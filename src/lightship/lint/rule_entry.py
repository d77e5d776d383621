"""What has to be known of a rule before its module is imported."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module

from lightship.lint.finding import Severity
from lightship.lint.rule import Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record


@record(eq=False, slots=False)
class RuleEntry:
    """A row of the index: where the rule is, what it is called, whether and on what it runs.

    Everything but `module` is as the Rule itself has it.
    """

    module: str
    id: str
    severity: Severity
    default: bool
    aliases: tuple[str, ...]
    scope: RuleScope
    judges_ci: bool = False

    @property
    def theme(self) -> str:
        """The folder under `rules/` that holds the rule: `base-image`."""
        return self.module.split(".")[2].replace("_", "-")

    @cached_property
    def rule(self) -> Rule:
        """The rule itself; its module is imported the first time."""
        rule: Rule = import_module(self.module).RULE
        return rule


AnyRule = Rule | RuleEntry
