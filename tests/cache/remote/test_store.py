"""Where caches are kept, for how long, and what a run may read of them."""

from __future__ import annotations

import pytest

from lightship.cache.remote.exported import ExportedCache
from lightship.cache.remote.store import Store

DAY = 86_400
GHA = ("gha", "buildkit", "refs/heads/main")
IMAGE = ("registry", "example.org/app:cache")


def test_what_is_written_replaces_what_was_there():
    store, one, two = Store(), ExportedCache(), ExportedCache()
    store.write(GHA, one, 0)
    store.write(GHA, two, 1)
    assert store.read([GHA], 2) is two


@pytest.mark.parametrize(("days", "is_there"), [(6, True), (8, False)])
def test_github_removes_what_nobody_reads_for_a_week(days, is_there):
    store = Store()
    store.write(GHA, ExportedCache(), 0)
    found = store.read([GHA], days * DAY)
    assert (found is not None) == is_there
    assert store.was_evicted([GHA]) != is_there


def test_a_read_keeps_it_for_another_week():
    store = Store()
    store.write(GHA, ExportedCache(), 0)
    assert store.read([GHA], 6 * DAY) is not None
    assert store.read([GHA], 12 * DAY) is not None


def test_a_registry_keeps_what_it_is_given():
    store = Store()
    store.write(IMAGE, ExportedCache(), 0)
    assert store.read([IMAGE], 900 * DAY) is not None


def test_an_entry_of_actions_cache_never_changes():
    store, one, two = Store(), ExportedCache(), ExportedCache()
    entry = ("kept", "buildx-1", "refs/heads/main")
    store.write(entry, one, 0)
    store.write(entry, two, 1)
    assert store.read([entry], 2) is one


def test_the_start_of_a_key_finds_the_newest_of_the_same_ref():
    store = Store()
    caches = [ExportedCache() for _number in range(3)]
    for number, ref in enumerate(
        ("refs/heads/main", "refs/heads/main", "refs/pull/1/merge")
    ):
        store.write(("kept", f"buildx-{number}", ref), caches[number], number)
    start = ("kept*", "buildx-", "refs/heads/main")
    assert store.read([start], 5) is caches[1]
    assert store.read([("kept*", "other-", "refs/heads/main")], 5) is None


def test_what_was_read_longest_ago_makes_room_for_what_is_new():
    store = Store(most_bytes=100)
    refs = [("gha", "buildkit", f"refs/pull/{number}/merge") for number in range(3)]
    for number in (0, 1):
        store.write(refs[number], ExportedCache(), number, 40)
    assert store.read([refs[0]], 5) is not None
    store.write(IMAGE, ExportedCache(), 6, 500)  # a registry has room of its own
    store.write(refs[2], ExportedCache(), 7, 40)
    assert [store.read([ref], 8) is not None for ref in refs] == [True, False, True]
    assert store.was_pushed_out([refs[1]])
    assert not store.was_pushed_out([refs[0]])
