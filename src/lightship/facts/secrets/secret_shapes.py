"""Secrets that show by their shape: private keys, and tokens with their vendor's mark.

The shapes are from the vendors' own pages on their tokens and keys. What goes by entropy or by a
keyword alone is left out: it finds checksums.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from lightship.regex import regex
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.build import Build

# Marks of a shape, what it is, and the expression, of which each match has one of the marks. A
# mark has at least three characters. What stands right before and after a match is looked at in
# `_is_real`.
_AWS = r"(?<=_ACCESS_KEY)[\s=:'\"]{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
_END = r"(?![\w-])"
_SHAPES = tuple(
    (tuple(marks.split()), title, regex(pattern))
    for marks, title, pattern in (
        ("AKIA ASIA", "an access key of AWS", r"A[KS]IA[A-Z0-9]{16}"),
        ("SECRET_ACCESS_KEY", "a secret key of AWS", _AWS),
        ("secret_access_key", "a secret key of AWS", _AWS.replace("ACCESS_KEY", "access_key")),
        ("ghp_ gho_ ghu_ ghs_ ghr_", "a token of GitHub", r"gh[pousr]_[A-Za-z0-9]{36}"),
        ("github_pat_", "a token of GitHub", r"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"),
        ("glpat- gldt- glrt- glft- glsoat- glptt- gloas- glcbt- glimt-", "a token of GitLab",
         rf"gl(?:pat|dt|rt|ft|soat|ptt|oas|cbt|imt)-[\w-]{{20,64}}{_END}"),
        ("glagent-", "a token of GitLab", rf"glagent-[\w-]{{50,400}}{_END}"),
        ("GR1348941", "a token of GitLab", rf"GR1348941[\w-]{{20,50}}{_END}"),
        ("xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-", "a token of Slack",
         rf"xox[abeoprs]-(?:\d{{1,20}}-){{1,4}}[A-Za-z0-9]{{8,200}}{_END}"),
        ("xapp-", "a token of Slack",
         rf"xapp-\d-[A-Z0-9]{{8,20}}-\d{{8,20}}-[a-f0-9]{{32,80}}{_END}"),
        ("hooks.slack.com/", "an address to post to Slack",
         r"hooks\.slack\.com/services/T\w{6,20}/B\w{6,20}/\w{16,40}"),
        ("sk_live_ rk_live_", "a key of Stripe", rf"[rs]k_live_[0-9A-Za-z]{{24,240}}{_END}"),
        ("SG.", "a key of SendGrid", rf"SG\.[\w-]{{22}}\.[\w-]{{43}}{_END}"),
        ("pypi-Ag", "an upload token of PyPI",
         rf"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[\w-]{{60,600}}{_END}"),
        ("T3BlbkFJ", "a key of OpenAI", rf"sk-[\w-]{{20,100}}T3BlbkFJ[\w-]{{20,100}}{_END}"),
        ("sk-ant-", "a key of Anthropic", r"sk-ant-[a-z0-9]+-[\w-]{80,120}"),
        ("sq0csp- sq0atp-", "a secret of Square", rf"sq0(?:csp-[\w-]{{43}}|atp-[\w-]{{22}}){_END}"),
        ("AccountKey=", "a storage key of Azure", r"AccountKey=[a-zA-Z0-9+/=]{88}"),
        (":AA", "a bot token of Telegram", rf"\d{{8,10}}:AA[\w-]{{33}}{_END}"),
        ("eyJ", "a JSON web token", r"eyJ[\w-]{5,400}\.eyJ[\w-]{5,400}\.[\w-]{10,}"),
        ("AIza", "an API key of Google", r"AIza[\w-]{35}(?![\w-])"),
        ("GOCSPX-", "a client secret of Google", rf"GOCSPX-[\w-]{{28}}{_END}"),
        ("hf_", "a token of Hugging Face", r"\bhf_[A-Za-z]{34}(?!\w)"),
        ("dckr_pat_", "a token of Docker Hub", r"dckr_pat_[\w-]{27}(?![\w-])"),
        ("dop_v1_ doo_v1_ dor_v1_", "a token of DigitalOcean", r"do[opr]_v1_[a-f0-9]{64}"),
        ("npm_", "a token of npm", r"\bnpm_[A-Za-z0-9]{36}(?!\w)"),
        ("rubygems_", "a key of RubyGems", r"rubygems_[a-f0-9]{48}"),
        ("shpat_ shpca_ shppa_ shpss_", "a token of Shopify",
         r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
        ("hvs.", "a token of Vault", rf"hvs\.[\w-]{{24,200}}{_END}"),
        ("glsa_", "a token of Grafana", r"glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}"),
        ("AGE-SECRET-KEY-1", "a key of age", r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
        ("PMAK-", "a key of Postman", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    )
)  # fmt: skip
MARKS = tuple(mark for marks, _, _ in _SHAPES for mark in marks)
"""Every text with a token has one of these."""
KEY_MARK = "PRIVATE KEY"
"""Every text with a private key has it."""
ALL_MARKS = frozenset((*MARKS, KEY_MARK))
_KEY = regex(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_BODY = regex(r"[A-Za-z0-9+/=]{40,}")
# How far around a mark a recogniser looks: its time must not grow with the line
_BEFORE = 100
_AFTER = 900
_MOST_KEYS = 1_000  # heads of private keys in one file
_LONGEST_KEY = 20_000  # characters
# What stands in the place of a secret
_PLACEHOLDER = regex(
    r"example|sample|dummy|changeme|replace|your|placeholder"
    r"|x{5}|0{6}|1234567|abcdef|\.\.\.|\*{3}",
    re.IGNORECASE,
)
_FEWEST = 8  # different characters


class Secret(NamedTuple):
    """`title` says what it is, with its article."""

    title: str
    span: Span


def secrets_in(text: str, among: Collection[str] = ALL_MARKS) -> list[Secret]:
    """Those of a text, in order, each place once.

    `among` are the marks that it may have, where somebody looked for them before.
    """
    by_start: dict[int, Secret] = {}
    secrets = chain(_tokens(text, among), _keys(text) if KEY_MARK in among else ())
    for secret in secrets:
        start = secret.span.start
        by_start.setdefault(start, secret)
    return [by_start[start] for start in sorted(by_start)]


def known_secrets(build: Build) -> Sequence[Secret]:
    """Those of a Dockerfile's text."""
    return build.once(_of_build)


