"""`lightship pin`: what it shows, writes, checks and refuses."""

from __future__ import annotations

import base64
import json

import pytest
from pinned_tags import digest, pinned_tags
from registry.registry_process import Answer
from schemas import validator

OLD = f"sha256:{'0' * 64}"


@pytest.fixture
def tags(no_credentials):
    """A registry with two images."""
    with pinned_tags() as found:
        found.words |= {"acme/python:3.13": "python", "acme/uv:0.9": "uv"}
        yield found


@pytest.fixture
def pin(run):
    def pin(*args, command="pin"):
        return run(command, "--plain-http", *args)

    return pin


@pytest.fixture
def dockerfile(project, tags):
    path = project / "Dockerfile"
    path.write_text(
        f"FROM {tags.host}/acme/python:3.13 AS build\n"
        f"COPY --from={tags.host}/acme/uv:0.9 /uv /bin/\n"
        "FROM build\n",
        encoding="utf-8",
    )
    return path


def pins(result):
    document = json.loads(result.stdout)
    validator("pins", "pins").validate(document)
    return document


def test_without_write_the_change_is_shown_and_nothing_is_written(
    pin, dockerfile, tags
):
    before = dockerfile.read_text(encoding="utf-8")
    result = pin()
    assert result.exit_code == 0
    assert dockerfile.read_text(encoding="utf-8") == before
    assert f"+FROM {tags.host}/acme/python:3.13@{digest('python')} AS build" in (
        result.stdout
    )
    assert "2 unpinned; `lightship pin --write` pins 2" in result.stdout
    assert sorted(tags.asked) == ["acme/python:3.13", "acme/uv:0.9"]


def test_with_write_all_is_pinned_and_a_second_run_asks_nobody(pin, dockerfile, tags):
    result = pin("--write")
    assert result.exit_code == 0, result.stdout
    assert dockerfile.read_text(encoding="utf-8") == (
        f"FROM {tags.host}/acme/python:3.13@{digest('python')} AS build\n"
        f"COPY --from={tags.host}/acme/uv:0.9@{digest('uv')} /uv /bin/\n"
        "FROM build\n"
    )
    tags.front.asked.clear()
    again = pin("--write", "--format", "json")
    assert pins(again)["counts"]["pinned"] == 2
    assert tags.asked == []


def test_json_has_every_place(pin, dockerfile, tags):
    document = pins(pin("--format", "json"))
    first, second = document["pins"]
    assert (first["kind"], first["line"], first["column"]) == ("FROM", 1, 6)
    assert (first["tag"], first["pin"], first["state"]) == ("3.13", None, "unpinned")
    assert first["new"] == f"{tags.host}/acme/python:3.13@{digest('python')}"
    assert second["kind"] == "COPY --from"
    assert (document["changed"], document["written"]) == (["Dockerfile"], False)


def test_a_diff_is_what_git_apply_takes(pin, dockerfile):
    result = pin("--format", "diff")
    assert result.stdout.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n@@ ")
    assert result.stderr == ""


def test_check_fails_until_all_is_pinned_and_again_once_a_tag_has_moved(
    pin, dockerfile, tags
):
    assert pin("--check").exit_code == 1
    pin("--write")
    result = pin("--check")
    assert (result.exit_code, result.stdout) == (0, "2 pinned\n")
    assert len(tags.asked) == 4  # two for the first check, and two for the pins
    assert sorted(tags.only_headers) == ["acme/python:3.13", "acme/uv:0.9"]
    tags.words["acme/uv:0.9"] = "newer"
    moved = pin("--check")
    assert moved.exit_code == 1
    assert "1 pinned, 1 stale; `lightship update --write` renews 1" in moved.stdout


def test_what_is_built_here_or_left_out_does_not_fail_the_check(pin, project, tags):
    (project / "Dockerfile").write_text(
        f"FROM app-base:1\nFROM {tags.host}/a/b:1\n", encoding="utf-8"
    )
    assert pin("--check", "--skip", f"{tags.host}/a/*").exit_code == 0
    assert pin("--check", "--only", "app-base").exit_code == 0
    assert tags.asked == []


