"""Bake files: which targets are built, from where, and what cannot be known."""

from __future__ import annotations

import pytest
from builds.repository import builds, found, unresolved
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.hcl.hcl_reader import read_hcl
from lightship.builds.yaml_tree import UnreadableError

PYTHON = "FROM python:3.13-slim\n"


def bake(text: str, **more: str) -> dict[str, str]:
    return {"docker-bake.hcl": text, "Dockerfile": PYTHON, **more}


def test_targets_are_builds_and_what_is_only_inherited_is_none():
    text = """\
group "default" {
  targets = ["web"]
}
target "_common" {
  args = { A = "1" }
}
target "web" {
  inherits = ["_common", "metadata"]
  target = "web"
}
target "metadata" {}
target "lint" {
  inherits = ["_common"]
  target = "lint"
}
"""
    assert builds(bake(text), "kind", "why", "source") == [
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "target": "web",
            "args": {"A": "1"},
            "kind": "bake",
            "why": "target web of group default",
            "source": "docker-bake.hcl:7",
        },
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "target": "lint",
            "args": {"A": "1"},
            "kind": "bake",
            "why": "target lint",
            "source": "docker-bake.hcl:12",
        },
    ]


def test_a_matrix_is_several_builds():
    text = """\
target "app" {
  name = "app-${py}"
  matrix = { py = ["3-12", "3-13"] }
  args = { PYTHON = replace(py, "-", ".") }
}
"""
    assert [build.args for build in found(bake(text)).builds] == [
        {"PYTHON": "3.12"},
        {"PYTHON": "3.13"},
    ]


def test_named_contexts_are_paths_targets_or_images():
    text = """\
target "base" {
  dockerfile = "base.Dockerfile"
}
target "app" {
  contexts = {
    shared = "./libs"
    base = "target:base"
    python = "docker-image://python:3.13"
  }
}
"""
    files = bake(text, **{"base.Dockerfile": PYTHON, "libs/a.py": ""})
    (app,) = (
        build for build in found(files).builds if build.dockerfile == "Dockerfile"
    )
    assert app.contexts == {
        "shared": "libs",
        "base": "target:base",
        "python": "docker-image://python:3.13",
    }


def test_a_file_below_is_started_where_its_dockerfiles_are_found():
    text = 'target "a" {\n  dockerfile = "docker/api.Dockerfile"\n}\n'
    files = {"docker/bake.hcl": text, "docker/api.Dockerfile": PYTHON}
    assert builds(files) == [{"dockerfile": "docker/api.Dockerfile", "context": "."}]
    text = 'target "a" {\n  context = ".."\n  dockerfile = "docker/api.Dockerfile"\n}\n'
    files = {"docker/docker-bake.hcl": text, "docker/api.Dockerfile": PYTHON}
    assert builds(files) == [{"dockerfile": "docker/api.Dockerfile", "context": "."}]


def test_a_dockerfile_in_a_heredoc_knows_its_line():
    text = 'target "a" {\n  dockerfile-inline = <<EOT\nFROM alpine\nRUN true\nEOT\n}\n'
    (build,) = found({"docker-bake.hcl": text}).builds
    assert build.inline is not None
    assert (build.dockerfile, build.inline.line) == ("docker-bake.hcl", 3)
    assert build.inline.text == "FROM alpine\nRUN true\n"


def test_a_target_says_more_of_a_service():
    compose = "services:\n  web:\n    build: ./web\n"
    text = 'target "web" {\n  platforms = ["linux/arm64"]\n}\n'
    files = bake(text, **{"compose.yaml": compose, "web/Dockerfile": PYTHON})
    rows = [
        row for row in builds(files, "kind") if row["dockerfile"] == "web/Dockerfile"
    ]
    assert rows == [
        {"dockerfile": "web/Dockerfile", "context": "web", "kind": "compose"},
        {
            "dockerfile": "web/Dockerfile",
            "context": "web",
            "platforms": ["linux/arm64"],
            "kind": "bake",
        },
    ]


