"""Laws of pinning, on every Dockerfile that the tests have and every example of a rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from every import every

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.registry import all_rules
from lightship.pins.dockerfile_pins import dockerfile_pins
from lightship.pins.pin_place import pinned, unpinned
from lightship.text import apply_edits, decode

NEW = f"sha256:{'1' * 64}"
HERE = Path(__file__).parent.parent


@cache
def texts():
    """Dockerfiles that parse, by where they are from."""
    found = {
        str(path.relative_to(HERE)): decode(path.read_bytes())
        for folder in ("dockerfile/cases", "projects")
        for path in sorted((HERE / folder).rglob("Dockerfile*"))
    }
    for rule in all_rules():
        for number, example in enumerate(rule.examples):
            found[f"{rule.id} {number}"] = example.bad or example.good
    return {
        name: text for name, text in found.items() if text and not parse(text).problems
    }


def places(text):
    return list(dockerfile_pins(Build(parse(text))))


def edited(text, edits_of):
    edits = {edit: None for place in places(text) for edit in edits_of(place)}
    return apply_edits(text, edits)


def pins(place):
    return pinned(place, NEW) if place.end is not None else ()


def test_what_is_pinned_is_read_as_the_same_images_with_digests():
    def law(text):
        before, after = places(text), places(edited(text, pins))
        expected = [
            place.named_with(NEW) if place.end is not None else place.name
            for place in before
        ]
        assert [place.name for place in after] == expected
        assert [place.kind for place in after] == [place.kind for place in before]

    assert len(texts()) > 1000
    every(texts().items(), law)


def test_only_digests_are_written():
    def law(text):
        after = edited(text, pins)
        assert parse(after).problems == ()
        old = {place.pin for place in places(text)} - {""}
        assert without(after, {NEW}) == without(text, old)

    every(texts().items(), law)


def without(text, pins):
    """The text without these digests, and without the tag that pinning may have added."""
    for pin in pins:
        text = text.replace(f"@{pin}", "").replace(pin, "")
    return text.replace(":latest", "")


def test_unpinning_brings_the_tags_back():
    def law(text):
        done = edited(text, pins)
        back = edited(done, lambda place: unpinned(place, done))
        expected = [
            place.named_without if unpinned(place, done) else place.name
            for place in places(done)
        ]
        assert [place.name for place in places(back)] == expected

    every(texts().items(), law)
