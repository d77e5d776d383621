"""A URL contains a password or a token

## What it does
Finds URLs such as `https://user:password@host/` in a Dockerfile.

A literal password of a database is a warning, because it is often that of a test; passwords such as
`postgres` and `guest` are skipped. So are placeholders, variables that the script fills from a
mounted secret, and the default of an ARG for a database in a stage that is not part of the image.
Where a compose file of the repository gives its own database that very password, it is a note, and
not reported in an image for development. An ARG with the name of a secret is reported by
`secret-in-arg-or-env`.

## Why is this bad?
Such a URL is in the repository, in the history of the image, and often in a file of the image
too: `git clone` keeps the URL in `.git/config`, `pip config set` in its settings, and tools print
it when they fail. A variable does not help if it is an ARG: `docker history` shows its value to
anyone with the image.

There is no fix. Mount the secret, and let the tool find it by itself:

    RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true \\
        pip install --no-cache-dir -r requirements.txt

A variable of the program, as an ENV is one, gets its value when the container is started.
git, pip, uv and curl (with `--netrc`) read `.netrc`. Revoke what has been in the text.

## When to ignore
Ignore it where the password is public, as that of a read-only mirror.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.secrets.secret_shapes import known_secrets
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Span

_PART = r"[^\s/@:'\"`<>|,;()\\\]\[]"
_ADDRESS = regex(
    rf"(?P<scheme>[a-z][a-z0-9+.-]{{1,30}})://(?P<user>{_PART}{{0,200}})"
    rf"(?P<password>:{_PART}{{0,200}})?@(?P<host>[\w.$-]*)"
)
_VARIABLE = regex(r"\$\{?(\w+)")
_WEB = frozenset(
    ("http", "https", "git", "git+https", "git+http", "ftp", "ftps", "svn", "hg+https")
)
_STORES = frozenset(
    (
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "redis",
        "rediss",
        "mongodb",
        "amqp",
        "amqps",
        "mssql",
    )
)
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104 - nothing is bound
# What everybody writes where there is no secret yet
_COMMON = frozenset(
    """admin airflow app changeme django example guest mongo mysql none null pass passwd
    password postgres pwd rabbitmq redis root sa secret test testing token user username
    nopass mypassword mysecretpassword""".split()
)
_LIKE_NONE = regex(
    r"(?i:x{3}|\*{2}|\.{3}|^[{%_]|example|placeholder|your|change|dummy)|^[A-Z]+_[A-Z_]+$"
)
_TOKEN = regex(r"(?=[^\d]*\d)(?=[^a-zA-Z]*[a-zA-Z])[\w-]{20,}")


# Of Sentry: a key that programs and pages send reports with, and that opens nothing
_REPORTING_KEY = regex(r"https?://[0-9a-f]{32}@[\w.-]+(?::[0-9]+)?/[0-9]+(?![\w/])")


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    if "://" not in text or "@" not in text:
        return
    for instruction in build.dockerfile.instructions:
        start, end = instruction.span
        if "@" not in text[start:end]:
            continue
        for match in _ADDRESS.finditer(text, start, end):
            finding = _judge(build, instruction, match)
            if finding is not None and not _is_comment(build, finding.span):
                yield finding


def _is_comment(build: Build, span: Span) -> bool:
    comments = build.dockerfile.comments
    at = bisect_right(comments, span.start, key=lambda comment: comment.span.start)
    return at > 0 and comments[at - 1].span.covers(span)


def _judge(
    build: Build, instruction: Instruction, match: re.Match[str]
) -> Finding | None:
    scheme = match["scheme"]
    if scheme not in _WEB:
        scheme, _, _ = scheme.partition("+")
    is_store = scheme in _STORES
    if scheme not in _WEB and not is_store:
        return None

    span = _secret_span(match)
    if any(known.span.overlaps(span) for known in known_secrets(build)):
        return None

    secret = span.of(build.dockerfile.text)
    if "$" in secret:
        if "$$" in secret:
            return None
        return _of_variable(build, instruction, secret, span)
    if _is_harmless(match, secret, is_store=is_store):
        return None

    if is_store and instruction.keyword == "ARG" and instruction not in build.shipped:
        return (
            None  # a default with which a step of the build starts; the image lacks it
        )

    what = "a password" if match["password"] else "a token"
    is_env = instruction.keyword == "ENV"
    cure = "set it at run time" if is_env else "mount it as a secret"
    message = f"this URL contains {what}, which anyone with the image can read: {cure}"
    severity = Severity.WARNING if is_store else None
    if is_store and _is_of_compose(build, secret):
        if is_for_development(build):
            return None
        severity = Severity.INFO
    return Finding(span, message, severity=severity, secrets=(span,))


def _is_of_compose(build: Build, secret: str) -> bool:
    """Whether a compose file gives a service of its own that password: one for development."""
    context = build.context
    if context is None or context.run_texts is None:
        return False
    given = regex(
        rf"(?i)\w*PASS(?:WORD)?\b[\"']?\s*[:=]\s*[\"']?{re.escape(secret)}(?![\w-])"
    )
    texts = [text for text in context.run_texts() or () if "services:" in text]
    return any(map(given.search, texts))


def _secret_span(match: re.Match[str]) -> Span:
    """The password after its colon, or a token in the place of the user."""
    if not match["password"]:
        return Span(*match.span("user"))
    start, end = match.span("password")
    return Span(start + 1, end)


def _is_harmless(match: re.Match[str], secret: str, *, is_store: bool) -> bool:
    """Whether it is empty, the name of a user, or only looks like a secret."""
    if not secret or secret.lower() in _COMMON or _LIKE_NONE.search(secret):
        return True
    if is_store and match["host"] in _LOCAL:
        return True
    if match["password"]:
        return secret == match["user"]
    if _REPORTING_KEY.match(match.string, match.start()) is not None:
        return True
    return is_store or not _TOKEN.fullmatch(secret)


def _of_variable(
    build: Build, instruction: Instruction, secret: str, span: Span
) -> Finding | None:
    """Whose value is in the image's history: that of an ARG or ENV, unless the script fills it
    itself.
    """
    state = build.evaluation.before(instruction)
    text = instruction.span.of(build.dockerfile.text)
    for name in _VARIABLE.findall(secret):
        if state is None or is_secret_name(name):
            continue
        if name not in state.args and name not in state.env:
            continue
        is_filled = f"{name}=" in text or f"read {name}" in text
        if instruction.keyword == "RUN" and is_filled:
            continue

        kind = "ARG" if name in state.args else "ENV"
        place = (
            "the image's history" if instruction in build.shipped else "build caches"
        )
        message = (
            f"the value of {kind} {name} stays in {place} with this URL: "
            "mount it as a secret"
        )
        return Finding(span, message, severity=Severity.WARNING)
    return None


_RUN = "RUN pip install --no-cache-dir --index-url"
_WORD = "kP9" + "vLq2wXr7"

RULE = Rule(
    id="credentials-in-url",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("://",)),
    practice=Practice.SECURITY,
    examples=(
        Example(bad=f"{_RUN} https://ci:{_WORD}@pypi.example.com/simple shop==1.0"),
        Example(bad="RUN set -e; git clone \\\n    # ours\n"
                    f"    https://ci:{_WORD}@git.example.com/shop.git /src"),
        Example(bad=f"RUN <<EOF\ncurl -fsSLO 'https://ci:{_WORD}@files.example.com/a.tar.gz'\nEOF"),
        Example(bad="RUN sh -c 'pip config set global.index-url "
                    f"https://ci:{_WORD}@pypi.example.com/simple'"),
        Example(bad=f'RUN ["git", "clone", "https://ci:{_WORD}@git.example.com/shop.git", "/src"]'),
        Example(bad=f"ENV PIP_EXTRA_INDEX_URL=https://ci:{_WORD}@pypi.example.com/simple"),
        Example(bad=f"ARG PROXY=http://ci:{_WORD}@proxy.example.com:3128"),
        Example(bad=f"RUN git clone https://{_WORD}{_WORD}@git.example.com/shop.git /src"),
        Example(bad=f"ENV DATABASE_URL=postgresql+psycopg://shop:{_WORD}@db.example.com/shop"),
        Example(bad="ARG GIT_PAT\nRUN git clone "
                    "https://oauth2:${GIT_PAT}@git.example.com/shop.git /src"),
        Example(bad="ARG PIP_USER\nARG PIP_PASS\n"
                    f"{_RUN} https://$PIP_USER:$PIP_PASS@pypi.example.com/simple shop==1"),
        Example(bad=f"ONBUILD {_RUN} https://ci:{_WORD}@pypi.example.com/simple shop==1.0"),
        Example(
            good="RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true \\\n"
            "    pip install --no-cache-dir --index-url https://pypi.example.com/simple shop==1.0"
        ),
        Example(good="RUN git clone -b v1 ssh://git@git.example.com/a.git /a && git clone -b v1 "
                     "git@git.example.com:b.git /b"),
        Example(good="RUN git clone -b v1 https://ci@git.example.com/shop.git /src"),
        Example(good="ENV BROKER=amqp://guest:guest@rabbit:5672 "
                     "DATABASE_URL=postgres://shop:shop@db/shop"),
        Example(good="ENV DATABASE_URL=postgres://shop:s3cret@localhost/shop"),
        Example(good="ENV INDEX=https://user:password@pypi.example.com/simple"),
        # filled from a mounted secret, by the script itself
        Example(
            good="ARG PIP_USER\nRUN --mount=type=secret,id=pip PASS=$(cat /run/secrets/pip) \\\n"
            "    && pip install --no-cache-dir --index-url "
            "https://$PIP_USER:$PASS@pypi.example.com/simple shop==1.0"
        ),
        # npm's scopes, and a version of a package
        Example(good="RUN npx --registry=https://npm.example.com/@scope/ @scope/tool@1.2.3"),
    ),
)  # fmt: skip
