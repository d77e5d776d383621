"""Which records of a builder's cache builds of a certain time have left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lightship.docker.build_records import records

START = datetime(2026, 12, 1, 19, 8, 7, tzinfo=UTC).timestamp()
DURING = [(START, START + 30)]


def record(letter: str, created: str, description: str = "[2/3] COPY . .") -> str:
    """As docker buildx 0.13 prints one."""
    return (
        f"ID:\t\t{letter * 25}\nParent:\t\t{'p' * 25}\nCreated at:\t{created}\nMutable:\tfalse\n"
        f"Reclaimable:\ttrue\nShared:\t\tfalse\nSize:\t\t5B\nDescription:\t{description}\n"
        "Usage count:\t1\nLast used:\t44 seconds ago\nType:\t\tregular\n\n"
    )


@pytest.mark.parametrize(
    ("created", "is_ours"),
    [
        ("2026-12-01 19:08:17.624939687 +0000 UTC", True),
        ("2026-12-01 20:08:17.624939687 +0100 CET", True),
        ("2026-12-01 19:08:17 +0000 UTC", True),
        ("2026-12-01 19:08:06.999999999 +0000 UTC", False),
        ("2026-12-01 19:08:37.2 +0000 UTC", False),
        ("2026-12-01 19:08:17.6 +0100 CET", False),
        ("2026-99-01 19:08:17.6 +0000 UTC", False),
        ("yesterday", False),
    ],
)
def test_what_was_created_during_a_build_is_its_own(created, is_ours):
    found = list(records(record("a", created), DURING))
    assert found == (["a" * 25] if is_ours else [])


def test_each_record_counts_for_itself():
    text = "".join(
        record(letter, f"2026-12-01 19:{minute}:10.5 +0000 UTC")
        for letter, minute in (("a", "07"), ("b", "08"), ("c", "09"), ("d", "08"))
    )
    assert list(records(text, DURING)) == ["b" * 25, "d" * 25]
    assert list(records(text, [])) == []


def test_a_base_image_that_was_pulled_meanwhile_stays():
    pulled = "pulled from docker.io/library/python:3.13@sha256:0"
    assert (
        list(records(record("a", "2026-12-01 19:08:10 +0000 UTC", pulled), DURING))
        == []
    )


def test_what_a_command_says_of_dates_counts_for_nothing():
    """The words of a RUN stand in its description, on lines of their own."""
    said = "mount / from exec sh -c x\nCreated at:\t2026-12-01 19:08:10.0 +0000 UTC"
    assert (
        list(records(record("a", "2020-01-01 00:00:00 +0000 UTC", said), DURING)) == []
    )
