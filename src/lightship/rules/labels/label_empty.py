"""A label has no value

A label that says nothing may be left out.

Off by default: an empty label is also how an image takes back one that its base image has set, since labels
are inherited. There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import labels
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    for label in labels(build):
        if label.value is not None and not label.value.strip():
            yield Finding(label.pair.span, f"{label.key} has no value: leave it out")


RULE = Rule(
    id="label-empty",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    aliases=("DL3051",),
    examples=(
        Example(bad='LABEL maintainer=""'),
        Example(bad="LABEL version=1 \\\n    description=''"),
        Example(bad='LABEL title=" "'),
        Example(good="LABEL version=1"),
        Example(good="ARG VERSION\nLABEL version=$VERSION"),
    ),
)
