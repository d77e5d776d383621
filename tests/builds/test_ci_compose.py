"""What compose files say of builds that CI starts by `docker compose build` and `bake`."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_build import CiBuild, Driver
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.workspace import Workspace

DOCKERFILE = "FROM debian AS build\nRUN make\nFROM debian\nCOPY . /app\n"
PATH = ".github/workflows/ci.yml"
SETUP = "- uses: docker/setup-buildx-action@v3\n"
COMPOSE = """\
services:
  web:
    image: acme/web:1
    build:
      context: .
      tags: [acme/web:latest]
      cache_from:
        - acme/web:cache
        - type=gha,scope=web
      cache_to:
        - type=gha,mode=max,scope=web
      no_cache: true
      pull: true
      platforms: [linux/arm64]
      secrets:
        - token
        - source: key
  job:
    build: {context: ., target: build, no_cache: "false"}
  db:
    image: postgres:17
"""


def built(steps: str, **files: str) -> list[CiBuild]:
    head = "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n"
    rows = "".join(f"      {row}\n" for row in steps.strip("\n").split("\n"))
    texts = {"Dockerfile": DOCKERFILE, "docker-compose.yml": COMPOSE, PATH: head + rows}
    named = {name.replace("__", "."): text for name, text in files.items()}
    return list(ci_builds(Workspace.of({**texts, **named})))


def texts(options) -> list[str]:
    return [option.text for option in options]


def names(builds: list[CiBuild]) -> list[str]:
    return [build.definition.names[0] for build in builds if build.definition]


@pytest.mark.parametrize(
    "command",
    [
        "docker compose build web",
        "docker compose -f docker-compose.yml build --quiet web",
        "docker buildx bake -f docker-compose.yml web",
        "docker buildx bake web",
    ],
)
def test_what_a_service_says_of_its_build_is_read(command):
    (build,) = built(f"{SETUP}- run: {command}")
    assert texts(build.cache_from) == ["acme/web:cache", "type=gha,scope=web"]
    assert [option.type for option in build.cache_from] == ["registry", "gha"]
    assert texts(build.cache_to) == ["type=gha,mode=max,scope=web"]
    assert (build.cache_to[0].mode, build.cache_to[0].scope) == ("max", "web")
    assert build.cache_to[0].written.path == "docker-compose.yml"
    assert build.cache_to[0].written.line == 11
    assert build.no_cache.value is True
    assert build.pull.value is True
    assert build.platforms == ("linux/arm64",)
    assert build.secrets == ("token", "key")
    assert {"acme/web:latest"} <= set(build.definition.tags)
    assert build.builder.driver is Driver.DOCKER_CONTAINER
    for run in build.runs:
        assert texts(run.cache_to) == ["type=gha,mode=max,scope=web"]
        assert run.no_cache is True


def test_services_that_are_not_named_are_all_built_and_images_are_not():
    for command in ("docker compose build", "docker buildx bake"):
        builds = built(f"- run: {command}")
        assert names(builds) == ["web", "job"]
        assert builds[1].no_cache.value is False


@pytest.mark.parametrize(
    "command", ["docker compose build db", "docker buildx bake -f docker-bake.hcl db"]
)
def test_what_is_named_and_not_built_is_said(command):
    hcl = 'target "web" {\n  context = "."\n}\n'
    (build,) = built(f"- run: {command}", **{"docker-bake__hcl": hcl})
    assert build.definition is None
    assert build.problem == "its files say no build of db"


def test_other_compose_files_of_the_directory_are_not_read():
    other = COMPOSE.replace("  web:", "  other:")
    override = "services: {web: {build: {cache_to: ['type=inline']}}}"
    builds = built(
        "- run: docker compose build",
        **{
            "docker-compose__test__yml": other,
            "docker-compose__override__yml": override,
        },
    )
    assert names(builds) == ["web", "job"]
    assert texts(builds[0].cache_to) == ["type=gha,mode=max,scope=web", "type=inline"]


def test_a_file_on_top_joins_lists_and_replaces_switches():
    top = """\
services:
  web:
    build:
      cache_from: !override [acme/web:top]
      no_cache: false
      tags: [acme/web:top]
"""
    files = {
        "top__yml": top.replace("      no_cache", "      pull: false\n      no_cache")
    }
    (build,) = built(
        "- run: docker compose -f docker-compose.yml -f top.yml build web", **files
    )
    assert texts(build.cache_from) == ["acme/web:top"]
    assert build.pull.value is False
    assert build.no_cache.value is False
    assert build.definition.tags == ("acme/web:1", "acme/web:latest", "acme/web:top")


def test_what_bake_alone_reads():
    more = """\
      x-bake:
        platforms: [linux/amd64]
        cache-to: ['type=registry,ref=acme/web:cache']
        output: [type=registry]
        no-cache: false
