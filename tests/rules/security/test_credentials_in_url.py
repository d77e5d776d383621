"""When credentials-in-url reports something, and when it is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said, severity

from lightship.lint.examples import build_of

URL = "DATABASE_URL=postgres://shop:asdf123@db/shop"


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        (f"FROM debian:13 AS build\nARG {URL}\nRUN make\nFROM debian:13", False),
        (f"FROM debian:13 AS build\nARG {URL}\nRUN make\nFROM build", True),
        (f"FROM debian:13 AS build\nENV {URL}\nRUN make\nFROM debian:13", True),
        (f"FROM debian:13\nARG {URL}\nRUN make", True),
    ],
)
def test_a_default_for_a_database_of_another_stage_is_not_in_the_image(text, is_told):
    assert bool(said("credentials-in-url", text)) is is_told


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        (
            "https://0d4d59e3105ffe8afa27dcb95a222009@o450.ingest.us.sentry.io/4508258",
            False,
        ),
        ("https://0d4d59e3105ffe8afa27dcb95a222009@errors.acme.example:9000/7", False),
        ("https://0d4d59e3105ffe8afa27dcb95a222009@git.acme.example/7/app.git", True),
    ],
)
def test_a_key_that_reports_are_sent_with_opens_nothing(address, is_told):
    text = f"FROM debian:13\nENV SENTRY_DSN={address}\nCMD app"
    assert bool(said("credentials-in-url", text)) is is_told


def test_a_variable_of_the_program_gets_its_value_at_run_time():
    (message,) = said("credentials-in-url", f"FROM debian:13\nENV {URL}\nCMD app")
    assert message.endswith("set it at run time")


@pytest.mark.parametrize(
    ("compose", "expected"),
    [
        (
            "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: asdf123\n",
            "info",
        ),
        ("services:\n  db:\n    environment:\n      - DB_PASS=asdf123\n", "info"),
        (
            "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: asdf1234\n",
            "warning",
        ),
        ("POSTGRES_PASSWORD: asdf123\n", "warning"),
    ],
)
def test_a_password_of_a_service_of_compose_is_one_for_development(compose, expected):
    text = f"FROM debian:13\nENV {URL}\nCMD app"
    context = replace(build_of(text, {}).context, run_texts=lambda: (compose,))
    assert (
        severity("credentials-in-url", text, context=context).name.lower() == expected
    )


@pytest.mark.parametrize(
    ("purpose", "password", "count"),
    [
        ("development", "asdf123", 0),
        ("test", "asdf123", 0),
        ("production", "asdf123", 1),
        ("development", "asdf1234", 1),
    ],
)
def test_compose_has_the_password_of_its_own_database_in_the_open(
    purpose, password, count
):
    text = f"FROM debian:13\nENV {URL}\nCMD app"
    compose = f"services:\n  db:\n    environment:\n      DB_PASS: {password}\n"
    context = replace(build_of(text, {}).context, run_texts=lambda: (compose,))
    told = said("credentials-in-url", text, context=context, purpose=purpose)
    assert len(told) == count


def test_what_is_not_shipped_stays_in_build_caches_alone():
    fetch = "ARG PAT\nRUN git clone https://$PAT@git.example.com/a.git\n"
    (shipped,) = said("credentials-in-url", f"FROM debian:13\n{fetch}")
    assert "stays in the image's history" in shipped
    text = f"FROM debian:13 AS build\n{fetch}FROM debian:13\nCOPY --from=build /a /a\n"
    (built,) = said("credentials-in-url", text)
    assert "stays in build caches" in built
