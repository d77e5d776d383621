"""ARG or ENV has the name of a secret

The values of ENV are in the image, and those of ARG in its history: whoever has the image can
read them, also when a later instruction unsets them.

The rule goes by names: `key`, `token`, `password`, `secret` and the like as a part between
underscores, unless `public`, `file` or `version` is a part as well.

A value that can hardly be a secret, such as `false`, a path, or the fingerprint of a public key,
makes it a note.

There is no fix. Give secrets to a build with `RUN --mount=type=secret`, and to a container when
it is run. Ignore the rule for a name that holds no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.facts.secret_names import is_secret_name
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

# What is no secret: a truth value, a path or address, fingerprints of keys
_HARMLESS = re.compile(
    r"(?:true|false|yes|no|none|on|off)?|[./~].*|[a-z]+://[^@]*|(?:(?:0x)?[0-9A-F]{40}\s*)+", re.IGNORECASE
)


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        instruction = step.instruction
        if instruction.keyword not in ("ARG", "ENV"):
            continue
        for pair, name, value in zip(instruction.pairs, step.operands[::2], step.operands[1::2], strict=False):
            if is_secret_name(name):
                span = pair.name.span if step.place is instruction else None
                message = f"{instruction.keyword} keeps {name} in the image for everyone to read: mount it as a secret"
                harmless = pair.value is not None and not step.unset and _HARMLESS.fullmatch(value) is not None
                if harmless:
                    message = f"{name} is the name of a secret, though its value looks like none"
                severity = Severity.STYLE if harmless else None
                hidden = (
                    (pair.value.span,) if pair.value is not None and not harmless and "$" not in pair.value.text else ()
                )
                where = on_first_line(build.dockerfile, step.place, span)
                yield Finding(where, message, severity=severity, secrets=hidden)


RULE = Rule(
    id="secret-in-arg-or-env",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("SecretsUsedInArgOrEnv", "DL3064", "DS-0031", "AVD-DS-0031", "semgrep/secret-in-build-arg", "CIS-DI-0010"),
    practice=Practice.SECURITY,
    examples=(
        Example(bad="ARG GITHUB_TOKEN\nRUN ./fetch"),
        Example(bad="ENV DATABASE_PASSWORD=hunter2"),
        Example(bad="ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568"),
        Example(good="RUN --mount=type=secret,id=github_token ./fetch"),
        Example(good="ENV DATABASE_PASSWORD_FILE=/run/secrets/database"),
    ),
)
