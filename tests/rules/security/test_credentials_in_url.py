"""When credentials-in-url reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

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
