"""ARG or ENV has the name of a secret

## What it does
Finds ARG and ENV with `key`, `token`, `password`, `secret` and similar words in their names, as a
part between underscores, unless `public`, `pub`, `file` or `version` is a part as well.

The rule is silent where the value is hardly a secret: `false`, a number, `trust`, a path, or the
fingerprint of a public key; an empty ENV, or one that only names a variable that nothing sets; for
names such as `SITE_KEY` or `VITE_API_KEY`, whose value a page shows to everyone, also the key of a
map in a page that the stage builds (`MAPBOX_TOKEN`); for `AUTH_METHOD`, which chooses a setting,
and `TABLE_KEY=metrics`, the name of what is stored; and for what git checks out. An ARG with an
empty value is found, because it expects one from outside. Where an ENV only passes an ARG on, the
ARG alone is found. Values such as `dummy` and `not_set`, and `insecure-build-key` in an ARG, are
left alone, unless a build is known to give another. So are words such as `foo` in a stage that is
not part of the image, such values of an ARG beside a comment that they do not matter, an access
key, which is the name of a user, beside its secret key, images for development and tests, the
password of a database or queue that everybody guesses (`POSTGRES_PASSWORD=postgres`, or the name of
its user), and what opens a service on this machine (`S3_ADDRESS=0.0.0.0:9000`).

A real value that is written in the Dockerfile is an error: the secret is out. It is only a warning
where the value is what everybody writes at first, such as `changeme`, or comes from outside; and a
note in a stage that is not part of the image.

## Why is this bad?
The values of ENV are in the image, and those of ARG in its history: anyone with the image can
read them, even if a later instruction unsets them. In a stage that is not part of the image, they
stay in the build cache, which is often shared.

There is no fix. Pass secrets to a build with `RUN --mount=type=secret`, and to a container when
it is run: what an ENV takes on from an ARG is meant for the container.

## When to ignore
Ignore it for a name whose value is not a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import comments_near, word_on_first_line
from lightship.dockerfile.tree import Pair, Stage
from lightship.evaluation.dispatch import Step
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command

# What is no secret: a truth value, a number, a way of logging in, a path or address, fingerprints
_HARMLESS = regex(
    r"(?:true|false|yes|no|none|null|on|off|enabled?|disabled?)?|[0-9]{1,5}"
    r"|(?:trust|peer|ident|md5|scram-sha-256|cert|basic|bearer|oauth2?|oidc|saml|ldap|jwt|token)"
    r"|[./~].*|[a-z]+://[^@]*|(?:(?:0x)?[0-9A-F]{40}\s*)+"
    # Keys that their vendors publish: of a project in PostHog, of a page in Stripe and Mapbox
    r"|phc_\w+|pk_(?:live|test)_\w+|pk\.[\w.-]+",
    re.IGNORECASE,
)
# What everybody writes until there is a real one: no secret is out by it
_PLACEHOLDER = regex(
    r".*(?:change|replace|insert|your|example|dummy|fake|placeholder|default|insecure|build).*"
    r"|(?:[\"'<{*.-]|x{3}).*|(?:test|dev|local|foo|bar|abc|123|admin|root|user|guest|demo)\w*"
    r"|pass(?:word|wd)?[0-9]*|secret[0-9]*|postgres|mysql|mariadb|mongo|redis|rabbitmq|empty"
    r"|minio(?:admin|123)?",
    re.IGNORECASE,
)
# Keys that a page shows to everyone, the name of a file, and settings beside a secret
_PUBLIC = regex(
    r"(?:_|^)(?:site|publishable)_key|(?:_|^)pub(?:_|$)"
    r"|^(?:vite|react_app|next_public|nuxt_public|vue_app|gatsby|expo_public|ng_app)_"
    r"|^google_application_credentials$"
    r"|_(?:user(?:name)?|host|port|url|uri|path|dir|method|mode|type|backend|provider|server|realm"
    r"|domain|issuer|header|algorithm|length|lifetime|ttl|minutes|seconds|days|enabled|required"
    r"|usage|validators|hasher|id|name|prefix)$|_dont_warn_|(?:^|_)no_(?:auth|credentials?|password|token)$",
    re.IGNORECASE,
)
# What says of itself that it opens nothing: it lets a step of the build start
_DUMMY = regex(
    r".*(?:dummy|fake|placeholder|not[_-]?(?:set|used|needed|real|a[_-]?secret)|unused"
    r"|if[_-]you[_-]see[_-]this|(?:over|re)[_-]?(?:ridd?en|written|placed)|set[_-](?:at|in|by)[_-]).*"
    # The keys in AWS's own documentation
    r"|[\w/+]{20,}EXAMPLEKEY|A[KS]IA\w{8,}EXAMPLE",
    re.IGNORECASE,
)
_STORE_KEY = regex(
    r"(?:^|_)(?:redis|cache|s3|object|bucket|queue|stream)_key$", re.IGNORECASE
)
_ENTRY = regex(r"[A-Za-z]{2,}(?:[_:./-][A-Za-z]{2,})+")
# What tells rows apart, and a word in lower case, as tables and columns are called
_COLUMN_KEY = regex(
    r"(?:^|_)(?:table|column|partition|primary|foreign|sort|row|field|index|group|routing"
    r"|translation)_key$",
    re.IGNORECASE,
)
_WORD = regex(r"[a-z]{2,}(?:[_.:-][a-z]{2,})*")
# Keys of maps that every visitor of the page gets, and what builds such a page
_OF_MAPS = regex(
    r"(?:^|_)(?:mapbox|maptiler|google_?maps?)_(?:(?:access|public|api|js)_)*(?:token|key)$",
    re.IGNORECASE,
)
_PAGE_BUILDERS = frozenset("npm npx yarn pnpm bun ng vite webpack".split())
_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
_INSECURE = regex(r".*insecure.*", re.IGNORECASE)
# Passwords of databases and queues, which are changed where they are run
_OF_SERVICE = regex(
    r"(?P<service>(?:\w+_)?(?:db|database|postgres\w*|pg|mysql|mariadb|mongo\w*|redis|rabbit\w*"
    r"|broker|neo4j|elastic\w*|minio|couchdb|influxdb)\w*?)_?(?:root_|admin_|default_)?pass(?:word|wd)?",
    re.IGNORECASE,
)
_USER = regex(r"(?:user(?:name)?|db|database|name)$", re.IGNORECASE)
_ADDRESS = regex(r"_(?:address|endpoint(?:_url)?|host|ur[il])$", re.IGNORECASE)
_THIS_MACHINE = regex(
    r"(?:\w+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?:[:/].*)?", re.IGNORECASE
)
_CHECKOUTS = frozenset({"checkout", "switch", "-b", "--branch"})
_ACCESS_KEY = regex(r"(?P<prefix>(?:(?!SECRET_)\w)+_)?ACCESS_KEY(?:_ID)?")
_SECRET_KEYS = ("SECRET_KEY", "SECRET_ACCESS_KEY", "ACCESS_SECRET")
_ANY_WORD = regex(
    r"foo|bar|baz|x+|abc|test(?:ing)?|temp|none|build|changeme|dummy|example",
    re.IGNORECASE,
)
# In the comment of an instruction, in lower case
_NO_MATTER = regex(
    r"(?:don.t|doesn.t|does not|do not) matter|not (?:really )?(?:used|needed)|any value|dummy|fake"
    r"|placeholder|only (?:set )?(?:to|for) (?:let|make|prevent|build|collectstatic)"
)
# They read no variables but their own
_PLAIN_TOOLS = frozenset(
    """wget curl tar unzip gunzip xz chmod chown mkdir mv cp rm ln echo printf test [ touch cat
    apk apt-get apt cd set ls sed grep true sha256sum""".split()
)
_SHORTEST = 6  # characters


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
            if not is_secret_name(name) or _PUBLIC.search(name) is not None:
                continue
            if _is_no_secret(build, step, pair, name, value):
                continue
            if instruction.keyword == "ARG":
                declared.add((step.stage, name))
            elif (step.stage, _only_variable(pair)) in declared:
                continue  # the ARG above is the cause
            yield _finding(build, step, pair, value)


def _is_no_secret(build: Build, step: Step, pair: Pair, name: str, value: str) -> bool:
    if _is_harmless(step, pair, value) or _is_dummy(build, step, name, value):
        return True
    if _is_revision(build, name) or _is_name_of_entry(name, value):
        return True
    if value and name not in build.given_args and _is_of_service(build, name, value):
        return True
    if _is_user_of_key(build, name) or _does_not_matter(build, step, name, value):
        return True
    if _is_of_maps(build, step, name):
        return True
    if step.instruction.keyword == "ARG":
        return False
    # Empty without an ARG, or what the base image has already
    source = _only_variable(pair)
    if source != name and source not in step.unset:
        return False
    return source not in build.once(_all_args)


def _only_variable(pair: Pair) -> str:
    """The variable that is all of a value: `NEWRELIC_KEY` of `$NEWRELIC_KEY`; empty for others."""
    text = pair.value.text.strip("\"'") if pair.value is not None else ""
    match = _VARIABLE.fullmatch(text)
    return (match[1] or match[2]) if match is not None else ""


def _is_of_maps(build: Build, step: Step, name: str) -> bool:
    """Whether it is the key of a map in a page that the stage builds, and that serves the key."""
    if _OF_MAPS.search(name) is None:
        return False
    for item in step.stage.instructions:
        if item.keyword != "RUN":
            continue
        for script in build.scripts(item):
            if any(map(_builds_page, script.commands)):
                return True
    return False


def _builds_page(command: Command) -> bool:
    """`npm run build`, `yarn build`, `ng build`."""
    if command.name not in _PAGE_BUILDERS:
        return False
    words = [word.text for word in command.args]
    return "run" in words or any(word.startswith("build") for word in words)


def _all_args(build: Build) -> frozenset[str]:
    """The names that ARG declares anywhere in the Dockerfile."""
    names: set[str] = set()
    for instruction in build.dockerfile.instructions:
        if instruction.keyword == "ARG":
            names.update(pair.name.text for pair in instruction.pairs)
    return frozenset(names)


def _is_name_of_entry(name: str, value: str) -> bool:
    """Whether a key is the name of what is stored: `REDIS_KEY=SPY_latest`, `TABLE_KEY=metrics`."""
    text = value.strip("\"'")
    if _COLUMN_KEY.search(name) is not None and _WORD.fullmatch(text) is not None:
        return True
    return _STORE_KEY.search(name) is not None and _ENTRY.fullmatch(text) is not None


def _is_of_service(build: Build, name: str, value: str) -> bool:
    """Whether everybody knows the password of a service, or the service is on this machine."""
    variables = build.once(_written)
    prefix = name.partition("_")[0]
    related = {
        key: text for key, text in variables.items() if key.startswith(f"{prefix}_")
    }
    for key, text in related.items():
        if _ADDRESS.search(key) and _THIS_MACHINE.fullmatch(text):
            return True
    if _OF_SERVICE.fullmatch(name) is None:
        return False
    names = {text for key, text in related.items() if _USER.search(key)}
    return not _is_real(value) or value in names


def _is_user_of_key(build: Build, name: str) -> bool:
    """Whether it is who a secret key belongs to: `MINIO_ACCESS_KEY` beside `MINIO_SECRET_KEY`."""
    match = _ACCESS_KEY.fullmatch(name)
    if match is None:
        return False
    prefix = match["prefix"] or ""
    variables = build.once(_written)
    return any(f"{prefix}{ending}" in variables for ending in _SECRET_KEYS)


def _does_not_matter(build: Build, step: Step, name: str, value: str) -> bool:
    """Whether a value that everybody writes only lets a step of the build start.

    It is an ARG, or stays in a stage that is not part of the image, and a comment above says so,
    or the value is no more than a word such as foo.
    """
    is_left_behind = step.stage not in build.lineage
    if not is_left_behind and step.instruction.keyword != "ARG":
        return False
    if not value or name in build.given_args or _is_real(value):
        return False
    if is_left_behind and _ANY_WORD.fullmatch(value):
        return True
    comments = comments_near(build.dockerfile, step.instruction)
    return _NO_MATTER.search(comments) is not None


def _written(build: Build) -> dict[str, str]:
    """What ARG and ENV set, by name."""
    values: dict[str, str] = {}
    for step in build.evaluation.steps:
        if step.instruction.keyword in ("ARG", "ENV"):
            pairs = zip(step.operands[::2], step.operands[1::2], strict=False)
            values.update(pairs)
    return values


def _is_revision(build: Build, name: str) -> bool:
    """Whether git is told to check it out: it names a tag, such as that of `pg_auth_mon`."""
    written = (f"${name}", f"${{{name}}}")
    if not any(use in build.dockerfile.text for use in written):
        return False
    for call in build.commands("git"):
        words = [word.text.strip("\"'") for word in call.command.args]
        if not _CHECKOUTS.isdisjoint(words) and any(use in words for use in written):
            return True
    return False


def _is_dummy(build: Build, step: Step, name: str, value: str) -> bool:
    """Whether a value opens nothing, and no build gives another one."""
    is_arg = step.instruction.keyword == "ARG"
    if is_arg and name in build.given_args:
        return False
    if _DUMMY.fullmatch(value) is not None:
        return True
    return is_arg and _INSECURE.fullmatch(value) is not None


def _finding(build: Build, step: Step, pair: Pair, value: str) -> Finding:
    is_written = pair.value is not None and "$" not in pair.value.text
    hidden = (pair.value.span,) if pair.value is not None and is_written else ()
    name = step.operands[2 * step.instruction.pairs.index(pair)]
    message, severity = _about(build, step, name)
    if severity is None and is_written and _is_real(value):
        severity = Severity.ERROR
    place = word_on_first_line(build.dockerfile, step, pair.name.span)
    return Finding(place, message, severity=severity, secrets=hidden)


def _about(build: Build, step: Step, name: str) -> tuple[str, Severity | None]:
    keyword = step.instruction.keyword
    if step.stage not in build.lineage:
        cure = "mount it as a secret"
        if _is_idle(build, step, name):
            cure = "remove it, as nothing in this stage reads it"
        message = f"{keyword} keeps {name} in the build cache: {cure}"
        return message, Severity.INFO

    cure = "mount it as a secret"
    if keyword != "ARG":
        cure = "pass it at run time, or mount a secret"
    elif _is_passed_on(build, name):
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
    runs = [item for item in stage.instructions if item.keyword == "RUN"]
    scripts = [script for run in runs for script in build.scripts(run)]
    names = {command.name for script in scripts for command in script.commands}
    return bool(names) and names <= _PLAIN_TOOLS


def _is_passed_on(build: Build, name: str) -> bool:
    """Whether an ENV of the final image takes it on: the program needs it, and not the build."""
    for stage in build.lineage:
        for item in stage.instructions:
            if item.keyword != "ENV":
                continue
            if any(_only_variable(pair) == name for pair in item.pairs):
                return True
    return False


def _is_real(value: str) -> bool:
    """Whether a value may be what opens something, and not what everybody writes at first."""
    return len(value) >= _SHORTEST and _PLACEHOLDER.fullmatch(value) is None


def _is_harmless(step: Step, pair: Pair, value: str) -> bool:
    """Whether the value can hardly be a secret; an empty one may still come from outside the
    Dockerfile.
    """
    if pair.value is None or step.unset or _HARMLESS.fullmatch(value) is None:
        return False
    if value:
        return True
    return step.instruction.keyword == "ENV" and "$" not in pair.value.text


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
