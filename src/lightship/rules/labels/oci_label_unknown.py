"""A label looks like one of the OCI image specification, but is not

## What it does
Finds labels under `org.opencontainers.image.`, or a misspelling of it, that are not among the
fourteen keys of the specification.

## Why is this bad?
The specification reserves the namespace, and registries and scanners read only the keys that it
defines. Nothing reads `org.opencontainers.image.license`, for example, since the key is `licenses`.

## Fix safety
The fix writes the key that was probably meant. It is safe: a label does not change what the image
does. There is no fix where the Dockerfile already sets that key, or where no key comes close: put
such a label under a domain of your own, such as `com.example.team`.

## When to ignore
Ignore it where a tool of your own reads the label under this name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.values.labels import Label, labels
from lightship.facts.values.oci_labels import is_unknown, meant_key
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit
from lightship.wording.lists import listed


def check(build: Build) -> Iterator[Finding]:
    all_labels = list(labels(build))
    known = {label.key for label in all_labels}
    own: list[Label] = []
    for label in all_labels:
        if not is_unknown(label.key):
            continue

        problem = f"{label.name} is not an OCI label"
        key = meant_key(label.key)
        if not key:
            own.append(label)
            continue

        fix = None if key in known else _fix(label, key)
        yield Finding(label.key_span, f"{problem}: use {key}", fix)
    if own:
        yield _of_own(own)


def _of_own(own: Sequence[Label]) -> Finding:
    """All labels that the file made up: one change mends them."""
    names = dict.fromkeys(label.name for label in own)
    verb = "is not an OCI label" if len(names) == 1 else "are not OCI labels"
    message = f"{listed(names, most=2)} {verb}: use a domain of your own"
    return Finding(own[0].key_span, message)


def _fix(label: Label, key: str) -> Fix | None:
    """Another key for a label of the Dockerfile."""
    if label.pair is None or label.given is not None:
        return None
    word = label.pair.name
    if label.key not in word.text:
        return None
    edit = Edit.replace(word.span, word.text.replace(label.key, key))
    return Fix(f"Use {key}", (edit,))


RULE = Rule(
    id="oci-label-unknown",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("opencontainer",), given_labels=True),
    examples=(
        Example(
            bad='LABEL org.opencontainers.image.license="MIT"',
            fixed='LABEL org.opencontainers.image.licenses="MIT"',
        ),
        Example(
            bad='LABEL "org.opencontainers.image.author"="A" \\\n'
            '    org.opencontainers.image.title="B"',
            fixed='LABEL "org.opencontainers.image.authors"="A" \\\n'
            '    org.opencontainers.image.title="B"',
        ),
        Example(
            bad="LABEL org.opencontainer.image.source=https://example.com/a",
            fixed="LABEL org.opencontainers.image.source=https://example.com/a",
        ),
        Example(bad="LABEL org.opencontainers.image.team=a"),
        Example(
            bad="LABEL org.opencontainers.image.license=MIT org.opencontainers.image.licenses=MIT"
        ),
        Example(
            good='LABEL org.opencontainers.image.licenses="MIT" com.example.team=a license=MIT'
        ),
        Example(
            good="LABEL org.opencontainers.image.ref.name=1 "
            "org.opencontainers.image.base.name=debian:13"
        ),
    ),
)
