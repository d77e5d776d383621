"""Whether an action of GitHub builds from files of the runner, or from git."""

from __future__ import annotations

from lightship.builds.build_paths import is_remote
from lightship.builds.ci.ci_build import ContextKind
from lightship.builds.ci.github_actions import ACTIONS
from lightship.builds.ci.github_inputs import StepInputs
from lightship.builds.definition import BuildDefinition
from lightship.regex import regex

_GIT_CONTEXT = "{{defaultContext}}"
_GIT_BAKE = 6  # the version of the bake action
_VERSION = regex(r"(?:@|#\s*)v([0-9]{1,3})")


def kind_of_context(
    action: str, inputs: StepInputs, definition: BuildDefinition | None
) -> ContextKind:
    """The context of an action that builds one image."""
    text = inputs.known("context")
    known = ACTIONS.get(action)
    is_git_by_default = known is not None and known.is_git
    if not text and is_git_by_default:
        return ContextKind.GIT
    if text.startswith(_GIT_CONTEXT):
        return ContextKind.GIT
    if is_remote(text):
        return ContextKind.REMOTE
    if definition is None and "{{" in text:
        return ContextKind.UNKNOWN
    return ContextKind.PATH


def kind_of_bake_context(inputs: StepInputs, uses: str) -> ContextKind:
    """The context of an action that builds targets of a bake file.

    `uses` is the line that names the action. Without `source` it reads the repository itself from
    version 6 on. Source: docker/bake-action, README.md, "Git context".
    """
    source = inputs.text("source")
    if source or inputs.has("workdir"):
        return ContextKind.GIT if _GIT_CONTEXT in source else ContextKind.PATH
    version = _VERSION.search(uses)
    if version is None:
        return ContextKind.UNKNOWN
    is_git = int(version[1]) >= _GIT_BAKE
    return ContextKind.GIT if is_git else ContextKind.PATH
