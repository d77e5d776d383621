"""Places of compose files, bake files and workflows that name images, and the edits that pin them."""

from __future__ import annotations

import pytest

from lightship.builds.yaml_tree import UnreadableError
from lightship.pins.bake_pins import bake_pins
from lightship.pins.compose_pins import compose_pins
from lightship.pins.own_images_left import own_left
from lightship.pins.pin_place import pinned
from lightship.pins.workflow_pins import workflow_pins
from lightship.text import apply_edits

NEW = f"sha256:{'1' * 64}"


def compose(text):
    pins = compose_pins(text)
    return [own_left(place, pins.built) for place in pins.places]


def hcl(text):
    return bake_pins(text, is_json=False)


def json(text):
    return bake_pins(text, is_json=True)


def repinned(find, text):
    edits = []
    for place in find(text):
        if place.end is not None:
            edits += pinned(place, NEW)
    return apply_edits(text, edits)


# Who reads it, and the text with ! where a digest belongs
PINNED = [
    (compose, "services:\n  db:\n    image: postgres:16!\n"),
    (compose, "services:\n  db:\n    image: 'postgres:16!' # the database\n"),
    (compose, 'services: {db: {image: "postgres:16!"}, c: {image: redis:7!}}'),
    (
        compose,
        "services:\r\n  db:\r\n    # caf\xe9 \U0001f433\r\n    image: a/b:1!\r\n",
    ),
    (compose, "services:\n  db:\n    image: ${DB:-postgres:16!}\n"),
    (compose, "services:\n  db:\n    image: postgres:${V-16!}\n"),
    (
        compose,
        "x-a: &a\n  image: a/b:1!\nservices:\n  c: {<<: *a}\n  d:\n    <<: *a\n",
    ),
    (
        compose,
        "services:\n  d:\n    build:\n      additional_contexts:\n        base: docker-image://a/b:1!\n",
    ),
    (
        compose,
        "services:\n  d:\n    build:\n      additional_contexts: [base=docker-image://a/b:1!, x=../x]\n",
    ),
    (hcl, 'target "a" {\n  contexts = {\n    b = "docker-image://a/b:1!"\n  }\n}\n'),
    (
        hcl,
        """target "a" {
  contexts = { # "docker-image://no/t:1"
    b = "docker-image://a/b:1!" // "docker-image://no/t:2"
    c = "../c" /* "docker-image://no/t:3" */
    d = "docker-image://d/d:1!" }
}
""",
    ),
    (
        hcl,
        """variable "B" { default = "docker-image://a/b:1!" }
C = "docker-image://c/d:1!"
target "a" {
  contexts = { b = B, c = C }
}
""",
    ),
    (json, '{"variable": {"B": {"default": "docker-image://a/b:1!"}}}'),
    (json, '{"target": {"a": {"contexts": {"b": "docker-image://a/b:1!"}}}}'),
    (json, '{"target": [{"a": [{"contexts": {"b": "docker-image://a/b:1!"}}]}]}'),
    (workflow_pins, "jobs:\n  a:\n    container: node:20!\n"),
    (workflow_pins, "jobs:\n  a:\n    container:\n      image: node:20!\n"),
    (
        workflow_pins,
        "jobs:\n  a:\n    services:\n      db:\n        image: postgres:16!\n        ports: [5432]\n",
    ),
    (workflow_pins, "jobs:\n  a:\n    steps:\n      - uses: docker://a/b:1!\n"),
    (workflow_pins, "runs:\n  using: docker\n  image: docker://a/b:1!\n"),
    (
        workflow_pins,
        "runs:\n  using: composite\n  steps:\n    - uses: docker://a/b:1!\n",
    ),
]


@pytest.mark.parametrize(("find", "marked"), PINNED)
def test_digests_stand_where_they_belong_and_nothing_else_changes(find, marked):
    text = marked.replace("!", "")
    done = repinned(find, text)
    assert done == marked.replace("!", f"@{NEW}")
    assert [place.pin for place in find(done)] == [NEW] * marked.count("!")
    assert repinned(find, done) == done


LEFT = [
    (compose, "services:\n  a:\n    image: a/b:${V}\n", "a variable is in its name"),
    (compose, "services:\n  a:\n    image: ${R:-x}/b:1\n", "a variable is in its name"),
    (compose, "services:\n  a:\n    image: app\n", "built locally"),
    (compose, 'services:\n  a:\n    image: "a/b\\u003a1"\n', "not written on one line"),
    (compose, "services:\n  a:\n    image: >-\n      a/b:1\n", "not written on one"),
    (
        compose,
        "services:\n  a:\n    build: .\n    image: acme/a:1\n  b:\n    image: acme/a:1\n",
        "this repository builds it",
    ),
    (
        hcl,
        'target "a" {\n  contexts = {\n    b = "docker-image://a/b:${V}"\n  }\n}\n',
        "a variable is in its name",
    ),
    (
        workflow_pins,
        "jobs:\n  a:\n    container: node:${{ matrix.node }}\n",
        "a variable is in its name",
    ),
]


@pytest.mark.parametrize(("find", "text", "why"), LEFT)
def test_where_no_digest_belongs_it_says_why(find, text, why):
    (place,) = find(text)
    assert place.end is None
    assert why in place.why


SILENT = [
    (compose, ""),
    (compose, "services: []"),
    (compose, "services:\n  a: null\n  b: x\n  c: {image: null}\n  d: {image: [a]}\n"),
    (compose, "services:\n  a:\n    build: .\n    image: acme/a:1\n"),
    (compose, "services:\n  a:\n    build:\n      additional_contexts: {b: ../b}\n"),
    (hcl, 'group "a" {\n  targets = ["docker-image://a/b:1"]\n}\n'),
    (hcl, 'target "a" {\n  tags = ["docker-image://a/b:1"]\n}\n'),
    (json, "{}"),
    (json, '{"target": {"a": {"contexts": "x"}}}'),
    (workflow_pins, "jobs:\n  a:\n    steps: [x, null, {run: docker://a/b:1}]\n"),
    (workflow_pins, "jobs: {a: {container: ''}, b: null, c: {services: [x]}}"),
    (workflow_pins, "runs:\n  using: docker\n  image: Dockerfile\n"),
]


@pytest.mark.parametrize(("find", "text"), SILENT)
def test_what_names_no_image_is_no_place(find, text):
    assert list(find(text)) == []


@pytest.mark.parametrize("find", [compose, json, workflow_pins])
@pytest.mark.parametrize("text", ["a: [", "a: &a [*b]", "[" * 5000, "a: \udcff"])
def test_what_is_not_yaml_is_an_error(find, text):
    with pytest.raises(UnreadableError):
        find(text)


@pytest.mark.parametrize("text", ["a = {", 'target "a" {', "[" * 5000])
def test_what_is_not_hcl_is_an_error(text):
    with pytest.raises(UnreadableError):
        hcl(text)


def test_contexts_that_nobody_writes_are_refused_before_they_are_searched():
    quotes = '\\"' * 20_000
    text = f'target "a" {{\n  contexts = {{ b = <<END\n"{quotes}\nEND\n  }}\n}}\n'
    with pytest.raises(UnreadableError, match="line 2: contexts has more than 20,000"):
        hcl(text)
