"""What a team allows, and the finding of what it forbids."""

from __future__ import annotations

from lightship.build import Build
from lightship.lint.finding import Finding
from lightship.policy import Policy
from lightship.text import Span

_NOTHING = Policy()


def team_policy(build: Build) -> Policy:
    """The policy that a Build is judged by; one that limits nothing where there is none."""
    return build.policy or _NOTHING


def forbidden(name: str, pattern: str, span: Span) -> Finding:
    """The finding of a name that a pattern of the settings forbids."""
    message = f"{name[:50]} is forbidden by {pattern[:30]} of your settings"
    return Finding(span, message)
