"""Which headers are compared, and what it means that one differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.proof.answer_headers import compared_headers, header_changes
from lightship.proof.proof import Effect

ALLOW = "Access-Control-Allow"
HSTS = "Strict-Transport-Security: max-age"
BETTER, OTHER, WORSE = Effect.BETTER, Effect.OTHER, Effect.WORSE


def changes(before: list[str], after: list[str]) -> list[tuple[str, Effect, bool]]:
    sides = [[compared_headers(lines)] for lines in (before, after)]
    return [(each.name, each.effect, each.breaks) for each in header_changes(*sides)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Content-Type: text/html", "", (WORSE, True)),
        (
            "Content-Type: text/html; charset=utf-8",
            "Content-Type: text/html",
            (WORSE, True),
        ),
        ("", "Content-Type: text/html", (OTHER, False)),
        ("Location: /login", "Location: http://localhost:8000/login", (WORSE, True)),
        ("Cache-Control: private, no-store", "Cache-Control: public", (WORSE, True)),
        ("Cache-Control: max-age=60", "Cache-Control: no-store", (OTHER, False)),
        (
            "Cache-Control: no-store, private",
            "Cache-Control: private, max-age=3600",
            (WORSE, True),
        ),
        ("Cache-Control: private", "Cache-Control: no-store", (OTHER, False)),
        (f"{HSTS}=600", f"{HSTS}=0; includeSubDomains", (WORSE, False)),
        (f"{HSTS}=600", f'{HSTS}="0"', (WORSE, False)),
        (f"{HSTS}=0", f"{HSTS}=600", (BETTER, False)),
        (f"{HSTS}=600", f"{HSTS}=60", (OTHER, False)),
        (f"{HSTS}=0", "", (OTHER, False)),
        (f"{ALLOW}-Origin: https://a.b", f"{ALLOW}-Origin: https://c.d", (WORSE, True)),
        (f"{ALLOW}-Origin: *", f"{ALLOW}-Origin: https://c.d", (WORSE, True)),
        (f"{ALLOW}-Origin: https://a.b", f"{ALLOW}-Origin: *", (WORSE, False)),
        (f"{ALLOW}-Methods: GET, PUT", f"{ALLOW}-Methods: get", (WORSE, True)),
        (f"{ALLOW}-Methods: GET", f"{ALLOW}-Methods: GET, PUT", (OTHER, False)),
        (f"{ALLOW}-Methods: GET, PUT", f"{ALLOW}-Methods: PUT,GET", (OTHER, False)),
        (f"{ALLOW}-Headers: X-A", f"{ALLOW}-Headers: *", (OTHER, False)),
        (f"{ALLOW}-Credentials: true", f"{ALLOW}-Credentials: false", (WORSE, True)),
        ("", f"{ALLOW}-Origin: *", (OTHER, False)),
        ("X-Frame-Options: DENY", "", (WORSE, False)),
        ("", "X-Frame-Options: DENY", (BETTER, False)),
        ("Content-Security-Policy: a", "content-security-policy: b", (OTHER, False)),
        ("Access-Control-Allow-Origin: *", "", (WORSE, True)),
        ("Set-Cookie: s=1", "", (WORSE, True)),
        ("", "Set-Cookie: s=1", (OTHER, False)),
        ("Set-Cookie: s=1; HttpOnly", "Set-Cookie: s=2", (WORSE, False)),
        ("Set-Cookie: s=1", "Set-Cookie: s=2; SameSite=Lax", (BETTER, False)),
    ],
)
def test_what_is_lost_weighs_by_what_it_is_for(before, after, expected) -> None:
    [(_, *found)] = changes([before] if before else [], [after] if after else [])
    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Date: Mon", "Date: Tue"),
        ("Server: a/1", "Server: b/2"),
        ("ETag: 1", "ETag: 2"),
        ("Last-Modified: 1", ""),
        ("X-Request-Id: 1", "X-Request-Id: 2"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        (
            "Set-Cookie: s=1; Expires=Mon; Max-Age=3",
            "Set-Cookie: s=2; Expires=Tue; Max-Age=4",
        ),
        ("Set-Cookie: s=1; Path=/; Secure", "Set-Cookie: s=1; Secure; Path=/"),
    ],
)
def test_what_varies_with_each_answer_is_not_compared(before: str, after: str) -> None:
    assert changes([before], [after] if after else []) == []


def test_values_of_cookies_are_not_kept() -> None:
    kept = compared_headers(["Set-Cookie: session=secret; Path=/a; HttpOnly"])
    assert kept == ("set-cookie: session=…; HttpOnly; Path=/a",)


def test_what_varies_within_a_side_does_not_count() -> None:
    """A policy with a nonce; a header that comes now and then."""
    nonces = [(f"content-security-policy: script 'nonce-{n}'",) for n in (1, 2)]
    others = [(f"content-security-policy: script 'nonce-{n}'",) for n in (3, 4)]
    assert list(header_changes(nonces, others)) == []
    assert list(header_changes([("location: /a",), ()], [(), ()])) == []


@given(st.lists(st.text(max_size=20), max_size=60))
def test_law_any_lines_are_bounded(lines: list[str]) -> None:
    assert len(compared_headers(lines)) <= 40
    assert (
        list(header_changes([compared_headers(lines)], [compared_headers(lines)])) == []
    )
