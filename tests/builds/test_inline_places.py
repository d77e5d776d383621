"""Where the characters of a Dockerfile stand that is written inside another file."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml

from lightship.builds.bake.bake_builds import bake_builds
from lightship.builds.compose.projects import compose_builds
from lightship.builds.inline_block import inline_block
from lightship.builds.inline_places import inline_places
from lightship.builds.workspace import Workspace
from lightship.text import Edit, Span, apply_edits

DOCKERFILES = [
    "FROM python:3.13\nRUN pip install flask\nCMD [\"python\", 'a']\n",
    "FROM a\n\n# a comment: with \"quotes\" and 'others'\nRUN x \\\n    && y   z\n\n\nUSER a",
    "FROM a\nRUN <<EOF\n  two\n    four\nEOF\n",
    "FROM a\nRUN echo $HOME ${HOME:-/root} \\$x $$ \\\\ é\n",
]
STYLES = ["|", ">", '"', "'"]


def inline_of(path, whole):
    reader = bake_builds if "bake" in path else compose_builds
    found = reader(Workspace.of({path: whole, "Dockerfile": ""}), [path])
    (build,) = found.builds
    return build.inline


def rewritten(whole, inline, after):
    return inline_block(whole, inline).with_text(after)


def compose(dockerfile, style):
    """A compose file that has a Dockerfile in one of YAML's styles, as PyYAML writes it."""

    class Styled(str):
        __slots__ = ()

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(
        Styled,
        lambda dumper, text: dumper.represent_scalar(
            "tag:yaml.org,2002:str", str(text), style=style
        ),
    )
    escaped = Styled(dockerfile.replace("$", "$$"))
    tree = {"services": {"web": {"build": {"dockerfile_inline": escaped}}}}
    return yaml.dump(tree, Dumper=Dumper, allow_unicode=True, width=40)


def bake(dockerfile, dash="-"):
    escaped = dockerfile.replace("${", "$${")
    blanks = "    " if dash else ""
    rows = [f"{blanks}{row}\n" for row in escaped.removesuffix("\n").split("\n")]
    return (
        f'target "a" {{\n  dockerfile-inline = <<{dash}END\n{"".join(rows)}  END\n}}\n'
    )


FILES = [
    *(
        ("compose.yaml", compose(text, style))
        for text in DOCKERFILES
        for style in STYLES
    ),
    *(
        ("docker-bake.hcl", bake(text, dash))
        for text in DOCKERFILES
        for dash in ("", "-")
    ),
]


@pytest.mark.parametrize(("path", "whole"), FILES)
def test_every_character_is_found_in_the_file(path, whole):
    inline = inline_of(path, whole)
    places = inline_places(whole, path, inline)
    assert places.is_exact
    for at, character in enumerate(inline.text):
        if not character.isspace():
            written = places.span(Span(at, at + 1)).of(whole)
            assert written.lstrip("\\$'\"")[:1] in (character, ""), (at, character)


@pytest.mark.parametrize(("path", "whole"), FILES)
def test_places_are_in_order_and_cover_whole_words(path, whole):
    inline = inline_of(path, whole)
    places = inline_places(whole, path, inline)
    starts = [start for start, _ in places.places]
    assert starts == sorted(starts)
    word = inline.text.index("FROM a") if "FROM a" in inline.text else 0
    assert places.span(Span(word, word + 4)).of(whole) == "FROM"


@pytest.mark.parametrize("text", DOCKERFILES)
@pytest.mark.parametrize(
    ("path", "write"),
    [
        ("compose.yaml", lambda text: compose(text, "|")),
        ("docker-bake.hcl", bake),
        ("docker-bake.hcl", lambda text: bake(text, "")),
    ],
)
def test_what_is_written_is_what_is_read(path, write, text):
    whole = write(text)
    inline = inline_of(path, whole)
    after = f"# first\n{inline.text}".replace("RUN", "RUN --network=none $A ${B}")
    again = rewritten(whole, inline, after)
    assert again is not None
    new = inline_of(path, again)
    assert new.text.rstrip("\n") == after.rstrip("\n")
    assert rewritten(whole, inline, inline.text) == whole


def test_lines_that_do_not_change_keep_every_byte():
    whole = (
        "services:\r\n  web:\r\n    build:\r\n      dockerfile_inline: |2-  # mine\r\n"
        "        FROM ${BASE:-a}\r\n   \r\n        RUN x\r\n"
    )
    inline = inline_of("compose.yaml", whole)
    after = inline.text.replace("RUN x", "RUN y\nUSER z")
    assert rewritten(whole, inline, after) == whole.replace(
        "RUN x", "RUN y\r\n        USER z"
    )


