"""Secrets that show by their shape: tokens with a mark that their vendor gives them, and private keys.

Most shapes are those of the library detect-secrets; it is imported only where a mark of them stands in the text, since
that takes 100 ms. The others are from the vendors' own pages: GitHub (token formats), Google Cloud (API keys), Hugging
Face, Anthropic, Docker, DigitalOcean, npm, RubyGems, Shopify, AWS. What goes by entropy or by a keyword alone is left
out: it finds checksums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lightship.build import Build
from lightship.regex import regex
from lightship.text import Span

# Marks of a shape, what it is, and the plugin of detect-secrets that knows it
_PLUGINS = (
    (("AKIA", "ASIA"), "an access key of AWS", "AWSKeyDetector"),
    (("ghp_", "gho_", "ghs_"), "a token of GitHub", "GitHubTokenDetector"),
    (("glpat-", "gldt-", "glrt-"), "a token of GitLab", "GitLabTokenDetector"),
    (("xox", "hooks.slack.com/"), "a token of Slack", "SlackDetector"),
    (("sk_live_", "rk_live_"), "a key of Stripe", "StripeDetector"),
    (("SG.",), "a key of SendGrid", "SendGridDetector"),
    (("pypi-Ag",), "an upload token of PyPI", "PypiTokenDetector"),
    (("T3BlbkFJ",), "a key of OpenAI", "OpenAIDetector"),
    (("sq0csp-",), "a secret of Square", "SquareOAuthDetector"),
    (("AccountKey=",), "a storage key of Azure", "AzureStorageKeyDetector"),
    ((":AA",), "a bot token of Telegram", "TelegramBotTokenDetector"),
)
_AWS = r"(?<=_ACCESS_KEY)[\s=:'\"]{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
_OWN = tuple(
    (mark, title, regex(pattern))
    for mark, title, pattern in (
        ("github_pat_", "a token of GitHub", r"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"),
        ("eyJ", "a JSON web token", r"eyJ[\w-]{5,400}\.eyJ[\w-]{5,400}\.[\w-]{10,}"),
        ("AIza", "an API key of Google", r"AIza[\w-]{35}(?![\w-])"),
        ("hf_", "a token of Hugging Face", r"\bhf_[A-Za-z]{34}(?!\w)"),
        ("sk-ant-", "a key of Anthropic", r"sk-ant-[a-z0-9]+-[\w-]{80,120}"),
        ("dckr_pat_", "a token of Docker Hub", r"dckr_pat_[\w-]{27}(?![\w-])"),
        ("dop_v1_", "a token of DigitalOcean", r"dop_v1_[a-f0-9]{64}"),
        ("npm_", "a token of npm", r"\bnpm_[A-Za-z0-9]{36}(?!\w)"),
        ("rubygems_", "a key of RubyGems", r"rubygems_[a-f0-9]{48}"),
        ("shpat_", "a token of Shopify", r"shpat_[a-fA-F0-9]{32}"),
        ("SECRET_ACCESS_KEY", "a secret key of AWS", _AWS),
        ("secret_access_key", "a secret key of AWS", _AWS.replace("_ACCESS_KEY", "_access_key")),
    )
)  # fmt: skip
_KEY = regex(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_BODY = regex(r"[A-Za-z0-9+/=]{40,}")
_BEFORE, _BEHIND = 100, 900  # how far around a mark a recogniser looks: its time must not grow with the line
_MOST = 50  # places of a mark in one file
# What stands in the place of a secret
_PLACEHOLDER = regex(
    r"example|sample|dummy|changeme|replace|your|placeholder|x{5}|0{6}|1234567|abcdef|\.\.\.|\*{3}", re.IGNORECASE
)
_FEWEST = 8  # different characters


class Secret(NamedTuple):
    """`title` says what it is, with its article."""

    title: str
    span: Span


def secrets_in(text: str) -> list[Secret]:
    """Those of a text, in order, each place once."""
    found: dict[int, Secret] = {}
    for secret in (*_by_plugins(text), *_by_own(text), *_keys(text)):
        found.setdefault(secret.span.start, secret)
    return [found[start] for start in sorted(found)]


def known_secrets(build: Build) -> Sequence[Secret]:
    """Those of a Dockerfile's text."""
    return build.once(_of_build)


def _of_build(build: Build) -> Sequence[Secret]:
    return secrets_in(build.dockerfile.text)


def masked(text: str) -> str:
    """A secret as a message may show it: its mark, and how long it is."""
    return f"{text[:4]}… of {len(text)} characters"


def _by_plugins(text: str) -> Iterator[Secret]:
    """The patterns are asked themselves: `analyze_string` gives only the first group, `ghp` of a token of GitHub."""
    for marks, title, name in _PLUGINS:
        present = [mark for mark in marks if mark in text]
        if present:
            from detect_secrets.core.plugins.initialize import from_plugin_classname  # noqa: PLC0415 - see above

            plugin: Any = from_plugin_classname(name)
            for start, window in _windows(text, present):
                for match in (found for pattern in plugin.denylist for found in pattern.finditer(window)):
                    if _is_real(window, match[0], match.end()):
                        yield Secret(title, Span(start + match.start(), start + match.end()))


def _is_real(window: str, value: str, end: int) -> bool:
    """Whether it is no placeholder, and no part of a longer word, such as the content of a file in base64."""
    start = end - len(value)
    before, behind = window[start - 1 : start] if start else "", window[end : end + 1]
    return not (is_placeholder(value) or before.isalnum() or behind.isalnum())


def _by_own(text: str) -> Iterator[Secret]:
    for mark, title, pattern in _OWN:
        if mark in text:
            for start, window in _windows(text, [mark]):
                for match in pattern.finditer(window):
                    value = match[0].lstrip(" =:'\"")
                    if _is_real(window, value, match.end()):
                        yield Secret(title, Span(start + match.end() - len(value), start + match.end()))


def _keys(text: str) -> Iterator[Secret]:
    """A private key has its content behind its head, be it in one line with `\\n`, or in several."""
    if "PRIVATE KEY" not in text:
        return
    for match in _KEY.finditer(text):
        window = text[match.end() : match.end() + _BEHIND]
        body = _BODY.search(window)
        if body and not is_placeholder(body[0]):
            end = text.find("-----END", match.end())
            yield Secret("a private key", Span(match.start(), end if end > 0 else match.end() + body.end()))


def _windows(text: str, marks: list[str]) -> Iterator[tuple[int, str]]:
    """The text around each place of a mark, within its line, with where it starts."""
    for mark in marks:
        at, count = text.find(mark), 0
        while at >= 0 and count < _MOST:
            start = max(text.rfind("\n", 0, at) + 1, at - _BEFORE)
            end = text.find("\n", at)
            window = text[start : min(end if end >= 0 else len(text), at + _BEHIND)]
            yield start, window
            at, count = text.find(mark, at + len(mark)), count + 1


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where a secret would stand."""
    return _PLACEHOLDER.search(value) is not None or len(set(value)) < _FEWEST