def test_what_has_to_be_pinned_by_hand_fails_the_check(pin, project, tags):
    text = f"ARG V=3\nFROM {tags.host}/acme/python:$V-slim\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    result = pin("--check")
    assert result.exit_code == 1
    assert "one value of its variables alone" in result.stdout


def test_removing_asks_nobody_and_keeps_the_tag(pin, dockerfile, tags):
    before = dockerfile.read_text(encoding="utf-8")
    pin("--write")
    tags.front.asked.clear()
    shown = pin("--remove")
    assert "`lightship pin --remove --write` removes 2" in shown.stdout
    assert pin("--remove", "--write").exit_code == 0
    assert dockerfile.read_text(encoding="utf-8") == before
    assert tags.asked == []


def test_a_digest_without_a_tag_is_kept(pin, project, tags):
    text = f"FROM {tags.host}/acme/python@{OLD}\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    for args in (("--write",), ("--remove", "--write"), ("--check",)):
        result = pin(*args)
        assert result.exit_code == 0, result.stdout
        assert "no tag" in result.stdout
    assert (project / "Dockerfile").read_text(encoding="utf-8") == text


def test_one_tag_that_is_gone_leaves_every_file_as_it_is(
    pin, dockerfile, project, tags
):
    (project / "b.Dockerfile").write_text(
        f"FROM {tags.host}/acme/uv:0.8\n", encoding="utf-8"
    )
    before = dockerfile.read_text(encoding="utf-8")
    result = pin("--write")
    assert result.exit_code == 2
    assert "failed    b.Dockerfile:1:6" in result.stdout
    assert "has no acme/uv:0.8; its tags are 0.9" in result.stdout
    assert "nothing is written where something failed" in result.stdout
    assert dockerfile.read_text(encoding="utf-8") == before
    told = pin("--format", "diff")
    assert (told.stdout, told.exit_code) == ("", 2)
    assert "error: b.Dockerfile:1: " in told.stderr


def test_a_rate_limit_is_a_sentence(pin, dockerfile, tags):
    tags.front.rules.insert(0, lambda _: Answer(429, {"Retry-After": "9999"}))
    result = pin("--write")
    assert result.exit_code == 2
    assert "it limits the rate of requests: try later, or log in" in result.stdout


def test_words_of_a_registry_are_not_obeyed(pin, dockerfile, tags):
    words = json.dumps({"errors": [{"code": "\x1b[31mDENIED", "message": "\r\n"}]})
    tags.front.rules.insert(0, lambda _: Answer(403, body=words.encode()))
    result = pin()
    assert result.exit_code == 2
    assert "\x1b" not in result.stdout
    assert r"\x1b[31mDENIED" in result.stdout


def test_a_file_that_does_not_parse_stops_the_writing(pin, dockerfile, project):
    (project / "c.Dockerfile").write_text("FORM x\n")
    before = dockerfile.read_text(encoding="utf-8")
    result = pin("--write")
    assert result.exit_code == 2
    assert "cannot read c.Dockerfile: line 1: " in result.stdout
    assert dockerfile.read_text(encoding="utf-8") == before


def test_a_file_that_changes_meanwhile_is_not_overwritten(pin, dockerfile, tags):
    def rule(asked):
        dockerfile.write_text("FROM other\n")

    tags.front.rules.insert(0, rule)
    result = pin("--write")
    assert result.exit_code == 2
    assert "it has changed since it was read: run this again" in result.stderr
    assert dockerfile.read_text(encoding="utf-8") == "FROM other\n"


def test_where_one_file_cannot_be_written_none_is(
    pin, dockerfile, project, tags, monkeypatch
):
    from lightship.errors import FileError
    from lightship.flows import pin as flow

    (project / "b.Dockerfile").write_text(
        f"FROM {tags.host}/acme/uv:0.9\n", encoding="utf-8"
    )
    before = dockerfile.read_text(encoding="utf-8")
    write = flow.write_file

    def failing(path, data):
        if path == "b.Dockerfile" and b"@" in data:
            raise FileError("cannot write b.Dockerfile: disk full")
        write(path, data)

    monkeypatch.setattr(flow, "write_file", failing)
    result = pin("--write")
    assert result.exit_code == 2
    assert dockerfile.read_text(encoding="utf-8") == before