def test_a_line_with_a_variable_of_the_file_is_not_rewritten():
    whole = compose("FROM a\nRUN x\n", "|").replace("FROM a", "FROM ${BASE:-a}")
    inline = inline_of("compose.yaml", whole)
    assert inline.text.startswith("FROM a\n")
    changed = inline.text.replace("FROM a", "FROM b")
    assert rewritten(whole, inline, changed) is None
    places = inline_places(whole, "compose.yaml", inline)
    run = inline.text.index("RUN x")
    assert places.span(Span(run, run + 5)).of(whole) == "RUN x"
    assert places.span(Span(5, 6)).of(whole) == "${BASE:-a}"


@pytest.mark.parametrize(
    "whole",
    [
        'x: &d "FROM a\\nRUN b"\nservices: {web: {build: {dockerfile_inline: *d}}}\n',
        "services:\n  web:\n    build:\n      dockerfile_inline:\n        FROM a\n",
    ],
)
def test_what_cannot_be_told_stands_on_its_line(whole):
    inline = inline_of("compose.yaml", whole)
    places = inline_places(whole, "compose.yaml", inline)
    assert not places.is_exact
    written = places.span(Span(0, 4)).of(whole)
    assert written == whole.split("\n")[inline.line - 1].strip()


def test_an_inherited_dockerfile_stands_in_the_file_that_has_it():
    files = {
        "base.yaml": compose("FROM a\n", "|"),
        "compose.yaml": (
            "services:\n  web:\n    extends: {file: base.yaml, service: web}\n"
            "    build: {target: x}\n"
        ),
    }
    found = compose_builds(Workspace.of(files), ["compose.yaml"])
    (build,) = found.builds
    assert (build.dockerfile, build.inline.path) == ("base.yaml", "base.yaml")
    assert build.inline.line == 5
    assert build.source.path == "compose.yaml"


@pytest.mark.parametrize("text", DOCKERFILES)
@pytest.mark.parametrize(
    ("path", "write"),
    [("compose.yaml", lambda text: compose(text, "|")), ("docker-bake.hcl", bake)],
)
def test_edits_of_the_dockerfile_are_edits_of_the_file(path, write, text):
    """Wherever a word, a line or the whole text is replaced, removed or added to."""
    whole = write(text)
    inline = inline_of(path, whole)
    block = inline_block(whole, inline)
    length = len(inline.text)
    starts = [0, *(at + 1 for at in range(length) if inline.text[at] == "\n")]
    spans = [Span(at, at + 3) for at in range(1, length - 3, 5)]
    spans += [Span(at, at) for at in (*range(1, length, 3), length, *starts)]
    spans += [Span(*pair) for pair in pairwise(starts)]
    spans.append(Span(0, length))
    for span in spans:
        for added in ("X", "RUN $A\n", "A\nB ${C} %{D}\n", ""):
            edit = Edit(span, added)
            placed = block.placed_edits([edit])
            expected = apply_edits(inline.text, [edit])
            if not expected.strip() or expected[0].isspace():
                continue
            assert placed is not None
            new = inline_of(path, apply_edits(whole, placed))
            assert new.text.rstrip("\n ") == expected.rstrip("\n "), edit


def test_several_edits_keep_what_stands_between_them():
    whole = compose("FROM a\nRUN $X\nUSER b\n", "|").replace("$$X", "${X:-x}")
    inline = inline_of("compose.yaml", whole)
    edits = [
        Edit(Span(5, 6), "c"),
        Edit(Span(len(inline.text) - 2, len(inline.text) - 1), "d"),
    ]
    placed = inline_block(whole, inline).placed_edits(edits)
    assert apply_edits(whole, placed) == whole.replace("FROM a", "FROM c").replace(
        "USER b", "USER d"
    )
    assert inline_block(whole, inline).placed_edits([Edit(Span(7, 8), "x")]) is None


def test_many_edits_take_no_time_of_their_own():
    """Ten thousand lines: each fix is placed by its own lines alone."""
    text = "FROM a\n" + "RUN x\n" * 10_000
    whole = bake(text)
    block = inline_block(whole, inline_of("docker-bake.hcl", whole))
    for at in range(7, 6_000, 6):
        (edit,) = block.placed_edits([Edit(Span(at, at + 3), "USER")])
        assert edit.text == "USER"
