"""`lightship base`: what it shows, in which formats, and what it refuses."""

from __future__ import annotations

import json

import pytest
from bases.official_rows import layers, made, python
from images import docker_archive, file, layer, oci_blobs
from registry.registry_process import free_port, push, registry, why_not
from schemas import validator

PYPROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\n'


@pytest.fixture
def dockerfile(project):
    path = project / "Dockerfile"
    path.write_text(
        "FROM python:3.13 AS build\nRUN python -m venv /venv\n"
        "FROM python:3.13-slim\nCOPY --from=build /venv /venv\nCMD /venv/bin/python\n",
        encoding="utf-8",
    )
    (project / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    return path


def document(result):
    read = json.loads(result.stdout)
    validator("bases", "bases").validate(read)
    return read


def test_text_says_how_long_what_else_and_which_line(run, dockerfile):
    result = run("base")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "   3  FROM python:3.13-slim\n" in result.stdout
    assert "Debian 13 (trixie) until 2030-06-30" in result.stdout
    assert "  fits    python:3.14-slim-trixie " in result.stdout
    assert "          FROM python:3.14-trixie AS build\n" in result.stdout
    assert result.stdout.endswith("1 base image, 1 with another that fits\n")


def test_json_follows_its_schema(run, dockerfile):
    read = document(run("base", "--format", "json", "Dockerfile"))
    (build,) = read["builds"]
    (base,) = build["bases"]
    assert [line["line"] for line in base["from"]] == [1, 3]
    assert base["alternatives"][0]["fit"] == "fits"
    assert base["alternatives"][0]["from"][0]["text"].startswith("FROM python:3.14")
    assert read["problems"] == []


def test_markdown_has_a_row_for_each_other_image(run, dockerfile):
    result = run("base", "--format", "markdown")
    assert "| fit | image | fixes | notes |" in result.stdout
    assert "`FROM python:3.14-slim-trixie`" in result.stdout


def test_a_text_of_others_cannot_break_out_of_markdown_or_the_terminal(run, project):
    text = "FROM python:3.13-slim AS a\nFROM ghcr.io/acme/x:1\nCOPY --from=a /a /a # \x1b[31m|`\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    for form in ("text", "markdown", "json"):
        result = run("base", "--format", form)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout


def test_a_build_arg_and_a_target_choose(run, project):
    (project / "Dockerfile").write_text(
        "ARG V=3.12\nFROM python:${V}-slim AS one\nFROM debian:trixie AS two\n",
        encoding="utf-8",
    )
    args = ("--format", "json", "--target", "one", "--build-arg", "V=3.13")
    (build,) = document(run("base", *args))["builds"]
    assert build["bases"][0]["name"] == "python:3.13-slim"
    assert build["target"] == "one"


def test_each_build_of_compose_that_has_other_bases_is_shown(run, project):
    (project / "Dockerfile").write_text(
        "FROM python:3.13-slim AS app\nFROM node:24-slim AS site\n", encoding="utf-8"
    )
    (project / "compose.yaml").write_text(
        "services:\n  app:\n    build: {context: ., target: app}\n"
        "  site:\n    build: {context: ., target: site}\n"
        "  again:\n    build: {context: ., target: app}\n",
        encoding="utf-8",
    )
    builds = document(run("base", "--format", "json"))["builds"]
    assert [item["target"] for item in builds] == ["app", "site"]
    assert builds[0]["build"].startswith("compose.yaml:")


def test_a_dockerfile_inside_a_compose_file_is_read(run, project):
    (project / "compose.yaml").write_text(
        "services:\n  app:\n    build:\n      context: .\n      dockerfile_inline: |\n"
        "        FROM python:3.13-slim\n        CMD python\n",
        encoding="utf-8",
    )
    (build,) = document(run("base", "--format", "json"))["builds"]
    (line,) = build["bases"][0]["from"]
    assert line["text"] == "FROM python:3.13-slim"
    assert line["line"] == 6
    assert build["bases"][0]["alternatives"][0]["from"][0]["line"] == 6


def test_a_dockerfile_on_standard_input(run, project):
    result = run("base", "--format", "json", "-", stdin="FROM debian:bookworm\n")
    (build,) = document(result)["builds"]
    assert build["bases"][0]["alternatives"][0]["name"] == "debian:trixie-slim"


@pytest.mark.parametrize(
    ("text", "said"),
    [("FRM python\n", "Dockerfile:1: "), ("ARG A\n", "no FROM")],
)
def test_what_buildkit_refuses_is_told_and_the_rest_is_shown(
    run, dockerfile, project, text, said
):
    folder = project / "other"
    folder.mkdir()
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    result = run("base", "--format", "json")
    read = document(result)
    assert result.exit_code == 2
    assert [build["path"] for build in read["builds"]] == ["Dockerfile"]
    (problem,) = read["problems"]
    assert said in problem


def test_a_path_that_is_not_there(run, project):
    result = run("base", "./nothing")
    assert result.exit_code == 2
    assert "nothing" in result.stdout


def test_a_directory_without_a_dockerfile(run, project):
    result = run("base")
    assert result.exit_code == 0
    assert result.stdout == "no base image is known\n"


def test_a_target_that_is_not_there(run, dockerfile):
    result = run("base", "--target", "nope")
    assert result.exit_code == 2
    assert "nope" in result.stdout


@pytest.fixture
def hub(tmp_path_factory, no_credentials):
    """A registry with copies of three official images; slim ones are smaller."""
    if reason := why_not():
        pytest.skip(reason)
    rows = python("3.12.9")
    small = oci_blobs(*layers(rows), history=rows)
    rows = python("3.12.9", full=True)
    large = oci_blobs(*layers(rows), layer(file("opt/x", 9_000_000)), history=rows)
    with registry(tmp_path_factory.mktemp("hub")) as host:
        push(host, "hub/library/python", small, "3.13-slim-trixie")
        push(host, "hub/library/python", small, "3.14-slim-trixie")
        push(host, "hub/library/python", large, "3.12")
        yield f"{host}/hub"


def measured(run, hub, *args):
    options = ("--measure", "--mirror", hub, "--plain-http", "--format", "json")
    return document(run("base", *options, *args))


def test_measure_reads_bases_and_other_tags_from_a_mirror(run, project, hub):
    (project / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    (project / "other").mkdir()
    (project / "other" / "Dockerfile").write_text(
        "FROM python:3.12\nRUN true\n", encoding="utf-8"
    )
    read = measured(run, hub, "--others", "9")
    by_name = {row["name"]: row for row in read["measured"]}
    assert set(by_name) == {
        "python:3.12",
        "python:3.13-slim-trixie",
        "python:3.14-slim-trixie",
    }
    base = by_name["python:3.12"]
    slim = by_name["python:3.13-slim-trixie"]
    assert base["place"] == f"{hub}/library/python:3.12"
    assert base["digest"].startswith("sha256:")
    assert base["created"] == "2026-01-01"
    assert slim["size"] < base["size"]
    assert slim["vulnerabilities"] is None
    reasons = {row["name"]: row["why"] for row in read["unmeasured"]}
    assert "python:3.14-trixie" in reasons
    assert not set(reasons) & set(by_name)


def test_measure_says_in_text_and_markdown_what_was_read(run, project, hub):
    (project / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    options = ("--measure", "--mirror", hub, "--plain-http", "--others", "9")
    text = run("base", *options).stdout
    assert " to pull, " in text
    assert " unpacked, 0 packages, built on 2026-01-01\n" in text
    assert " (-" in text
    assert "not read: " in text
    table = run("base", *options, "--format", "markdown").stdout
    assert "| fit | image | fixes | notes | read today |" in table
    assert " to pull, " in table


def test_a_registry_that_does_not_answer_is_asked_once(run, project, no_credentials):
    (project / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    read = measured(run, f"127.0.0.1:{free_port()}")
    assert read["measured"] == []
    first, *others = [row["why"] for row in read["unmeasured"]]
    assert "not asked for" not in first
    assert others
    assert all("did not answer before" in why for why in others)


@pytest.mark.parametrize("mirror", ["a b", "docker.io", "http://x", "x@y"])
def test_a_mirror_that_is_no_registry_is_refused(run, dockerfile, mirror):
    result = run("base", "--measure", "--mirror", mirror)
    assert result.exit_code == 2
    assert f"invalid mirror '{mirror}'" in result.stderr


@pytest.fixture
def app(project):
    """An image on python:3.12-slim, as an archive."""
    own = [made("COPY . /app # buildkit"), made("CMD []", empty=True)]
    rows = [*python("3.12.9"), *own]
    data = docker_archive(*layers(rows), history=rows)
    (project / "app.tar").write_bytes(data)
    return project


def test_an_image_tells_its_base_and_nothing_is_said_to_fit(run, app):
    result = run("base", "app.tar")
    assert result.exit_code == 0
    assert "its base is python:3.12.9-slim-bookworm: its history has" in result.stdout
    assert "3 layers of the base are " in result.stdout
    assert "  unsure  python:3.12-slim-trixie " in result.stdout
    assert result.stdout.count("name its Dockerfile with --file") == 1
    assert "  fits " not in result.stdout
    (image,) = document(run("base", "--format", "json", "app.tar"))["images"]
    assert image["origin"]["layers"] == 3
    assert image["bases"][0]["from"] == []
    markdown = run("base", "--format", "markdown", "app.tar").stdout
    assert "### app.tar" in markdown


def test_with_its_dockerfile_an_image_is_judged_as_that_is(run, app):
    (app / "Dockerfile").write_text(
        "FROM python:3.12-slim-bookworm\nCOPY . /app\nCMD []\n", encoding="utf-8"
    )
    args = ("base", "--file", "Dockerfile", "--format", "json", "app.tar")
    (image,) = document(run(*args))["images"]
    assert image["origin"]["base"] == "python:3.12-slim-bookworm"
    assert image["bases"][0]["from"][0]["line"] == 1
    assert image["bases"][0]["alternatives"][0]["fit"] == "fits"


def test_an_official_tag_that_nobody_has_is_judged_by_its_name(
    run, project, monkeypatch
):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{project}/no.sock")
    monkeypatch.setenv("PATH", "")
    result = run("base", "python:3.12-slim")
    assert result.exit_code == 0
    assert "no engine has it: this is by its name alone" in result.stdout
    assert "  unsure  python:3.14-slim-trixie " in result.stdout
    assert run("base", "acme/app:1").exit_code == 2


def test_file_needs_an_image(run, dockerfile):
    for args in (("--file", "Dockerfile"), ("--file", "Dockerfile", "Dockerfile")):
        result = run("base", *args)
        assert result.exit_code == 2
        assert "--file needs an IMAGE" in result.stderr


def test_paths_and_images_stand_in_one_report(run, app, dockerfile):
    read = document(run("base", "--format", "json", "app.tar", "Dockerfile"))
    assert [image["name"] for image in read["images"]] == ["app.tar"]
    assert [build["path"] for build in read["builds"]] == ["Dockerfile"]
