"""Build arguments with another value in each run, commit or ref, as expressions tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lightship.builds.ci.ci_build import ChangesWith
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_RUN = regex(
    r"github\.run_(?:id|number|attempt)\b|GITHUB_RUN_(?:ID|NUMBER|ATTEMPT)\b"
    r"|\bCI_(?:PIPELINE|JOB)_(?:ID|IID|STARTED_AT|CREATED_AT)\b|\bBUILD_NUMBER\b"
    r"|\bBuild\.BuildId\b|\bCIRCLE_BUILD_NUM\b|\bdate\b\s*(?:-u\s*)?[+'\"-]|\$\(date\b|`date\b"
    r"|image\.created\b|repository\.(?:pushed|updated)_at"
)
_COMMIT = regex(
    r"github\.sha\b|GITHUB_SHA\b|head\.sha\b|head_commit\b|github\.event\.after\b"
    r"|\bCI_COMMIT_(?:SHORT_)?SHA\b|\bCIRCLE_SHA1\b|\bBUILDKITE_COMMIT\b"
    r"|git (?:rev-parse|describe|log|show|rev-list)\b|image\.revision\b|\bGIT_COMMIT\b"
)
_REF = regex(
    r"github\.(?:ref|ref_name|head_ref)\b|GITHUB_REF(?:_NAME)?\b|\bCI_COMMIT_(?:REF|TAG|BRANCH)"
    r"|image\.version\b"
)
_STEP = regex(r"steps\.([\w-]+)\.outputs\.([\w-]+)")
_ENV = regex(r"env\.(\w+)")
_VARIABLE = regex(r"\$\{?(\w+)")
_METADATA = "docker/metadata-action"
_MOST_LINES = 500  # of a script
_MOST_VARIABLES = 20  # of a line


def changes_with(text: str, steps: Sequence[YamlNode]) -> ChangesWith | None:
    """When a value is another one; None where nothing tells that it changes.

    `steps` are those before, which may make it.
    """
    if "$" not in text and "`" not in text:
        return None
    found = _by_words(text)
    if found is not None:
        return found
    for step_id, output in _STEP.findall(text):
        for step in steps:
            if _text(step, "id") == step_id:
                return _of_output(step, output)
    for name in _ENV.findall(text):
        for step in reversed(steps):
            found = _of_assignments(_text(step, "run"), name)
            if found is not None:
                return found
    return None


def _by_words(text: str) -> ChangesWith | None:
    if _RUN.search(text):
        return ChangesWith.RUN
    if _COMMIT.search(text):
        return ChangesWith.COMMIT
    return ChangesWith.REF if _REF.search(text) else None


def _of_output(step: YamlNode, output: str) -> ChangesWith | None:
    uses = _text(step, "uses")
    if uses.startswith(_METADATA):
        return ChangesWith.REF if output == "version" else None
    return _of_assignments(_text(step, "run"), output)


def _of_assignments(script: str, name: str) -> ChangesWith | None:
    """What a script writes into an output or variable of that name."""
    for line in _assigning(script, name):
        found = _by_words(line)
        if found is not None:
            return found
        # `now=$(date)` on a line, `echo "date=$now"` on another
        for variable in _VARIABLE.findall(line)[:_MOST_VARIABLES]:
            for other in _assigning(script, variable):
                found = _by_words(other)
                if found is not None:
                    return found
    return None


def _assigning(script: str, name: str) -> Iterator[str]:
    pattern = re.compile(rf"(?<![\w-]){name}=|name={name}::")
    for line in script.split("\n")[:_MOST_LINES]:
        if pattern.search(line):
            yield line


def _text(node: YamlNode, *keys: str) -> str:
    value = node.get(*keys)
    return (value.text or "") if value is not None else ""