def test_an_arg_that_two_stages_share_is_pinned_once(pin, project, tags):
    text = f"ARG B={tags.host}/acme/uv:0.9\nFROM $B AS x\nFROM $B AS y\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    assert pin("--write").exit_code == 0
    first = (project / "Dockerfile").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"ARG B={tags.host}/acme/uv:0.9@{digest('uv')}"
    assert tags.asked == ["acme/uv:0.9"]


def test_other_bytes_of_a_file_stay(pin, project, tags):
    path = project / "Dockerfile"
    text = f"\ufeff# caf\xe9\r\nFROM {tags.host}/acme/uv:0.9\r\nRUN x \\\r\n  y"
    data = text.encode("utf-8").replace(b"caf\xc3\xa9", b"caf\xe9")
    path.write_bytes(data)
    assert pin("--write").exit_code == 0
    after = path.read_bytes()
    assert after == data.replace(b"uv:0.9", f"uv:0.9@{digest('uv')}".encode())


def test_a_link_to_a_file_is_the_same_file(pin, dockerfile, project):
    (project / "other").symlink_to(dockerfile)
    result = pin("Dockerfile", "other", "--format", "json")
    assert len(pins(result)["pins"]) == 2


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("--check", "--write"), "--check writes nothing: remove --write"),
        (("--check", "--remove"), "exclude each other"),
        (("--offline", "--write"), "--offline finds no digests to write"),
        (("-",), "cannot pin standard input: name a file"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_makes_no_sense_is_refused(pin, project, args, why):
    result = pin(*args)
    assert result.exit_code == 2
    assert why in result.stderr + result.stdout


def test_an_empty_directory_names_nothing(pin, project):
    assert pin("--check").stdout == "no image is named\n"


def test_all_files_of_a_directory_that_name_images_are_pinned_in_one_go(
    pin, project, tags
):
    uv, python = f"{tags.host}/acme/uv:0.9", f"{tags.host}/acme/python:3.13"
    files = {
        "Dockerfile": f"FROM {uv}\n",
        "compose.yml": f"services:\n  a: {{image: {uv}}}\n  b: {{image: '{python}'}}\n",
        "docker-bake.hcl": f'target "a" {{\n  contexts = {{ b = "docker-image://{uv}" }}\n}}\n',
        "docker-bake.json": json.dumps(
            {"target": {"a": {"contexts": {"b": f"docker-image://{uv}"}}}}
        ),
        ".github/workflows/ci.yml": f"jobs:\n  a:\n    container: {python}\n",
        "tool/action.yml": f"runs:\n  using: docker\n  image: docker://{uv}\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    assert pin("--check").exit_code == 1
    result = pin("--write", "--format", "json")
    assert pins(result)["counts"]["unpinned"] == 7
    for name, text in files.items():
        after = text.replace(uv, f"{uv}@{digest('uv')}")
        after = after.replace(python, f"{python}@{digest('python')}")
        assert (project / name).read_text(encoding="utf-8") == after
    assert pin("--check").exit_code == 0
    assert sorted(set(tags.asked)) == ["acme/python:3.13", "acme/uv:0.9"]


def test_what_the_repository_builds_is_left_in_its_compose_file(pin, project, tags):
    (project / "Dockerfile").write_text("FROM scratch\n")
    (project / "compose.yml").write_text(
        f"services:\n  a:\n    build: .\n    image: {tags.host}/acme/app:1\n",
        encoding="utf-8",
    )
    (project / "compose.prod.yml").write_text(
        f"services:\n  a:\n    image: {tags.host}/acme/app:1\n", encoding="utf-8"
    )
    result = pin("--format", "json")
    (only,) = pins(result)["pins"]
    assert (only["path"], only["state"]) == ("compose.prod.yml", "left")
    assert only["why"] == "this repository builds it"


def test_a_change_that_would_read_otherwise_is_not_made(pin, dockerfile, monkeypatch):
    from lightship.pins import judged_pins
    from lightship.text import Edit

    monkeypatch.setattr(judged_pins, "pinned", lambda *_: (Edit.insert(0, "# "),))
    before = dockerfile.read_text(encoding="utf-8")
    result = pin("--write")
    assert result.exit_code == 2
    assert "it would not be read as before: pin it by hand" in result.stdout
    assert dockerfile.read_text(encoding="utf-8") == before


def test_a_yaml_file_that_is_something_else_is_refused(pin, project):
    (project / "values.yaml").write_text("image: a/b:1\n")
    result = pin("values.yaml")
    assert result.exit_code == 2
    assert "not named like a compose file, a bake file or a workflow" in result.stdout


def refs(**commits):
    """What a git server says of its tags."""
    rows = [f"{commit} refs/tags/{name}\n" for name, commit in commits.items()]
    lines = [
        f"{len(row) + 4:04x}{row}" for row in ("# service=git-upload-pack\n", *rows)
    ]
    kind = "application/x-git-upload-pack-advertisement"
    return Answer(200, {"Content-Type": kind}, f"{''.join(lines)}0000".encode())


def test_actions_are_pinned_to_commits_checked_and_renewed(
    pin, project, tags, monkeypatch
):
    commits = {"v4": "1" * 40}

    def rule(asked):
        is_refs = asked.path.startswith("/actions/checkout.git/")
        return refs(**commits) if is_refs else None

    tags.front.rules.append(rule)
    monkeypatch.setenv("GITHUB_SERVER_URL", f"http://{tags.host}")
    path = project / ".github/workflows/ci.yml"
    path.parent.mkdir(parents=True)
    text = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./x\n"
    path.write_text(text, encoding="utf-8")
    assert pin("--check").exit_code == 1
    assert pin("--write").exit_code == 0
    assert path.read_text(encoding="utf-8") == text.replace("@v4", f"@{'1' * 40} # v4")
    assert pin("--check").exit_code == 0
    commits["v4"] = "2" * 40
    assert pin("--check").exit_code == 1
    assert pin("--check", "--skip", "actions/*").exit_code == 0
    renewed = pin("--write", command="update")
    assert renewed.exit_code == 0, renewed.stdout
    assert path.read_text(encoding="utf-8") == text.replace("@v4", f"@{'2' * 40} # v4")
    assert pin("--remove", "--write").exit_code == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_template_of_a_dockerfile_is_passed_over_in_a_search(
    pin, dockerfile, project
):
    (project / "t").mkdir()
    (project / "t/Dockerfile").write_text("FROM {{ base }}\n{% if x %}\nRUN x\n")
    assert pin("--write").exit_code == 0
    assert pin("t/Dockerfile").exit_code == 2


def test_a_dockerfile_inside_a_compose_file_is_pinned_there(pin, project, tags):
    text = (
        "services:\n  a:\n    build:\n      context: .\n      dockerfile_inline: |\n"
        f"        FROM {tags.host}/acme/uv:0.9\n        RUN echo $$HOME\n"
        f"  b:\n    image: {tags.host}/acme/python:3.13\n"
    )
    (project / "compose.yaml").write_text(text, encoding="utf-8")
    result = pin("--write", "--format", "json")
    first, second = pins(result)["pins"]
    assert (first["kind"], first["line"]) == ("FROM", 6)
    assert (second["kind"], second["line"]) == ("image", 9)
    after = text.replace("uv:0.9", f"uv:0.9@{digest('uv')}")
    after = after.replace("python:3.13", f"python:3.13@{digest('python')}")
    assert (project / "compose.yaml").read_text(encoding="utf-8") == after
    assert pin("--check").exit_code == 0


PLATFORMS = [
    ("Dockerfile", "FROM --platform=linux/s390x {}\n", 2),
    ("Dockerfile", "FROM --platform=linux/arm64/v8 {}\n", 0),
    ("Dockerfile", "FROM --platform=$BUILDPLATFORM {}\n", 0),
    ("compose.yml", "services:\n  a:\n    image: {}\n    platform: linux/s390x\n", 2),
    ("compose.yml", "services:\n  a:\n    image: {}\n    platform: linux/amd64\n", 0),
]


@pytest.mark.parametrize(("name", "text", "code"), PLATFORMS)
def test_a_platform_that_the_index_lacks_is_a_sentence(
    pin, project, tags, name, text, code
):
    tags.words["acme/many:1"] = "many linux/amd64 linux/arm64"
    (project / name).write_text(
        text.format(f"{tags.host}/acme/many:1"), encoding="utf-8"
    )
    result = pin("--write")
    assert result.exit_code == code
    why = "its index has nothing for linux/s390x, only linux/amd64, linux/arm64"
    assert (why in result.stdout) == (code == 2)
    digests = [
        digest("many linux/amd64 linux/arm64")
        in (project / name).read_text(encoding="utf-8")
    ]
    assert digests == [code == 0]


def test_more_tags_than_anybody_names_are_not_asked_for(pin, project, tags):
    lines = [f"FROM {tags.host}/a/b:{number}\n" for number in range(2001)]
    (project / "Dockerfile").write_text("".join(lines), encoding="utf-8")
    result = pin("--write")
    assert result.exit_code == 2
    assert "more than 2,000 different tags are named" in result.stderr
    assert tags.asked == []


def test_offline_nobody_is_asked_and_what_is_not_pinned_fails(pin, dockerfile, tags):
    result = pin("--check", "--offline")
    assert result.exit_code == 1
    assert result.stdout.count("nothing was asked for its digest") == 2
    assert tags.asked == []
    pin("--write")
    tags.words["acme/uv:0.9"] = "newer"
    assert pin("--check", "--offline").exit_code == 0
    assert tags.only_headers == []


def test_what_compose_passes_to_a_dockerfile_fails_the_check(pin, project, tags):
    (project / "Dockerfile").write_text(
        f"ARG BASE={tags.host}/acme/python:3.13\nFROM $BASE\n", encoding="utf-8"
    )
    base = f"{tags.host}/acme/python:3.13"
    (project / "compose.yml").write_text(
        f"services:\n  a:\n    build: {{context: ., args: {{BASE: '{base}'}}}}\n",
        encoding="utf-8",
    )
    assert pin("--write").exit_code == 0
    result = pin("--check", "--offline", "--format", "json")
    assert result.exit_code == 1
    own, passed = pins(result)["pins"]
    assert (own["state"], passed["state"]) == ("pinned", "unpinned")
    assert passed["name"] == base


def test_a_registry_that_limits_requests_is_not_asked_for_all_the_rest(
    pin, project, tags
):
    lines = [f"FROM {tags.host}/a/b:{number}\n" for number in range(40)]
    (project / "Dockerfile").write_text("".join(lines), encoding="utf-8")
    tags.front.rules.insert(0, lambda _: Answer(429, {"Retry-After": "9999"}))
    result = pin("--format", "json")
    assert pins(result)["counts"]["failed"] == 40
    assert "not asked for: 127.0.0.1:" in result.stdout
    assert len(tags.front.asked) <= 8  # those that were on their way


def test_what_the_configuration_skips_is_left_out(pin, dockerfile, project, tags):
    (project / "lightship.toml").write_text(
        f'pin-skip = ["{tags.host}/acme/uv"]\n', encoding="utf-8"
    )
    document = pins(pin("--write", "--format", "json"))
    assert [place["tag"] for place in document["pins"]] == ["3.13"]
    assert tags.asked == ["acme/python:3.13"]
    assert "uv:0.9 /uv" in dockerfile.read_text(encoding="utf-8")


def test_credentials_of_docker_are_shown_to_their_registry(
    pin, dockerfile, project, tags, monkeypatch
):
    shown = base64.b64encode(b"sailor:open sesame").decode()

    def rule(asked):
        if asked.headers.get("Authorization") == f"Basic {shown}":
            return None
        return Answer(401, {"WWW-Authenticate": 'Basic realm="here"'})

    tags.front.rules.insert(0, rule)
    refused = pin()
    assert refused.exit_code == 2
    assert "`docker login 127.0.0.1:" in refused.stdout
    (project / "docker").mkdir()
    auths = {"auths": {tags.host: {"auth": shown}}}
    (project / "docker/config.json").write_text(json.dumps(auths))
    monkeypatch.setenv("DOCKER_CONFIG", str(project / "docker"))
    assert pin("--write").exit_code == 0
    assert dockerfile.read_text(encoding="utf-8").count("@sha256:") == 2
