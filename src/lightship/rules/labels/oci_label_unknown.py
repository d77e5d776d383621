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

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import KEYS, OCI, labels
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit

_MEANT = {
    "author": "authors",
    "build-date": "created",
    "builddate": "created",
    "date": "created",
    "desc": "description",
    "descriptions": "description",
    "docs": "documentation",
    "license": "licenses",
    "maintainer": "authors",
    "maintainers": "authors",
    "name": "title",
    "sources": "source",
    "vcs-ref": "revision",
    "vcs-url": "source",
}
_TYPOS = (
    "org.opencontainer.image.",
    "org.opencontainers.images.",
    "org.opencontainer.images.",
    "opencontainers.image.",
)


def check(build: Build) -> Iterator[Finding]:
    all_labels = list(labels(build))
    known = {label.key for label in all_labels}
    for label in all_labels:
        starts = (start for start in (OCI, *_TYPOS) if label.key.startswith(start))
        start = next(starts, None)
        if start is None:
            continue
        name = label.key.removeprefix(start)
        if start == OCI and name in KEYS:
            continue

        word = label.pair.name
        problem = f"{label.key} is not an OCI label"
        meant = _meant(name)
        if not meant:
            yield Finding(word.span, f"{problem}: use a domain of your own")
            continue

        key = f"{OCI}{meant}"
        fix = None
        if key not in known and label.key in word.text:
            edit = Edit.replace(word.span, word.text.replace(label.key, key))
            fix = Fix(f"Use {key}", (edit,))
        yield Finding(word.span, f"{problem}: use {key}", fix)


def _meant(name: str) -> str:
    """The key of the specification that a name stands for; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and few labels need it

    if name in KEYS:
        return name
    known = _MEANT.get(name.lower(), "")
    near = get_close_matches(name.lower(), sorted(KEYS), n=1, cutoff=0.85)
    return known or (near[0] if near else "")


RULE = Rule(
    id="oci-label-unknown",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("opencontainer",)),
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
