"""Secrets: each shape, what is none, and that no report shows one."""

from __future__ import annotations

import time

import pytest

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.facts.secrets.secret_shapes import secrets_in
from lightship.lint.diagnostic import Report
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import select
from lightship.report.lint.formats import (
    EXPLAINED,
    FORMATS,
    STATISTICS,
    LintView,
    writer,
)

DEFAULT = select(all_rules(), ())
LETTERS = "kQmZtWvLpXrYbNdHsJgFcRaEuIoKqMzTwVnB"
MIXED = "p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5EoX1i"
HEX = "9f3c7a1e5b2d8046fe91c3a7b5d2e804"
# Put together here, so that no scanner takes them for real ones
TOKENS = {
    "an access key of AWS": "AKI" + "A4QZJ7WPL2MXK9TRB",
    "a secret key of AWS": "AWS_SECRET_ACCESS_KEY=" + MIXED + "/+aB",
    "a token of GitHub": "gho" + f"_{MIXED}",
    "a token of GitLab": "glpat" + "-Zk8Lq2WvXr5TnYb7HdGs",
    "a token of Slack": "xox" + "p-918273645546-482917364508-kqmztwvlpxrybndhsjgfcrae",
    "a key of Stripe": "sk_" + "live_kQ3mZ8tW1vL6pX9rY2bN5dHs",
    "a key of SendGrid": "SG" + f".{MIXED[:22]}.{MIXED}{MIXED[:7]}",
    "an upload token of PyPI": "pypi" + f"-AgEIcHlwaS5vcmc{MIXED}{LETTERS}",
    "a key of OpenAI": "sk-" + f"{MIXED[:20]}T3BlbkFJ{MIXED[:20]}",
    "an API key of Google": "AIz" + f"a{MIXED[:35]}",
    "a token of Hugging Face": "hf" + f"_{LETTERS[:34]}",
    "a key of Anthropic": "sk-ant" + f"-api03-{MIXED}{LETTERS}{MIXED}",
    "a token of Docker Hub": "dckr" + f"_pat_{MIXED[:27]}",
    "a token of DigitalOcean": "dop" + f"_v1_{HEX}{HEX}",
    "a token of npm": "npm" + f"_{MIXED}",
    "a key of RubyGems": "rubygems" + f"_{HEX}{HEX[:16]}",
    "a storage key of Azure": "AccountKey=" + f"{MIXED}{LETTERS}{MIXED[:14]}==",
    "a bot token of Telegram": "7918273645" + f":AA{MIXED[:33]}",
    "a JSON web token": "eyJ"
    "hbGciOiJIUzI1NiJ9.eyJyb2xlIjoiY2kifQ.p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5E",
    "a private key": "-----BEGIN RSA "
    f"PRIVATE KEY-----\\n{MIXED}{LETTERS}\\n-----END RSA PRIVATE KEY-----",
}


def found(text: str, *rules: str) -> list:
    return [item for item in lint(Build(parse(text)), DEFAULT) if item.rule.id in rules]


@pytest.mark.parametrize("title", TOKENS)
def test_each_shape_is_known(title):
    (item,) = found(
        f"FROM debian:13-slim\nRUN ./deploy {TOKENS[title]}\n", "secret-in-text"
    )
    assert item.finding.message.startswith(f"{title} is in the text")


@pytest.mark.parametrize("title", TOKENS)
def test_a_shape_inside_a_longer_word_is_none(title):
    token = TOKENS[title]
    if title != "a private key" and not token.startswith(("AccountKey", "AWS_")):
        assert not secrets_in(f"RUN echo {'x' * 3}{token}{'Y' * 30}")


@pytest.mark.parametrize(
    "text",
    [
        "RUN echo AKIA" + "IOSFODNN7EXAMPLE",
        "RUN echo ghp_" + "x" * 36,
        "RUN echo ghp_$TOKEN",
        "RUN curl https://hooks.slack.com/services/$HOOK",
        "RUN pip install hf_transfer npm_config_cache",
        "RUN git checkout " + HEX,
        "ADD --checksum=sha256:" + HEX * 2 + " https://example.com/a /a",
        "RUN echo '-----BEGIN RSA " + "PRIVATE KEY-----' | grep -c BEGIN",
        "RUN echo eyJ" + "hbGciOi.notatoken",
    ],
)
def test_what_is_no_secret(text):
    assert not found(f"FROM debian:13-slim\n{text}\n", "secret-in-text")


def test_a_secret_is_said_once():
    text = f"FROM debian:13-slim\nENV GITHUB_TOKEN={TOKENS['a token of GitHub']}\n"
    assert [
        item.rule.id for item in found(text, "secret-in-text", "secret-in-arg-or-env")
    ] == ["secret-in-arg-or-env"]
    text = f"FROM debian:13-slim\nRUN git clone https://{TOKENS['a token of GitHub']}@git.example.com/a /a\n"
    assert [
        item.rule.id for item in found(text, "secret-in-text", "credentials-in-url")
    ] == ["secret-in-text"]
    text = "FROM debian:13-slim\nARG TOKEN\nRUN git clone https://$TOKEN@git.example.com/a /a\n"
    assert [
        item.rule.id
        for item in found(text, "credentials-in-url", "secret-in-arg-or-env")
    ] == ["secret-in-arg-or-env"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "line",
    [
        f"RUN ./deploy {TOKENS['a token of GitHub']}",
        f"ENV DEPLOY_TOKEN={MIXED} A=1",
        f"RUN sudo git clone https://ci:{MIXED}@git.example.com/a.git",
        f"LABEL a={TOKENS['a key of Stripe']}\nMAINTAINER x",
    ],
)
def test_no_report_shows_a_secret(name, line):
    build = Build(parse(f"FROM debian:13-slim\n{line}\n"))
    report = Report("Dockerfile", build.dockerfile.text, tuple(lint(build, DEFAULT)))
    assert report.diagnostics
    for modules in (FORMATS, EXPLAINED, STATISTICS):
        if name not in modules:
            continue
        text = "".join(writer(name, modules)([report], LintView()))
        assert MIXED not in text
        assert TOKENS["a key of Stripe"] not in text


def test_a_secret_over_several_lines_keeps_the_lines():
    key = (
        "-----BEGIN RSA "
        f"PRIVATE KEY-----\n{MIXED}{LETTERS}\n-----END RSA PRIVATE KEY-----"
    )
    build = Build(
        parse(f"FROM debian:13-slim\nCOPY <<EOF /key\n{key}\nEOF\nUSER 10001\n")
    )
    report = Report("Dockerfile", build.dockerfile.text, tuple(lint(build, DEFAULT)))
    assert report.lines.text.count("\n") == build.dockerfile.text.count("\n")
    assert len(report.lines.text) == len(build.dockerfile.text)
    assert MIXED not in report.lines.text


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" * 50_000,
        ":AA" * 50_000,
        "eyJa." * 40_000,
        "https://" * 20_000 + "@",
        "https://a:" + "b" * 200_000,
        "//a/:_authToken=" * 10_000,
        "-----BEGIN RSA " + "PRIVATE KEY-----" * 10_000,
        "postgres://a:b@" * 10_000,
        "SECRET_ACCESS_KEY=" * 10_000,
    ],
)
def test_long_lines_take_their_time_and_no_more(text):
    start = time.process_time()
    found(f"FROM debian:13-slim\nRUN {text}\n", "secret-in-text", "credentials-in-url")
    assert time.process_time() - start < 10
