"""The value of an OCI label does not have the form that the specification requires

## What it does
Finds labels of the OCI image specification with a value of the wrong form: `created` must be a date
and time of RFC 3339, `url`, `source` and `documentation` must be URLs, `licenses` an SPDX license
expression, and `base.digest` a digest. Labels that `label-schema` of the settings has as `url`,
`rfc3339` or `spdx` are held to the same forms, and so are misspelt keys (`oci-label-unknown`).
Empty values, values with variables, and labels of stages that the image does not start from are
left alone.

## Why is this bad?
Programs read these labels, and a value of another form is useless to them: Renovate cannot find the
release notes of an image whose `source` is not a URL, and license scanners do not know a license
called "Apache 2.0".

## Fix safety
The fix writes the SPDX name of a license where the text can only mean one. It is safe: a label
does not change what the image does. Other values have no fix.

## When to ignore
Ignore it where a tool of your own reads the label and expects the form that it has now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from lightship.base_images.reference import digest_refusal
from lightship.build import Build
from lightship.facts.values.labels import Label, labels
from lightship.facts.values.oci_labels import OCI, TYPOS, is_unknown, meant_key
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit

_URL = regex(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?[^\s/]\S*")
_DATE = regex(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt "
    r"](?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
# The types of a schema by the label of the specification that has the same form
_TYPES = {"url": "url", "rfc3339": "created", "spdx": "licenses"}
# What people write, in lower case and without blanks and signs, for what SPDX calls so
_LICENCES = {
    "apache2": "Apache-2.0",
    "apache20": "Apache-2.0",
    "apachelicense20": "Apache-2.0",
    "apachelicenseversion20": "Apache-2.0",
    "apachev2": "Apache-2.0",
    "bsd2clause": "BSD-2-Clause",
    "bsd3clause": "BSD-3-Clause",
    "mitlicense": "MIT",
    "themitlicense": "MIT",
    "mpl2": "MPL-2.0",
    "mpl20": "MPL-2.0",
    "mozillapubliclicense20": "MPL-2.0",
}


def check(build: Build) -> Iterator[Finding]:
    schema = team_policy(build).label_schema
    all_labels = list(labels(build))
    known = {label.key for label in all_labels}
    for label in all_labels:
        if label.stage not in build.lineage:
            continue  # it does not reach the image

        kind = _TYPES.get(schema.get(label.key, ""))
        key = _read_as(label.key, known)
        name = key.removeprefix(OCI)
        if kind is None and key.startswith(OCI):
            kind = name
        form = _FORMS.get(kind or "")
        if form is None or not label.value or _is_legacy(label):
            continue

        is_right, what = form
        if not is_right(label.value):
            called = label.name if label.given is not None else name[:40]
            message = f"{called} must be {what}, not {label.value[:30]!r}"
            fix = _fix(label) if kind == "licenses" else None
            severity = Severity.WARNING if label.key in schema else None
            yield Finding(label.value_span, message, fix, severity)


def _is_legacy(label: Label) -> bool:
    """Whether only the blanks around its `=` are wrong, which is another matter."""
    if label.pair is None or label.given is not None:
        return False
    is_equals = (label.value or "").startswith("=")
    return label.pair.value is None or (label.pair.legacy and is_equals)


def _read_as(key: str, known: Collection[str]) -> str:
    """The key that is meant by a misspelt one: with the right key the value is still wrong."""
    if not is_unknown(key):
        return key
    meant = meant_key(key)
    return key if meant in known else meant


def _is_licence(text: str) -> bool:
    from packaging.licenses import (  # noqa: PLC0415 - heavy
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return text.upper() in ("NOASSERTION", "NONE")
    return True


def _fix(label: Label) -> Fix | None:
    if label.pair is None or label.given is not None:
        return None  # it stands in another file
    meant = _LICENCES.get(re.sub(r"[^a-z0-9]", "", (label.value or "").lower()))
    word = label.pair.value
    if meant is None or word is None or not label.value or label.value not in word.text:
        return None
    return Fix(
        f"Use {meant}",
        (Edit.replace(word.span, word.text.replace(label.value, meant)),),
    )


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "base.digest": (lambda text: not digest_refusal(text), "a digest"),
    "created": (
        lambda text: _DATE.fullmatch(text) is not None,
        "a date and time such as 2026-11-24T09:30:00Z",
    ),
    "documentation": (lambda text: _URL.fullmatch(text) is not None, "a URL"),
    "licenses": (_is_licence, "an SPDX license expression"),
    "source": (lambda text: _URL.fullmatch(text) is not None, "a URL"),
    "url": (lambda text: _URL.fullmatch(text) is not None, "a URL"),
}

RULE = Rule(
    id="label-value-malformed",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=(OCI, *TYPOS), policy=True, given_labels=True),
    aliases=("DL3052", "DL3053", "DL3054"),
    examples=(
        Example(
            bad='LABEL org.opencontainers.image.licenses="Apache 2.0"',
            fixed='LABEL org.opencontainers.image.licenses="Apache-2.0"',
        ),
        Example(
            bad="LABEL version=1 \\\n  # free\n  org.opencontainers.image.licenses='MIT License'",
            fixed="LABEL version=1 \\\n  # free\n  org.opencontainers.image.licenses='MIT'",
        ),
        Example(bad="LABEL org.opencontainers.image.licenses=GPLv3"),
        Example(bad="LABEL org.opencontainer.image.license=GPLv3"),
        Example(bad="LABEL org.opencontainers.image.source=example.com/a"),
        Example(bad='LABEL org.opencontainers.image.url="see our wiki"'),
        Example(bad="LABEL org.opencontainers.image.created=2026-11-24"),
        Example(bad="LABEL org.opencontainers.image.documentation docs/README.md"),
        Example(bad="LABEL org.opencontainers.image.base.digest=trixie"),
        Example(
            bad="LABEL homepage=example.com",
            settings='label-schema = { homepage = "url" }',
        ),
        Example(
            bad="LABEL built=today", settings='label-schema = { built = "rfc3339" }'
        ),
        Example(
            bad='LABEL license="Apache 2.0"',
            fixed='LABEL license="Apache-2.0"',
            settings='label-schema = { license = "spdx" }',
        ),
        Example(
            good="LABEL license=MIT built=2026-11-24T09:30:00Z homepage=https://a.example",
            settings='label-schema = { license = "spdx", built = "rfc3339", homepage = "url" }',
        ),
        Example(good="LABEL org.opencontainers.image.licenses='MIT OR Apache-2.0'"),
        Example(
            good="LABEL org.opencontainers.image.licenses=LicenseRef-Ours "
            "org.opencontainers.image.url=https://example.com"
        ),
        Example(
            good="LABEL org.opencontainers.image.created=2026-11-24T09:30:00+01:00"
        ),
        Example(good="ARG DATE=none\nLABEL org.opencontainers.image.created=$DATE"),
        Example(
            good='LABEL org.opencontainers.image.source="" '
            'org.opencontainers.image.version=latest license="Apache 2.0"'
        ),
    ),
)
