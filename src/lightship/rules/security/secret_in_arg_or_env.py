"""ARG or ENV has the name of a secret

## What it does
Finds ARG and ENV with `key`, `token`, `password`, `secret` and similar words in their names, as a
part between underscores, unless `public`, `file` or `version` is a part as well.

A value that is hardly a secret, such as `false`, a path, or the fingerprint of a public key,
makes it a note, and so does a name such as `SITE_KEY` or `VITE_API_KEY`, whose value a page shows
to everyone. An ARG with an empty value remains a warning, because it expects one from outside.

## Why is this bad?
The values of ENV are in the image, and those of ARG in its history: anyone with the image can
read them, even if a later instruction unsets them. In a stage that is not part of the image, they
stay in the build cache, which is often shared.

There is no fix. Pass secrets to a build with `RUN --mount=type=secret`, and to a container when
it is run.

## When to ignore
Ignore it for a name whose value is not a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.evaluation.dispatch import Step
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

# What is no secret: a truth value, a path or address, fingerprints of keys
_HARMLESS = regex(
    r"(?:true|false|yes|no|none|on|off)?|[./~].*|[a-z]+://[^@]*|(?:(?:0x)?[0-9A-F]{40}\s*)+",
    re.IGNORECASE,
)

# Keys that a page shows to everyone, and the name of a file
_PUBLIC = regex(
    r"(?:_|^)(?:site|publishable)_key"
    r"|^(?:vite|react_app|next_public|nuxt_public|vue_app|gatsby|expo_public|ng_app)_"
    r"|^google_application_credentials$",
    re.IGNORECASE,
)


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        instruction = step.instruction
        if instruction.keyword not in ("ARG", "ENV"):
            continue
        for pair, name, value in zip(
            instruction.pairs, step.operands[::2], step.operands[1::2], strict=False
        ):
            if is_secret_name(name):
                written = pair.value.text if pair.value is not None else None
                message, severity = _about(build, step, name, written, value)
                secret = (
                    pair.value is not None
                    and severity is not Severity.STYLE
                    and "$" not in pair.value.text
                )
                hidden = (pair.value.span,) if secret and pair.value is not None else ()
                yield Finding(
                    word_on_first_line(build.dockerfile, step, pair.name.span),
                    message,
                    severity=severity,
                    secrets=hidden,
                )


def _about(
    build: Build, step: Step, name: str, written: str | None, value: str
) -> tuple[str, Severity | None]:
    keyword = step.instruction.keyword
    if _PUBLIC.search(name) is not None:
        return (
            f"BuildKit treats {name} as a secret, although its value is public or a path",
            Severity.STYLE,
        )
    if _is_harmless(step, written, value):
        return (
            f"{name} is the name of a secret, although its value does not look like one",
            Severity.STYLE,
        )
    if step.stage not in build.lineage:
        return (
            f"{keyword} keeps {name} in the build cache: mount it as a secret",
            Severity.INFO,
        )
    cure = "mount it as a secret"
    if keyword != "ARG":
        cure = "pass it at run time, or mount a secret"
    message = f"{keyword} keeps {name} in the image for anyone to read: {cure}"
    return message, None


def _is_harmless(step: Step, written: str | None, value: str) -> bool:
    """Whether the value can hardly be a secret; an empty one may still come from outside the
    Dockerfile.
    """
    if written is None or step.unset or _HARMLESS.fullmatch(value) is None:
        return False
    return bool(value) or (step.instruction.keyword == "ENV" and "$" not in written)


RULE = Rule(
    id="secret-in-arg-or-env",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(keywords=("ARG", "ENV")),
    aliases=(
        "SecretsUsedInArgOrEnv",
        "DL3064",
        "DS-0031",
        "AVD-DS-0031",
        "semgrep/secret-in-build-arg",
        "CIS-DI-0010",
    ),
    practice=Practice.SECURITY,
    examples=(
        Example(bad="ARG GITHUB_TOKEN\nRUN ./fetch"),
        Example(bad="ENV DATABASE_PASSWORD=hunter2"),
        Example(bad="ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568"),
        Example(bad="ARG API_KEY\nENV API_KEY=$API_KEY"),
        Example(bad="ARG API_KEY=''\nRUN ./fetch"),
        Example(
            bad="FROM node:24-slim AS web\nARG NPM_TOKEN\nFROM node:24-slim\n"
            "COPY --from=web /app /app"
        ),
        Example(bad="ENV RECAPTCHA_SITE_KEY=6LeIxAcTAAAA"),
        Example(good="RUN --mount=type=secret,id=github_token ./fetch"),
        Example(good="ENV DATABASE_PASSWORD_FILE=/run/secrets/database"),
    ),
)
