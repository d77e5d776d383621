"""Which headers are compared, and what it means that one differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.proof.answer_headers import compared_headers, header_changes
from lightship.proof.proof import Effect

ALLOW = "Access-Control-Allow"
REFERRER, COOP = "Referrer-Policy", "Cross-Origin-Opener-Policy"
FEATURES = "Permissions-Policy"
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
        (f"{HSTS}=600", f"{HSTS}=60", (WORSE, False)),
        (f"{HSTS}=63072000", f"{HSTS}=31536000", (OTHER, False)),
        (f"{HSTS}=600; includeSubDomains", f"{HSTS}=600", (WORSE, False)),
        (f"{HSTS}=600", f"{HSTS}=700; includeSubDomains", (OTHER, False)),
        (f"{HSTS}=600; preload", f"{HSTS}=600", (OTHER, False)),
        (f"{HSTS}=0", "", (OTHER, False)),
        (f"{ALLOW}-Origin: https://a.b", f"{ALLOW}-Origin: https://c.d", (WORSE, True)),
        (f"{ALLOW}-Origin: *", f"{ALLOW}-Origin: https://c.d", (WORSE, True)),
        (f"{ALLOW}-Origin: https://a.b", f"{ALLOW}-Origin: *", (WORSE, False)),
        (f"{ALLOW}-Methods: GET, PUT", f"{ALLOW}-Methods: get", (WORSE, True)),
        (f"{ALLOW}-Methods: GET", f"{ALLOW}-Methods: GET, PUT", (OTHER, False)),
        (f"{ALLOW}-Methods: GET, PUT", f"{ALLOW}-Methods: PUT,GET", (OTHER, False)),
        (f"{ALLOW}-Headers: X-A", f"{ALLOW}-Headers: *", (OTHER, False)),
        (f"{ALLOW}-Credentials: true", f"{ALLOW}-Credentials: false", (WORSE, True)),
        ("", f"{ALLOW}-Origin: *", (WORSE, False)),
        ("", f"{ALLOW}-Origin: null", (WORSE, False)),
        ("", f"{ALLOW}-Origin: https://a.b", (OTHER, False)),
        ("X-Frame-Options: DENY", "", (WORSE, False)),
        ("", "X-Frame-Options: DENY", (BETTER, False)),
        ("X-Frame-Options: DENY", "X-Frame-Options: SAMEORIGIN", (WORSE, False)),
        ("X-Frame-Options: SAMEORIGIN", "X-Frame-Options: DENY", (OTHER, False)),
        ("X-Frame-Options: DENY", "X-Frame-Options: ALLOWALL", (WORSE, False)),
        (
            "X-Content-Type-Options: nosniff",
            "X-Content-Type-Options: 1",
            (WORSE, False),
        ),
        (f"{REFERRER}: same-origin", f"{REFERRER}: unsafe-url", (WORSE, False)),
        (f"{REFERRER}: origin", f"{REFERRER}: strict-origin", (OTHER, False)),
        ("", f"{REFERRER}: unsafe-url", (WORSE, False)),
        ("", f"{REFERRER}: no-referrer", (BETTER, False)),
        (f"{COOP}: same-origin", f"{COOP}: unsafe-none", (WORSE, False)),
        ("", f"{COOP}: unsafe-none", (OTHER, False)),
        (f"{FEATURES}: camera=()", f"{FEATURES}: camera=(self)", (WORSE, False)),
        (f"{FEATURES}: camera=()", f"{FEATURES}: midi=()", (WORSE, False)),
        (f"{FEATURES}: camera=(self)", f"{FEATURES}: midi=()", (BETTER, False)),
        (f"{FEATURES}: camera=*", f"{FEATURES}: camera=()", (BETTER, False)),
        ("Content-Security-Policy: a", "content-security-policy: b", (OTHER, False)),
        ("Access-Control-Allow-Origin: *", "", (WORSE, True)),
        ("Set-Cookie: s=1", "", (WORSE, True)),
        ("", "Set-Cookie: s=1", (OTHER, False)),
        ("Set-Cookie: s=1; HttpOnly", "Set-Cookie: s=2", (WORSE, False)),
        ("Set-Cookie: s=1", "Set-Cookie: s=2; SameSite=Lax", (BETTER, False)),
        ("Set-Cookie: s=1; SameSite=Strict", "Set-Cookie: s=2", (WORSE, False)),
        (
            "Set-Cookie: s=1; SameSite=Lax",
            "Set-Cookie: s=2; SameSite=None",
            (WORSE, False),
        ),
        ("Set-Cookie: s=1; Secure", "Set-Cookie: s=2; SameSite=Lax", (WORSE, False)),
        ("Set-Cookie: s=1; SameSite", "Set-Cookie: s=2; SameSite=None", (OTHER, False)),
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


def test_a_policy_that_names_who_may_frame_stands_for_the_older_header() -> None:
    new = "Content-Security-Policy: frame-ancestors 'self'"
    found = changes(["X-Frame-Options: DENY"], [new])
    assert found == [
        ("content-security-policy", BETTER, False),
        ("x-frame-options", OTHER, False),
    ]


def test_policies_in_several_headers_hold_together() -> None:
    both = [f"Content-Security-Policy: {each}" for each in ("img-src a", "base-uri b")]
    found = changes(both, both[:1])
    assert found == [("content-security-policy", WORSE, False)]
    assert changes(both[:1], both) == [("content-security-policy", OTHER, False)]


def test_of_a_long_policy_what_differs_is_shown() -> None:
    same = "img-src 'self'; font-src https://fonts.example"
    before = [compared_headers([f"Content-Security-Policy: {same}; base-uri 'none'"])]
    after = [compared_headers([f"Content-Security-Policy: {same}; base-uri a.b"])]
    [change] = header_changes(before, after)
    assert (change.before, change.after) == ("base-uri 'none'", "base-uri a.b")


def test_a_policy_whose_end_is_cut_off_is_not_judged() -> None:
    policy = f"Content-Security-Policy: img-src {'a.example ' * 400}"
    found = changes([f"{policy}; base-uri 'none'"], [f"{policy} b.example"])
    assert {effect for _, effect, _ in found} <= {OTHER}


@given(st.lists(st.text(max_size=20), max_size=60))
def test_law_any_lines_are_bounded(lines: list[str]) -> None:
    assert len(compared_headers(lines)) <= 40
    assert (
        list(header_changes([compared_headers(lines)], [compared_headers(lines)])) == []
    )