"""
    text = COMPOSE.replace("  job:", f"{more}  job:")
    (by_bake,) = built(
        "- run: docker buildx bake web", docker__compose=text, **_as(text)
    )
    (by_compose,) = built("- run: docker compose build web", **_as(text))
    assert by_bake.platforms == ("linux/arm64", "linux/amd64")
    assert len(by_bake.cache_to) == 2
    assert by_bake.push.value is True
    assert by_bake.no_cache.value is False
    assert all(run.push for run in by_bake.runs)
    assert len(by_compose.cache_to) == 1
    assert by_compose.push.value is False


def _as(text: str) -> dict[str, str]:
    return {"docker-compose__yml": text}


def test_a_step_of_the_bake_action_reads_services_too():
    step = f"""{SETUP}- uses: docker/bake-action@v6
  with:
    source: .
    files: docker-compose.yml
    targets: web
    set: |
      *.cache-to=type=gha,scope=set
"""
    (build,) = built(step)
    assert texts(build.cache_to) == ["type=gha,scope=set"]
    assert texts(build.cache_from) == ["acme/web:cache", "type=gha,scope=web"]


def test_a_target_of_a_bake_file_says_more_of_a_service():
    hcl = 'target "web" {\n  cache-to = ["type=inline"]\n}\n'
    (build,) = built("- run: docker buildx bake web", **{"docker-bake__hcl": hcl})
    assert texts(build.cache_to) == ["type=inline"]
    assert texts(build.cache_from) == ["acme/web:cache", "type=gha,scope=web"]
    assert build.platforms == ("linux/arm64",)


def test_a_target_of_two_groups_is_built_with_each_of_them():
    hcl = """group "all" { targets = ["one", "two"] }
group "default" { targets = ["one", "two"] }
group "release" { targets = ["one"] }
target "one" { context = "." }
target "two" { context = "." }
"""
    files = {"docker-bake__hcl": hcl}
    for only, expected in [
        ("", ["one", "two"]),
        ("release", ["one"]),
        ("all", ["one", "two"]),
    ]:
        command = f"- run: docker buildx bake -f docker-bake.hcl {only}"
        assert names(built(command, **files)) == expected


def test_variables_are_filled_in_and_stand_as_they_are_where_nobody_knows_them():
    text = COMPOSE.replace("acme/web:cache", "$HOST/web:${TAG:-cache}").replace(
        "mode=max", "mode=$MODE"
    )
    (build,) = built(
        "- run: docker compose build web", __env="HOST=ghcr.io\n", **_as(text)
    )
    assert texts(build.cache_from)[0] == "ghcr.io/web:cache"
    (option,) = build.cache_to
    assert option.text == "type=gha,mode=${MODE},scope=web"
    assert option.mode is None


def test_the_builder_that_is_set_up_builds_and_the_engine_gets_the_image():
    one = COMPOSE.replace("      platforms: [linux/arm64]\n", "")
    two = COMPOSE.replace("[linux/arm64]", "[linux/arm64, linux/amd64]")
    (apart,) = built(f"{SETUP}- run: docker compose build web", **_as(one))
    (engine,) = built("- run: docker compose build web", **_as(one))
    (several,) = built(f"{SETUP}- run: docker compose build web", **_as(two))
    assert (apart.builder.driver, apart.load.value) == (Driver.DOCKER_CONTAINER, True)
    assert (engine.builder.driver, engine.load.value) == (Driver.DOCKER, False)
    assert several.load.value is False


@pytest.mark.parametrize(
    "value",
    ["[]", "null", "{}", "[[a], {b: c}]", "7", "[null, '']", "!reset [a]"],
)
def test_odd_values_are_read_as_far_as_they_are_texts(value):
    keys = (
        "cache_from",
        "cache_to",
        "no_cache",
        "pull",
        "secrets",
        "tags",
        "platforms",
    )
    rows = "".join(f"      {key}: {value}\n" for key in (*keys, "x-bake"))
    text = f"services:\n  web:\n    build:\n      context: .\n{rows}"
    for command in ("docker compose build", "docker buildx bake"):
        (build,) = built(f"- run: {command}", **_as(text))
        assert names([build]) == ["web"]


STARTED = """\
services:
  api:
    image: ghcr.io/acme/api:1
    build: .
  web:
    build: .
    depends_on: [db, job]
  job:
    image: job
    build: .
  db:
    image: postgres:17
"""


@pytest.mark.parametrize(
    ("command", "services"),
    [
        ("up -d", ["web", "job"]),
        ("up --detach --wait --wait-timeout 30 web", ["web", "job"]),
        ("up --no-deps --wait-timeout 30 web", ["web"]),
        ("up --no-deps api", []),
        ("up --no-deps --build api", ["api"]),
        ("run --rm -e A=b web pytest api", ["web", "job"]),
        ("up $SERVICES", ["web", "job"]),
        ("build api", ["api"]),
    ],
)
def test_what_is_started_is_built_where_it_is_missing(command, services):
    files = {"docker-compose__yml": STARTED}
    found = built(f"- run: docker compose {command}", **files)
    assert [build.definition.names[0] for build in found] == services


def test_a_command_goes_on_behind_a_backslash_in_an_if():
    script = """- run: |
    if docker compose up --detach \\
        --no-deps --wait --wait-timeout 30 \\
        web
    then
      docker compose logs web
    fi
"""
    found = built(script, **{"docker-compose__yml": STARTED})
    assert names(found) == ["web"]