@pytest.mark.parametrize(
    ("attribute", "why"),
    [
        ("context = DIR", "docker-bake.hcl:2: target a: DIR is not defined"),
        (
            'dockerfile = "${timestamp()}"',
            "target a: the function timestamp is not followed",
        ),
        ("target = NONE", "target a: NONE is not defined"),
        ("inherits = NONE", "target a: inherits: NONE is not defined"),
        ("matrix = { a = NONE }", "target a: NONE is not defined"),
        ('matrix = { a = ["1"] }', "target a: it has a matrix and no name"),
        ('context = "../.."', "target a: ../.. is outside the repository"),
        ('context = "https://a.b/c.git"', "its context is remote: https://a.b/c.git"),
        (
            "dockerfile-inline = NONE",
            "target a: dockerfile-inline: NONE is not defined",
        ),
        ("context = [", "it cannot be read: line 3: a value is expected"),
    ],
)
def test_what_cannot_be_known_is_said(attribute, why):
    files = bake(f'target "a" {{\n  {attribute}\n}}\n')
    assert any(why in place for place in unresolved(files)), unresolved(files)


def test_a_variable_without_value_is_not_known():
    text = 'variable "V" {}\ntarget "a" {\n  args = { A = V, B = "b" }\n}\n'
    assert builds(bake(text)) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": None, "B": "b"}}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(
            ['variable "v0" { default = "xxxxxxxxxx" }']
            + [
                f'variable "v{n}" {{ default = "${{v{n - 1}}}${{v{n - 1}}}" }}'
                for n in range(1, 60)
            ]
            + ['target "a" { args = { A = v59 } }']
        ),
        'variable "a" { default = b }\nvariable "b" { default = a }\ntarget "t" { args = { A = a } }',
        'function "f" {\n  params = [x]\n  result = f(x)\n}\ntarget "t" { args = { A = f(1) } }',
        'target "t" { args = { A = join("", range(0, 999999999)) } }',
        'target "t" { args = { A = regex_replace("'
        + "a" * 30
        + '", "(a+)+(a+)+$", "") } }',
        'target "t" { args = { A = format("%999999999d", 1) } }',
        'target "t" { args = { A = ' + "9" * 4_000 + " } }",
    ],
)
def test_a_hostile_value_is_not_known(text):
    (build,) = found(bake(text)).builds
    assert build.args == {"A": None}


def test_targets_that_inherit_from_one_another_end():
    text = 'target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"] }\ngroup "default" { targets = ["a", "default"] }'
    assert builds(bake(text)) == [{"dockerfile": "Dockerfile", "context": "."}]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "a = " + "(" * 5_000,
        "a = " + "!" * 5_000,
        "a {" * 5_000,
        'a = "${' * 3_000,
    ],
)
def test_deep_nesting_is_refused(text):
    with pytest.raises(UnreadableError):
        read_hcl(text)


def read_or_refused(text):
    try:
        read_hcl(text)
    except UnreadableError as error:
        return str(error)
    return ""


@given(st.text(alphabet='ab=1 {}[]()"$%<\n\\.,?:!#/*-~T', max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text):
    assert len(read_or_refused(text).splitlines()) <= 1


@given(st.text(alphabet='ab1 {}[]()"$%\n\\.,?:!#-~', max_size=40))
def test_any_value_is_read_or_refused_in_one_line(text):
    reason = read_or_refused(f'target "a" {{\n  args = {{ A = {text} }}\n}}\n')
    assert len(reason.splitlines()) <= 1
    discovery = found(bake(f'target "a" {{\n  args = {{ A = {text} }}\n}}\n'))
    assert discovery.builds or discovery.unresolved


SET = {
    "docker-bake.hcl": 'target "web" { args = { V = "1" } }\n',
    "Dockerfile": "FROM a\n",
    "app/Dockerfile": "FROM a\n",
}


def test_what_a_command_sets_replaces_what_the_file_says():
    files = {
        **SET,
        "build.sh": "docker buildx bake --set web.args.V=2 --set web.context=app --set web.target=$T web\n",
    }
    assert unresolved(files) == [
        "docker-bake.hcl:1: target web: T is not set",
    ]
    files["build.sh"] = files["build.sh"].replace("--set web.target=$T", "")
    assert builds(files) == [
        {"dockerfile": "Dockerfile", "context": "."},
        {"dockerfile": "app/Dockerfile", "context": "app", "args": {"V": "2"}},
    ]


def test_what_the_action_sets_replaces_what_the_file_says():
    files = {
        **SET,
        ".github/workflows/a.yml": (
            "on: push\njobs:\n  a:\n    steps:\n      - uses: docker/bake-action@v6\n"
            "        with:\n          targets: web\n          set: |\n"
            "            web.args.V=3\n            *.args.SHA=${{ github.sha }}\n"
        ),
    }
    assert {
        "dockerfile": "Dockerfile",
        "context": ".",
        "args": {"V": "3", "SHA": None},
    } in (builds(files))