def _of_build(build: Build) -> Sequence[Secret]:
    return secrets_in(build.dockerfile.text)


def masked(text: str) -> str:
    """A secret as a message may show it: its mark, and how long it is."""
    return f"{text[:4]}… of {len(text)} characters"


def _tokens(text: str, among: Collection[str]) -> Iterator[Secret]:
    for marks, title, pattern in _SHAPES:
        if not any(mark in among and mark in text for mark in marks):
            continue
        for offset, window in _windows(text, _one_of(marks)):
            for match in pattern.finditer(window):
                token = match[0].lstrip(" =:'\"")
                length = len(token)
                end = match.end()
                start = end - length
                if not _is_real(window, start, end):
                    continue
                start += offset
                span = Span(start, start + length)
                yield Secret(title, span)


@cache
def _one_of(marks: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)))


def _is_real(window: str, start: int, end: int) -> bool:
    """Whether a token is neither a placeholder nor part of a longer word, as base64 has them."""
    before = window[start - 1 : start]
    if before.isalnum():
        return False
    after = window[end : end + 1]
    if after.isalnum():
        return False

    token = window[start:end]
    return not is_placeholder(token)


def _keys(text: str) -> Iterator[Secret]:
    """A private key has its content after its head, in one line with `\\n` or in several."""
    if KEY_MARK not in text:
        return
    heads = _KEY.finditer(text)
    first_heads = islice(heads, _MOST_KEYS)
    for head in first_heads:
        start, after_head = head.span()
        window = text[after_head : after_head + _AFTER]
        body = _BODY.search(window)
        if body is None:
            continue
        if is_placeholder(body[0]):
            continue

        farthest = after_head + _LONGEST_KEY
        end = text.find("-----END", after_head, farthest)
        if end < 0:
            end = after_head + body.end()
        span = Span(start, end)
        yield Secret("a private key", span)


def _windows(text: str, marks: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The text around the places of marks, within their lines, with where it starts.

    What is near several marks comes once, so that the time grows with the text alone.
    """
    start = end = -1
    for mark in marks.finditer(text):
        place = mark.start()
        earliest = max(place - _BEFORE, 0)
        latest = min(place + _AFTER, len(text))
        from_here = max(text.rfind("\n", earliest, place) + 1, earliest)
        line_end = text.find("\n", place, latest)
        to_here = line_end if line_end >= 0 else latest
        if from_here > end:
            if start >= 0:
                yield start, text[start:end]
            start = from_here
        end = to_here
    if start >= 0:
        yield start, text[start:end]


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where a secret would stand."""
    if is_example(value):
        return True
    characters = set(value)
    return len(characters) < _FEWEST


def is_example(value: str) -> bool:
    """Whether a value has a word of those that stand for a secret, however short it is."""
    return _PLACEHOLDER.search(value) is not None
