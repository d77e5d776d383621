"""`lightship update`: digests to what their tags mean today."""

from __future__ import annotations

import json

import pytest
from pinned_tags import digest, pinned_tags
from schemas import validator

OLD = f"sha256:{'0' * 64}"


@pytest.fixture
def tags(no_credentials):
    with pinned_tags() as found:
        found.words |= {"acme/python:3.13": "python", "acme/uv:0.9": "uv"}
        yield found


@pytest.fixture
def update(run):
    return lambda *args: run("update", "--plain-http", *args)


def test_only_what_is_pinned_is_renewed_and_only_written_when_asked(
    update, project, tags
):
    path = project / "Dockerfile"
    before = (
        f"FROM {tags.host}/acme/python:3.13@{OLD}\n"
        f"COPY --from={tags.host}/acme/uv:0.9 /uv /bin/\n"
        f"COPY --from={tags.host}/acme/gone@{OLD} /a /b\n"
    )
    path.write_text(before, encoding="utf-8")
    shown = update()
    assert (shown.exit_code, path.read_text(encoding="utf-8")) == (0, before)
    assert "stale     Dockerfile:1:6" in shown.stdout
    assert "1 pinned, 1 unpinned, 1 stale; `lightship update --write` renews 1" in (
        shown.stdout
    )
    written = update("--write")
    assert written.exit_code == 0
    assert path.read_text(encoding="utf-8") == before.replace(OLD, digest("python"), 1)
    assert tags.asked == ["acme/python:3.13"] * 2
    assert update("--format", "diff").stdout == ""


def test_a_digest_in_an_arg_of_its_own_is_renewed_there(update, project, tags):
    text = f"ARG DIGEST={OLD}\nFROM {tags.host}/acme/uv:0.9@$DIGEST\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    assert update("--write").exit_code == 0
    after = (project / "Dockerfile").read_text(encoding="utf-8")
    assert after == text.replace(OLD, digest("uv"))


def test_a_digest_that_no_edit_can_reach_is_not_looked_up(update, project, tags):
    text = f"ARG N=uv\nFROM {tags.host}/acme/$N:0.9@{OLD}\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    result = update("--format", "json", "--write")
    document = json.loads(result.stdout)
    validator("pins", "pins").validate(document)
    (only,) = document["pins"]
    assert only["state"] == "pinned"
    assert "one value of its variables alone" in only["why"]
    assert document["written"] is False
    assert tags.asked == []


def test_a_tag_that_is_gone_writes_nothing(update, project, tags):
    path = project / "Dockerfile"
    path.write_text(
        f"FROM {tags.host}/acme/uv:0.9@{OLD}\nFROM {tags.host}/acme/uv:0.1@{OLD}\n",
        encoding="utf-8",
    )
    before = path.read_text(encoding="utf-8")
    result = update("--write")
    assert result.exit_code == 2
    assert "has no acme/uv:0.1" in result.stdout
    assert path.read_text(encoding="utf-8") == before
