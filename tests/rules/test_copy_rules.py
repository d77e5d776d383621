"""What examples cannot show of the rules about COPY and ADD: bytes, real directories, other builds."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from lightship.build import Build
from lightship.context.archives import would_unpack
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_context
from lightship.lint.finding import Safety
from lightship.lint.fixes import SAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.context.add_instead_of_copy import RULE as ADD
from lightship.rules.context.destination_without_slash import RULE as SLASH
from lightship.rules.context.relative_destination import RULE as RELATIVE
from lightship.rules.stages.copy_from_own_stage import RULE as OWN
from lightship.rules.stages.unknown_stage import RULE as UNKNOWN


def tar(mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return buffer.getvalue()


def build(text: str, files=None) -> Build:
    context = None if files is None else Context.of(files)
    return Build(parse(text), context, path=None if files is None else "Dockerfile")


def safeties(rule, text: str, files=None) -> list[Safety | None]:
    return [found.fix and found.fix.safety for found in rule.check(build(text, files))]


@pytest.mark.parametrize(
    ("content", "unpacks"),
    [
        (tar(), True),
        (tar("w:gz"), True),
        (tar("w:bz2"), True),
        (tar("w:xz"), True),
        (b"\x28\xb5\x2f\xfd" + b"\0" * 600, True),
        (gzip.compress(b"no archive, but that takes the whole of it to know"), True),
        (b"", False),
        (b"\0" * 1024, False),
        (b"#!/bin/sh\n" * 200, False),
        (b"PK\x03\x04" + b"\0" * 600, False),
    ],
    # gzip writes the time into what it makes: as an id it would be another one in each worker
    ids="tar gzip bzip2 xz zstd gzip-of-text empty zeros script zip".split(),
)
def test_the_content_says_what_is_unpacked(content, unpacks):
    assert would_unpack(Context.of({"layer": content}), "layer") is unpacks
    assert would_unpack(Context.of({"layer": content}), "./lay*") is unpacks


@pytest.mark.parametrize(
    ("source", "unpacks"),
    [
        ("a.tar", True),
        ("a.TGZ", True),
        ("a.tar.zst", True),
        ("*.tar.gz", True),
        ("a.py", False),
        (".bashrc", False),
        ("a.zip", False),
        ("dir/", False),
        (".", False),
        ("start", None),
        ("app-1.2", None),
        ("jdk*", None),
        ("a.*", None),
    ],
)
def test_without_content_the_name_is_asked(source, unpacks):
    assert would_unpack(None, source) is unpacks


def test_a_directory_is_not_unpacked():
    context = Context.of({"layers/base.tar": tar(), "src/a.py": ""})
    assert would_unpack(context, "layers") is False
    assert would_unpack(context, "src*") is False
    assert would_unpack(context, "layers/*") is True


def test_a_file_that_is_not_sent_is_judged_by_its_name():
    context = Context.of({"layer": tar(), ".dockerignore": "layer\n"})
    assert would_unpack(context, "./gone") is None


def test_add_is_fixed_safely_only_where_it_is_known():
    text = "FROM debian:trixie-slim\nADD start /start\n"
    assert safeties(ADD, text) == [Safety.UNSAFE]
    assert safeties(ADD, text, {"start": "#!/bin/sh\n"}) == [Safety.SAFE]
    assert safeties(ADD, text, {"start": tar()}) == []


def test_add_on_a_real_directory(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("")
    (tmp_path / "base").write_bytes(tar("w:gz"))
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_bytes(b"FROM debian:trixie-slim\r\nADD src /src\r\nADD base /\r\n")
    made = Build(
        parse(dockerfile.read_bytes().decode()),
        open_context(str(tmp_path), str(dockerfile)),
        path="Dockerfile",
    )
    fixed = fix(made, RuleSelection((ADD,)), SAFE)
    assert fixed.text == "FROM debian:trixie-slim\r\nCOPY src /src\r\nADD base /\r\n"


@pytest.mark.parametrize(
    ("body", "is_sure"),
    [
        ("WORKDIR /app\nCOPY a b .", True),
        ("COPY a b .", True),
        ("COPY a b /srv/.", True),
        ("WORKDIR /srv/app\nCOPY a b /srv/app", True),
        ("WORKDIR /srv/app\nCOPY a b /srv", True),
        ("WORKDIR /srv/app\nCOPY a b ..", True),
        ("WORKDIR /srv/app\nCOPY a b /srv/ap", False),
        ("WORKDIR /srv/app\nCOPY a b lib", False),
        ("COPY a b /srv", True),
        ("COPY a b /app", False),
        ("RUN mkdir -p /app/lib\nCOPY a b /app", True),
        ("RUN test -d /app || mkdir /app\nCOPY a b /app", False),
        ("COPY a b /app\nRUN mkdir -p /app", False),
        ("ONBUILD COPY a b /srv", False),
    ],
)
def test_a_directory_that_is_sure_needs_no_slash(body, is_sure):
    told = safeties(SLASH, f"FROM debian:trixie-slim\n{body}\n")
    assert told == ([] if is_sure else [Safety.UNSAFE])


def test_wildcards_are_counted_in_the_context():
    text = "FROM debian:trixie-slim\nCOPY *.py /app\n"
    assert safeties(SLASH, text) == []
    assert safeties(SLASH, text, {"a.py": "", "b.txt": ""}) == []
    assert (
        safeties(SLASH, text, {"a.py": "", "b.py": "", ".dockerignore": "b.py\n"}) == []
    )
    assert safeties(SLASH, text, {"a.py": "", "b.py": ""}) == [Safety.UNSAFE]


def test_escape_directive():
    text = "# escape=`\nFROM debian:trixie-slim\nCOPY a `\n  b `\n  dest\n"
    fixed = fix(build(text), RuleSelection((SLASH, RELATIVE)), SAFE)
    assert fixed.text == text.replace("dest", "/dest")


@pytest.mark.parametrize(
    ("destination", "absolute"),
    [
        (".", "/"),
        ("./", "/"),
        ("app", "/app"),
        ("app/", "/app/"),
        ("./app/.", "/app/"),
        ("a/../b", "/b"),
        ("..", "/"),
    ],
)
def test_the_absolute_path_is_the_same_place(destination, absolute):
    made = build(f"FROM debian:trixie-slim\nCOPY app {destination}\n")
    assert (
        fix(made, RuleSelection((RELATIVE,)), SAFE).text
        == f"FROM debian:trixie-slim\nCOPY app {absolute}\n"
    )


def test_a_build_arg_may_name_a_stage():
    text = "ARG BASE=one\nFROM debian AS one\nWORKDIR /app\nFROM debian AS two\nFROM $BASE\nCOPY a .\n"
    assert not list(RELATIVE.check(Build(parse(text))))
    assert list(RELATIVE.check(Build(parse(text), args={"BASE": "two"})))


def test_stages_that_onbuild_reads_from_are_reported_where_it_runs():
    text = "FROM debian AS base\nONBUILD COPY --from=gone /a /a\nFROM base\n"
    made = build(text)
    lines = [
        made.dockerfile.lines.line(found.span.start) for found in UNKNOWN.check(made)
    ]
    assert lines == [3]


def test_a_stage_that_is_too_near_is_suggested():
    found = list(
        UNKNOWN.check(
            build("FROM debian AS builder\nFROM scratch\nCOPY --from=build /a /a\n")
        )
    )
    assert [item.message for item in found] == [
        "no stage is named build (did you mean builder?)"
    ]


def test_a_later_stage_of_the_same_name_is_not_the_own_one():
    text = "FROM debian AS one\nFROM debian AS two\nCOPY --from=ONE /a /a\n"
    assert not list(OWN.check(build(text)))


@pytest.mark.parametrize("image", ["python:3.6-onbuild", "node:8-onbuild"])
def test_images_with_triggers_have_a_workdir_of_their_own(image):
    assert not safeties(RELATIVE, f"FROM {image}\nCOPY requirements.txt ./\n")
