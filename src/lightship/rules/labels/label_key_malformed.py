"""A label key does not follow Docker's guidelines

## What it does
Finds label keys that do not start with a lowercase letter, or that contain anything but lowercase
letters, digits, and single dots or hyphens between them. It also finds keys in the namespaces
`com.docker.`, `io.docker.` and `org.dockerproject.`, which Docker reserves. Underscores are
common and therefore accepted. Keys with variables are left alone.

The rule is off by default: Docker accepts any key, and many images use other forms on purpose.

## Why is this bad?
Tools that follow the guidelines may not find the label, and a key without a namespace of your own,
such as `com.example.team`, may collide with the label of another tool.

## When to ignore
Ignore it where a tool that you use asks for exactly this key.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import Label, labels
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_KEY = regex(r"[a-z](?:[a-z0-9]|[._-](?=[a-z0-9]))*")
_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")


def check(build: Build) -> Iterator[Finding]:
    for label in labels(build):
        if label.pair is not None and "$" in label.pair.name.text:
            continue
        if not _KEY.fullmatch(label.key):
            message = (
                "a label key should consist of lowercase letters, digits, and single dots "
                "or hyphens"
            )
            yield _finding(label, message)
        elif label.key.startswith(_RESERVED):
            message = "this namespace is reserved for Docker: use a domain of your own"
            yield _finding(label, message)


def _finding(label: Label, message: str) -> Finding:
    """What is wrong with a key, with its name where it does not stand in the Dockerfile."""
    if label.pair is None:
        message = f"{label.name}: {message}"
    return Finding(label.key_span, message)


RULE = Rule(
    id="label-key-malformed",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(keywords=("LABEL",), given_labels=True),
    default=False,
    aliases=("DL3048",),
    examples=(
        Example(bad="LABEL Version=1"),
        Example(bad='LABEL version=1 \\\n    "my label"=a'),
        Example(bad="LABEL com..example=a"),
        Example(bad="LABEL name_=a"),
        Example(bad="LABEL com.docker.a=b"),
        Example(
            good="LABEL version=1 com.example.my-team=a org.opencontainers.image.title=b"
        ),
        Example(good='ARG NAME\nLABEL "$NAME"=a'),
    ),
)
