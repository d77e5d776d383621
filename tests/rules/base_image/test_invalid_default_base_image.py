"""When invalid-default-base-image reports something, and when it is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import RULES, findings, said, severity

from lightship.files.folder_context import open_context
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity


def test_an_argument_that_a_build_gives_needs_no_default():
    text = "ARG VERSION\nFROM example.com/base:${VERSION}-slim"
    assert said("invalid-default-base-image", text, are_args_known=True)
    given = frozenset({"VERSION"})
    assert not said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


def test_an_argument_that_no_build_gives_is_reported_beside_one_that_is_given():
    text = "ARG NAME\nARG VERSION\nFROM example.com/$NAME:$VERSION"
    given = frozenset({"NAME"})
    assert said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


def test_a_part_of_a_name_may_be_empty():
    text = "ARG NAME\nARG SUFFIX\nFROM example.com/$NAME-${SUFFIX}1"
    given = frozenset({"NAME"})
    assert not said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


@pytest.mark.parametrize("default", ["", "=", '=""'])
def test_an_argument_without_a_default_is_required_where_no_build_is_known(default):
    text = f"ARG VERSION{default}\nFROM debian:$VERSION"
    assert not said("invalid-default-base-image", text)


def test_one_argument_without_a_default_is_reported_once():
    text = "ARG VERSION\nFROM example.com/a:$VERSION AS a\nFROM example.com/b:$VERSION"
    assert len(said("invalid-default-base-image", text, are_args_known=True)) == 1


def test_a_build_arg_that_must_be_given_needs_no_default():
    assert said("invalid-default-base-image", "ARG BASE\nFROM ${BASE}") == []


def test_a_build_that_gives_the_arg_names_its_image():
    text = "ARG VERSION\nFROM debian:$VERSION"
    assert said("invalid-default-base-image", text, args={"VERSION": "13"}) == []
    assert said("invalid-default-base-image", text, are_args_known=True)


def test_a_name_with_capitals_is_an_error_that_is_said_once():
    text = "FROM AcmeOrg/Shop:develop\nCOPY app /app\n"
    (note,) = findings("invalid-default-base-image", text)
    (error,) = findings("build-refused", text)
    assert error.span.start in {span.start for span in note.covered_by}


CHAIN = 'ARG HUB\nARG TAG\nARG BASE="$HUB/kernel:${TAG}"\nFROM $BASE-slim'


@pytest.mark.parametrize(
    ("given", "is_known", "is_told"),
    [
        ((), False, False),
        (("HUB", "TAG"), True, False),
        (("HUB",), True, True),
        ((), True, True),
    ],
)
def test_a_default_that_is_made_of_required_arguments_is_no_error(
    given, is_known, is_told
):
    [*items] = findings(
        "invalid-default-base-image",
        CHAIN,
        given_args=frozenset(given),
        are_args_known=is_known,
    )
    assert [item.severity for item in items] == [Severity.INFO] * is_told


def test_a_default_that_is_made_of_others_with_defaults_may_be_wrong():
    text = "ARG TAG=:1\nARG BASE=debian:$TAG\nFROM $BASE"
    assert severity("invalid-default-base-image", text) is Severity.ERROR


@pytest.mark.parametrize("name", ["python:3.13@sha256:<digest>", "<image>:1", "a:<v>"])
def test_a_placeholder_in_a_name_is_to_be_filled_in(name):
    (message,) = said("invalid-default-base-image", f"FROM {name}")
    assert message == f'FROM names "{name}": fill in the placeholder'


def test_a_default_with_a_placeholder_is_that_of_an_arg():
    (message,) = said("invalid-default-base-image", "ARG V=<tag>\nFROM python:$V")
    assert message.endswith("give the ARG a default")


def test_a_placeholder_that_a_script_fills_in(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "Makefile").write_text("image:\n\tsed s,__NS__,acme, a > b\n")
    context = open_context(str(tmp_path), str(tmp_path / "Dockerfile"))
    for text, count in (("FROM __NS__/base:1", 0), ("FROM __OTHER__/base:1", 1)):
        build = replace(build_of(text), context=context)
        assert len(list(RULES["invalid-default-base-image"].check(build))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ARG IMAGE={{ base.image }}\nFROM $IMAGE", 0),
        ('ARG PREFIX="{{ prefix }}"\nFROM $PREFIX/moby/buildkit:v0.8', 0),
        ("ARG OTHER={{ base.image }}\nARG IMAGE=Alpine\nFROM $IMAGE", 1),
    ],
)
def test_a_default_that_a_template_engine_writes(text, count):
    assert len(said("invalid-default-base-image", text)) == count
