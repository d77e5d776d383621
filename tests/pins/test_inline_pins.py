"""Dockerfiles inside compose and bake files: their images are pinned where they are written."""

from __future__ import annotations

import pytest

from lightship.builds.yaml_tree import UnreadableError
from lightship.pins.inline_pins import inline_pins
from lightship.pins.pin_place import pinned
from lightship.text import apply_edits

NEW = f"sha256:{'1' * 64}"
START = "services:\n  a:\n    build:\n      context: .\n      dockerfile_inline: "
BAKE = 'variable "V" { default = "3" }\ntarget "a" {\n  dockerfile-inline = '


def repinned(name, text):
    edits = {}
    for place in inline_pins(name, text):
        if place.end is not None:
            edits.update(dict.fromkeys(pinned(place, NEW)))
    return apply_edits(text, edits)


# The file, and its text with ! where a digest belongs
PINNED = [
    (
        "compose.yml",
        f"{START}|\n        FROM a/b:1! AS x\n        RUN echo $$HOME\n        COPY --from=c/d:1! x y\n",
    ),
    ("compose.yml", f'{START}"FROM a/b:1!\\nRUN x"\n'),
    ("compose.yml", f"{START}|\r\n        FROM a/b:1!\r\n"),
    (
        "compose.yml",
        f"{START}|\n        ARG B=a/b:1!\n        FROM $$B\n",
    ),
    ("docker-bake.hcl", f"{BAKE}<<END\nFROM a/b:1!\nRUN x\nEND\n}}\n"),
    ("docker-bake.hcl", f"{BAKE}<<-END\n    FROM a/b:1!\n    RUN x\n  END\n}}\n"),
    (
        "docker-bake.json",
        '{"target": {"a": {"dockerfile-inline": "FROM a/b:1!\\nRUN x"}}}',
    ),
]


@pytest.mark.parametrize(("name", "marked"), PINNED)
def test_a_digest_is_written_in_the_file(name, marked):
    text = marked.replace("!", "")
    done = repinned(name, text)
    assert done == marked.replace("!", f"@{NEW}")
    assert repinned(name, done) == done
    assert {place.pin for place in inline_pins(name, done)} == {NEW}


LEFT = [
    ("docker-bake.hcl", f"{BAKE}<<END\nFROM a/b:${{V}}\nEND\n}}\n"),
    ("docker-bake.hcl", f"{BAKE}<<END\nFROM a/b:${{V}}-slim\nEND\n}}\n"),
    ("compose.yml", f'{START}"FROM a/\\u0062:1"\n'),
]


@pytest.mark.parametrize(("name", "text"), LEFT)
def test_where_the_file_has_a_variable_nothing_is_written(name, text):
    (place,) = inline_pins(name, text)
    assert place.end is None
    assert "pin it by hand" in place.why
    assert repinned(name, text) == text


def test_one_that_does_not_parse_is_an_error_with_its_line_in_the_file():
    with pytest.raises(UnreadableError, match="line 7"):
        list(
            inline_pins(
                "compose.yml", f"{START}|\n        FROM a/b:1\n        FORM x\n"
            )
        )


def test_a_file_without_any_has_no_places():
    assert list(inline_pins("compose.yml", "services:\n  a:\n    build: .\n")) == []
