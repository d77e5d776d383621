"""What was asked last is kept, within a bound."""

from __future__ import annotations

from lightship.advisories.recent import Recent


def test_what_was_asked_last_is_read_once():
    read = []
    recent = Recent(100)

    def weigh(key):
        read.append(key)
        return key.upper(), 10

    assert [recent.get(key, weigh) for key in "aba"] == ["A", "B", "A"]
    assert read == ["a", "b"]


def test_what_was_not_asked_for_longest_goes_first():
    read = []
    recent = Recent(22)

    def weigh(key):
        read.append(key)
        return key, 10

    for key in "abaca":
        recent.get(key, weigh)
    recent.get("b", weigh)
    assert read == ["a", "b", "c", "b"]


def test_one_that_is_too_heavy_takes_no_place_for_long():
    recent = Recent(10)
    recent.get("large", lambda key: (key, 1000))
    recent.get("small", lambda key: (key, 1))
    assert recent.get("small", lambda _key: ("read again", 1)) == "small"
    assert recent.get("large", lambda _key: ("read again", 1)) == "read again"
