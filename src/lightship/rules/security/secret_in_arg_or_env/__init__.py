"""ARG or ENV has the name of a secret

## What it does
Finds ARG and ENV with `key`, `token`, `password`, `secret` and similar words in their names, as a
part between underscores, unless `public`, `pub`, `file` or `version` is a part as well.

The rule is silent where the value is hardly a secret: `false`, a number, `trust`, a path, or the
fingerprint of a public key; an empty ENV, or one that only names a variable that nothing sets; for
names such as `SITE_KEY` or `VITE_API_KEY`, whose value a page shows to everyone, also the key of a
map in a page that the stage builds (`MAPBOX_TOKEN`); for `AUTH_METHOD`, which chooses a setting,
and `TABLE_KEY=metrics`, the name of what is stored; for what git checks out, for what COPY takes
for a path, and for settings of Grafana such as `GF_AUTH_ANONYMOUS_ORG_ROLE`. An ARG with an empty
value is found, because it expects one from outside. Where an ENV only passes an ARG on, the ARG
alone is found; where all that uses an ARG is a RUN that sets a password with it,
`password-set-in-run` says so. Values such as `dummy`, `changeme` and `not_set`, and
`insecure-build-key` or `docker_build` in an ARG, are left alone, unless a build is known to give
another. So are words such as `foo` in a stage that is not part of the image, such values of an ARG
beside a comment that they do not matter, an access key, which is the name of a user, beside its
secret key, images for development and tests, the password of a database or queue that everybody
guesses (`POSTGRES_PASSWORD=postgres`, or the name of its user), and what opens a service on this
machine (`S3_ADDRESS=0.0.0.0:9000`) or a mocked one (`LIMS_HOST=mocklims.example.org`). Where other
variables have the ends of their own names as values (`TRAILBLAZER_HOST=host`), so may a secret
(`SECRET_KEY=key`): all of them only let the settings load.

An ARG that no build is known to give a value and that nothing reads is a note to remove it.

A real value that is written in the Dockerfile is an error: the secret is out. It is only a warning
where the value is what everybody writes at first, such as `secret`, or comes from outside; and a
note in a stage that is not part of the image, or where an example has a value that everybody knows
(`grafana` for Grafana).

## Why is this bad?
The values of ENV are in the image, and those of ARG in its history: anyone with the image can
read them, even if a later instruction unsets them. In a stage that is not part of the image, they
stay in the build cache, which is often shared.

There is no fix. Pass secrets to a build with `RUN --mount=type=secret`, and to a container when
it is run: what an ENV takes on from an ARG is meant for the container, unless a script that a RUN
starts reads it.

## When to ignore
Ignore it for a name whose value is not a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.dockerfile.tree import Pair, Stage
from lightship.evaluation.dispatch import Step
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.set_passwords import set_passwords
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.security.secret_in_arg_or_env.build_time_reads import (
    is_read_in_build,
)
from lightship.rules.security.secret_in_arg_or_env.plain_values import (
    does_not_matter,
    is_dummy,
    is_harmless,
    is_real,
)
from lightship.rules.security.secret_in_arg_or_env.public_names import (
    is_copied_path,
    is_name_of_entry,
    is_of_maps,
    is_public,
    is_revision,
)
from lightship.rules.security.secret_in_arg_or_env.service_logins import (
    is_of_service,
    is_stand_in,
    is_user_of_key,
)
from lightship.text import Span

_PARTS = regex(r"[^a-z0-9]+")
_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
# They read no variables but their own
_PLAIN_TOOLS = frozenset(
    """wget curl tar unzip gunzip xz chmod chown mkdir mv cp rm ln echo printf test [ touch cat
    apk apt-get apt cd set ls sed grep true sha256sum""".split()
)


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return

    declared: set[tuple[Stage | None, str]] = set()
    for step in build.evaluation.steps:
        instruction = step.instruction
        if instruction.keyword not in ("ARG", "ENV"):
            continue

        names = step.operands[::2]
        values = step.operands[1::2]
        for pair, name, value in zip(instruction.pairs, names, values, strict=False):
            if not is_secret_name(name) or is_public(name):
                continue
            if _is_no_secret(build, step, pair, name, value):
                continue
            if instruction.keyword == "ARG":
                declared.add((step.stage, name))
            elif (step.stage, _only_variable(pair)) in declared:
                continue  # the ARG above is the cause
            yield _finding(build, step, pair, value)


def _is_no_secret(build: Build, step: Step, pair: Pair, name: str, value: str) -> bool:
    if is_harmless(step, pair, value) or is_dummy(build, step, name, value):
        return True
    if is_revision(build, name) or is_name_of_entry(name, value):
        return True
    if value and name not in build.given_args and _opens_nothing(build, name, value):
        return True
    if is_user_of_key(build, name) or does_not_matter(build, step, name, value):
        return True
    if is_of_maps(build, step, name) or is_copied_path(build, name):
        return True

    if step.instruction.keyword == "ARG":
        return _only_sets_password(build, name)
    # Empty without an ARG, or what the base image has already
    source = _only_variable(pair)
    if source != name and source not in step.unset:
        return False
    return source not in build.once(_all_args)


def _opens_nothing(build: Build, name: str, value: str) -> bool:
    return is_of_service(build, name, value) or is_stand_in(build, name, value)


def _only_sets_password(build: Build, name: str) -> bool:
    """Whether the RUN that use an ARG set a password with it, which another rule says of them."""
    written = re.escape(name)  # BuildKit takes any name
    use = regex(rf"\$(?:{written}(?!\w)|\{{{written}(?!\w))")
    text = build.dockerfile.text
    instructions = build.dockerfile.instructions
    users = [item for item in instructions if use.search(item.span.of(text))]
    return bool(users) and set_passwords(build).keys() >= set(users)


def _only_variable(pair: Pair) -> str:
    """The variable that is all of a value: `NEWRELIC_KEY` of `$NEWRELIC_KEY`; empty for others."""
    if pair.value is None:
        return ""
    text = pair.value.text.strip("\"'")
    match = _VARIABLE.fullmatch(text)
    if match is None:
        return ""
    return match[1] or match[2]


def _all_args(build: Build) -> frozenset[str]:
    """The names that ARG declares anywhere in the Dockerfile."""
    names: set[str] = set()
    for instruction in build.dockerfile.instructions:
        if instruction.keyword == "ARG":
            names.update(pair.name.text for pair in instruction.pairs)
    return frozenset(names)


def _finding(build: Build, step: Step, pair: Pair, value: str) -> Finding:
    hidden: tuple[Span, ...] = ()
    is_written = pair.value is not None and "$" not in pair.value.text
    if pair.value is not None and is_written:
        hidden = (pair.value.span,)

    name = step.operands[2 * step.instruction.pairs.index(pair)]
    message, severity = _about(build, step, name, value)
    if severity is None and is_written:
        severity = _severity_of_value(build, step, value)
    place = word_on_first_line(build.dockerfile, step, pair.name.span)
    return Finding(place, message, severity=severity, secrets=hidden)


def _severity_of_value(build: Build, step: Step, value: str) -> Severity | None:
    """How bad it is that a value is written: of an example everybody knows the usual ones."""
    image = build.evaluation.root(step.stage).name
    is_of_service = value.lower() in _PARTS.split(image.lower())
    is_known = is_of_service or not is_real(value)
    if build.repository.is_example and value and is_known:
        return Severity.INFO
    return Severity.ERROR if is_real(value) else None  # the secret is out


def _about(
    build: Build, step: Step, name: str, value: str
) -> tuple[str, Severity | None]:
    keyword = step.instruction.keyword
    if step.stage not in build.lineage:
        cure = "mount it as a secret"
        if _is_idle(build, step, name):
            cure = "remove it, as nothing in this stage reads it"
        message = f"{keyword} keeps {name} in the build cache: {cure}"
        return message, Severity.INFO

    is_given = name in build.given_args or bool(value)
    if keyword == "ARG" and not is_given and _is_idle(build, step, name):
        message = f"nothing reads ARG {name}, and the image keeps what a build gives it: remove it"
        return message, Severity.INFO

    cure = "mount it as a secret"
    if keyword != "ARG":
        cure = "pass it at run time, or mount a secret"
    elif _is_idle(build, step, name):
        cure = "remove it, as nothing in this stage reads it"
    elif _is_passed_on(build, name) and not is_read_in_build(build, step.stage, name):
        cure = "pass it at run time"
    message = f"{keyword} keeps {name} in the image for anyone to read: {cure}"
    return message, None


def _is_idle(build: Build, step: Step, name: str) -> bool:
    """Whether nothing in a stage that no other starts from can read the variable."""
    stage = step.stage
    text = build.dockerfile.text
    if f"${name}" in text or f"${{{name}" in text:
        return False
    if any(build.base_of(other) is stage for other in build.dockerfile.stages):
        return False

    names: set[str] = set()
    for instruction in stage.instructions:
        if instruction.keyword != "RUN":
            continue
        scripts = build.scripts(instruction)
        if not scripts or any(script.opaque for script in scripts):
            return False
        for script in scripts:
            names.update(command.name for command in script.commands)
    return names <= _PLAIN_TOOLS


def _is_passed_on(build: Build, name: str) -> bool:
    """Whether an ENV of the final image takes it on: the program needs it, and not the build."""
    for stage in build.lineage:
        for item in stage.instructions:
            if item.keyword != "ENV":
                continue
            if any(_only_variable(pair) == name for pair in item.pairs):
                return True
    return False


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
        Example(bad="ARG API_KEY\nENV API_KEY=$API_KEY"),
        Example(bad="ARG API_KEY=''\nRUN ./fetch"),
        Example(
            bad="FROM node:24-slim AS web\nARG NPM_TOKEN\nFROM node:24-slim\n"
            "COPY --from=web /app /app"
        ),
        Example(good="RUN --mount=type=secret,id=github_token ./fetch"),
        Example(good="ENV DATABASE_PASSWORD_FILE=/run/secrets/database"),
        Example(good="ARG SECRET_KEY=insecure-build-key\nRUN ./fetch"),
        Example(good="ENV SECRET_KEY=dummy"),
        # Their values are public
        Example(good="ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568"),
        Example(good="ENV RECAPTCHA_SITE_KEY=6LeIxAcTAAAA"),
        # A tag of pg_auth_mon
        Example(
            good="ARG PG_AUTH_MON=v3.0\nRUN git init && git checkout ${PG_AUTH_MON}"
        ),
    ),
)
