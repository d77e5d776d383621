"""The Dockerfile contains a secret

## What it does
Finds secrets by their shape: access keys of AWS, tokens of GitHub, GitLab, Slack, Stripe, npm,
PyPI, Hugging Face and others, and private keys with their content. It does not guess by
randomness, which checksums have too, and skips what is only an example. ARG and ENV with the name
of a secret, and credentials in a URL, have rules of their own. No report shows the value.

## Why is this bad?
Anyone who can read the repository can read the token or private key; it stays in the history, and
is in the image or in the history of the image as well. Scanners of public repositories and
registries find such values within minutes, and so do attackers.

There is no fix: revoke the secret first, because it is known now. Then pass it to the build with
`RUN --mount=type=secret`, and to the container when it is run.

## When to ignore
Ignore it where the value is a test key that opens nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.secrets.secret_shapes import MARKS, known_secrets, masked
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Span

_TEXTS = tuple(sorted({mark.lower() for mark in (*MARKS, "PRIVATE KEY")}))


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    instructions = build.dockerfile.instructions
    for secret in known_secrets(build):
        at = bisect_right(
            instructions, secret.span.start, key=lambda item: item.span.start
        )
        holder = instructions[at - 1] if at else None
        if (
            holder is None
            or not holder.span.covers(secret.span)
            or _is_named(holder, secret.span)
        ):
            continue
        if any(
            comment.span.covers(secret.span) for comment in build.dockerfile.comments
        ):
            continue

        message = (
            f"{secret.title} is in the text ({masked(secret.span.of(text))}): revoke it, "
            "and mount it as a secret"
        )
        yield Finding(_first_line(build, secret.span), message, secrets=(secret.span,))


def _is_named(holder: Instruction, span: Span) -> bool:
    """Whether it is the value of an ARG or ENV whose name says that it is a secret."""
    pairs = holder.pairs if holder.keyword in ("ARG", "ENV") else ()
    return any(
        pair.span.covers(span) and is_secret_name(pair.name.text) for pair in pairs
    )


def _first_line(build: Build, span: Span) -> Span:
    end = build.dockerfile.text.find("\n", span.start)
    return Span(span.start, min(span.end, end if end >= 0 else span.end))


# Put together here, so that no scanner takes them for real ones; their checksums are wrong
_GITHUB = "ghp_" + "k3VbQ9xTz7LmWd2RfYp8Hs4NcJ6uGa1EoX5i"
_AWS = "AKI" + "A4QZJ7WPL2MXK9TRB"
_NPM = "npm" + "_Zk8Lq2WvXr5TnYb7HdGs4JmFc9RpEa3UxQ6o"
_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----"
_BODY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"

RULE = Rule(
    id="secret-in-text",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=_TEXTS),
    practice=Practice.SECURITY,
    aliases=("tally/secrets-in-code",),
    examples=(
        Example(bad=f"RUN git config --global credential.helper '!echo password={_GITHUB}'"),
        Example(bad=f"ENV AWS_ID={_AWS}"),
        Example(bad=f'ARG CI="{_GITHUB}"\nRUN make'),
        Example(bad=f"LABEL com.example.key={_AWS}"),
        Example(bad="RUN set -e; \\\n    # private\n"
                    f"    echo '//npm.example.com/:_auth={_NPM}' > ~/.npmrc"),
        Example(bad=f"RUN <<EOF\nexport GH={_GITHUB}\nmake\nEOF"),
        Example(bad=f"COPY <<EOF /root/.ssh/id\n{_KEY}\n{_BODY}\n"
                    "-----END OPENSSH PRIVATE KEY-----\nEOF"),
        Example(bad=f"RUN sh -c 'printf \"{_KEY}\\n{_BODY}\\n\" > /root/.ssh/id'"),
        Example(bad=f'RUN ["deploy", "--as", "{_AWS}"]'),
        Example(bad=f"ONBUILD RUN NPM={_NPM} make"),
        Example(bad=f"FROM debian:13-slim AS build\nRUN A={_AWS} make\nFROM debian:13-slim\n"
                    "COPY --from=build /a /a"),
        # by its name, which another rule goes by
        Example(good="ENV CI_JOB=ghp_build\nRUN pip install --no-cache-dir hf_transfer==0.1.9 "
                     "npm_config_cache==1"),
        Example(good="ENV AWS_ID=AKIA" + "IOSFODNN7EXAMPLE"),
        Example(good=f"RUN grep -q -- '{_KEY}' /run/secrets/key"),
        Example(
            good="RUN echo 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a' "
            "| sha256sum -c -"
        ),
        # nothing of it is in the image, though the repository has it
        Example(good=f"# {_GITHUB}\nRUN make"),
        Example(good="RUN --mount=type=secret,id=github,env=GH_TOKEN make"),
    ),
)  # fmt: skip
