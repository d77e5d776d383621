"""Laws of pinning, on every Dockerfile that the tests have and every example of a rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from amounts import share_of
from every import every
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.build import Build
from lightship.builds.yaml_tree import UnreadableError
from lightship.dockerfile.parse import parse
from lightship.errors import RegistryError
from lightship.lint.registry import all_rules
from lightship.pins.compose_pins import compose_pins
from lightship.pins.dockerfile_pins import dockerfile_pins
from lightship.pins.pin_place import pinned, unpinned
from lightship.pins.workflow_pins import workflow_pins
from lightship.registry.action_commits import read_refs
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


MUCH = {
    "variables": "".join(f"ARG V{at}=1\n" for at in range(4000))
    + "".join(f"FROM a/b:$V{at}\n" for at in range(4000)),
    "one variable": "ARG V=a/b:1\n" + "FROM $V\n" * 8000,
    "one variable in many names": "ARG V=1\n"
    + "".join(f"FROM a/b{at}:$V\n" for at in range(8000)),
    "mounts": "FROM a/b:1\nRUN " + "--mount=from=a/b:1,target=/a " * 4000 + "x\n",
}


def test_large_files_take_no_longer_than_to_read_them():
    def law(text):
        assert len(edited(text, pins)) >= len(text)

    every(MUCH.items(), law)


PIECES = (
    *(
        "a/b",
        "postgres",
        ":1",
        "@v4",
        "@",
        "#",
        " # v4",
        " ",
        "'",
        '"',
        "\n",
        "\r\n",
        "\t",
    ),
    *(
        "${V:-",
        "${{ v }}",
        "$",
        "}",
        "{",
        "[",
        "]",
        ",",
        "&a ",
        "*a",
        "!x ",
        "|",
        ">-\n   ",
    ),
    *(
        "docker://",
        "\\",
        "\\u0041",
        "\u00e9",
        "\U0001f433",
        "0" * 40,
        "\n   - uses: a/b@v1",
    ),
)
YAML = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
STARTS = (
    "services:\n  a:\n    image: ",
    "jobs:\n  a:\n    steps:\n      - uses: ",
    "jobs:\n  a:\n    container: ",
)


@settings(max_examples=share_of(300))
@given(st.sampled_from(STARTS), YAML)
def test_whatever_yaml_says_is_read_back_or_refused(start, rest):
    text = start + rest
    find = (
        (lambda text: compose_pins(text).places)
        if "services" in start
        else workflow_pins
    )
    try:
        before = find(text)
    except UnreadableError:
        return
    edits = {
        edit: None
        for place in before
        if place.end is not None
        for edit in pinned(place, pin_of(place))
    }
    after = find(apply_edits(text, edits))
    expected = [
        place.named_with(pin_of(place)) if place.end is not None else place.name
        for place in before
    ]
    assert [place.name for place in after] == expected


def pin_of(place):
    return NEW if place.action is None else "1" * 40


@settings(max_examples=share_of(300))
@given(st.binary(max_size=80))
def test_whatever_a_git_server_sends_is_read_or_refused(data):
    try:
        refs = read_refs(data, "the refs")
    except RegistryError:
        return
    assert all(len(commit) in (40, 64) for commit in refs.values())
