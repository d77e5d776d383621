"""Compose files: what each says, how they are merged, and what cannot be known."""

from __future__ import annotations

import pytest
from builds.repository import builds, found, unresolved

from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace

PYTHON = "FROM python:3.13-slim\n"


def compose(text: str, **more: str) -> dict[str, str]:
    """A repository with a compose file and a Dockerfile."""
    files = {name.replace("__", "/"): content for name, content in more.items()}
    return {"compose.yaml": text, "Dockerfile": PYTHON, **files}


def test_the_short_form_names_the_context():
    files = {
        "compose.yaml": "services:\n  web:\n    build: ./app\n",
        "app/Dockerfile": PYTHON,
    }
    assert builds(files, "kind", "why", "source") == [
        {
            "dockerfile": "app/Dockerfile",
            "context": "app",
            "kind": "compose",
            "why": "service web",
            "source": "compose.yaml:3",
        }
    ]


def test_the_long_form_says_all():
    text = """\
services:
  web:
    image: shop/web
    profiles: [dev]
    build:
      context: .
      dockerfile: docker/web.Dockerfile
      target: runtime
      args:
        PORT: 8000
        PYTHON: 3.10
        QUOTED: "3.10"
        DEBUG: true
        TOKEN:
      platforms: ["linux/amd64", "linux/arm64"]
      additional_contexts:
        shared: ./shared
        base: docker-image://python:3.13
        other: service:api
"""
    files = compose(text, docker__web=PYTHON)
    files["docker/web.Dockerfile"] = PYTHON
    files["shared/a.py"] = ""
    (build, _) = found(files).builds[::-1]
    assert build.dockerfile == "docker/web.Dockerfile"
    assert build.args == {
        "PORT": "8000",
        "PYTHON": "3.1",
        "QUOTED": "3.10",
        "DEBUG": "true",
        "TOKEN": None,
    }
    assert build.platforms == ("linux/amd64", "linux/arm64")
    assert build.contexts == {
        "shared": "shared",
        "base": "docker-image://python:3.13",
        "other": "service:api",
    }
    assert (build.target, build.why) == ("runtime", "service web (profile dev)")
    assert build.names == ("web", "shop/web")


def test_a_dockerfile_is_looked_for_in_its_context():
    text = "services:\n  a:\n    build:\n      context: app\n      dockerfile: ../Dockerfile\n"
    assert builds(compose(text, app__x="")) == [
        {"dockerfile": "Dockerfile", "context": "app"}
    ]


def test_services_that_build_the_same_are_one_with_both_sources():
    text = "services:\n  a:\n    build: .\n  b:\n    build:\n      context: .\n"
    assert builds(compose(text), "sources") == [
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "sources": ["compose.yaml:3", "compose.yaml:6"],
        }
    ]


def test_the_override_is_merged_and_the_base_stands_too():
    base = "services:\n  web:\n    build:\n      context: .\n      args: {A: 1, B: 2}\n"
    over = "services:\n  web:\n    build:\n      target: dev\n      args: [B=3, C=4]\n"
    files = compose(base, **{"compose.override.yaml": over})
    assert builds(files, "source") == [
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "target": "dev",
            "args": {"A": "1", "B": "3", "C": "4"},
            "source": "compose.override.yaml:4",
        },
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "args": {"A": "1", "B": "2"},
            "source": "compose.yaml:4",
        },
    ]


def test_an_override_without_build_adds_nothing():
    base = "services:\n  web:\n    build: .\n"
    over = "services:\n  web:\n    command: flask run\n"
    files = compose(base, **{"compose.override.yaml": over})
    assert builds(files, "sources") == [
        {"dockerfile": "Dockerfile", "context": ".", "sources": ["compose.yaml:3"]}
    ]


def test_a_file_that_says_only_a_part_is_read_on_top_of_the_usual_one():
    base = "services:\n  web:\n    build: {context: ., dockerfile: Dockerfile}\n"
    prod = "services:\n  web:\n    build:\n      target: prod\n"
    files = {
        "docker-compose.yml": base,
        "docker-compose.prod.yml": prod,
        "Dockerfile": PYTHON,
    }
    assert [row.get("target") for row in builds(files)] == ["prod", None]


def test_a_file_that_says_all_stands_alone():
    base = "services:\n  web:\n    build:\n      context: .\n      args: {A: 1}\n"
    test = "services:\n  web:\n    build:\n      context: .\n      target: test\n"
    files = {
        "docker-compose.yml": base,
        "docker-compose-test.yml": test,
        "Dockerfile": PYTHON,
    }
    rows = builds(files, "source")
    assert rows[0] == {
        "dockerfile": "Dockerfile",
        "context": ".",
        "target": "test",
        "source": "docker-compose-test.yml:4",
    }


@pytest.mark.parametrize(
    ("tag", "args"),
    [
        ("!reset null", {}),
        ("!override {B: 2}", {"B": "2"}),
        ("{B: 2}", {"A": "1", "B": "2"}),
    ],
)
def test_reset_and_override_take_nothing_over(tag, args):
    base = "services:\n  web:\n    build:\n      context: .\n      args: {A: 1}\n"
    over = f"services:\n  web:\n    build:\n      target: x\n      args: {tag}\n"
    files = compose(base, **{"compose.override.yaml": over})
    (build,) = (build for build in found(files).builds if build.target == "x")
    assert build.args == args


def test_a_build_that_is_reset_is_no_build():
    base = "services:\n  web:\n    build: .\n"
    over = "services:\n  web:\n    image: web\n    build: !reset null\n"
    files = compose(base, **{"compose.override.yaml": over})
    assert builds(files, "sources") == [
        {"dockerfile": "Dockerfile", "context": ".", "sources": ["compose.yaml:3"]}
    ]


def test_extends_in_the_same_file():
    text = """\
services:
  base:
    build:
      context: .
      args: {A: 1}
  web:
    extends: base
    build:
      target: web
"""
    assert builds(compose(text))[1] == {
        "dockerfile": "Dockerfile",
        "context": ".",
        "target": "web",
        "args": {"A": "1"},
    }


def test_extends_another_file_whose_paths_count_from_itself():
    text = "services:\n  web:\n    extends: {file: common/base.yml, service: app}\n"
    base = "services:\n  app:\n    build: ./app\n"
    files = {
        "compose.yaml": text,
        "common/base.yml": base,
        "common/app/Dockerfile": PYTHON,
    }
    assert builds(files, "source") == [
        {
            "dockerfile": "common/app/Dockerfile",
            "context": "common/app",
            "source": "common/base.yml:3",
        }
    ]


def test_include_brings_services_with_their_own_directory_and_variables():
    text = "include:\n  - sub/compose.yaml\n  - path: other/one.yaml\n    project_directory: .\n"
    files = {
        "compose.yaml": text,
        "sub/compose.yaml": "services:\n  a:\n    build: {context: ., target: $STAGE}\n",
        "sub/.env": "STAGE=prod\n",
        "sub/Dockerfile": PYTHON,
        "other/one.yaml": "services:\n  b:\n    build: .\n",
        "Dockerfile": PYTHON,
    }
    assert builds(files) == [
        {"dockerfile": "Dockerfile", "context": "."},
        {"dockerfile": "sub/Dockerfile", "context": "sub", "target": "prod"},
    ]


def test_variables_come_from_env_and_defaults():
    text = """\
services:
  web:
    build:
      context: ${DIR:-.}
      dockerfile: ${FILE-Dockerfile}
      target: ${STAGE}
      args:
        A: $$HOME
        B: ${EMPTY:-${STAGE}-x}
        C: ${STAGE:+yes}
        D: "${NOPE:+no}"
"""
    files = compose(text, **{".env": "# stages\nexport STAGE='runtime' \nEMPTY=\n"})
    (build,) = found(files).builds
    assert build.target == "runtime"
    assert build.args == {"A": "$HOME", "B": "runtime-x", "C": "yes", "D": ""}


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("context", "${DIR}", "compose.yaml:4: service web: DIR is not set"),
        ("target", "$STAGE", "compose.yaml:4: service web: STAGE is not set"),
        ("dockerfile", "${F:?which}", "compose.yaml:4: service web: F must be set"),
        (
            "context",
            "../..",
            "compose.yaml:4: service web: ../.. is outside the repository",
        ),
        (
            "context",
            "/srv/app",
            "compose.yaml:4: service web: /srv/app is outside the repository",
        ),
        ("context", "[a]", "compose.yaml:4: service web: it is not a text"),
        (
            "context",
            "https://github.com/a/b.git",
            "compose.yaml:4: its context is remote: https://github.com/a/b.git",
        ),
        (
            "context",
            "gone",
            "compose.yaml:4: its context gone is not a directory of the repository",
        ),
        (
            "dockerfile",
            "Gone",
            "compose.yaml:4: its Dockerfile Gone is not a file of the repository",
        ),
    ],
)
def test_what_cannot_be_known_is_said_and_never_guessed(key, value, why):
    text = f"services:\n  web:\n    build:\n      {key}: {value}\n"
    files = compose(text)
    assert [place.rpartition("compose.yaml:")[2] for place in unresolved(files)] == [
        why.rpartition("compose.yaml:")[2]
    ]
    assert [build.kind for build in found(files).builds] == ["guess"]


def test_an_argument_that_is_not_known_is_null():
    text = "services:\n  web:\n    build:\n      context: .\n      args: {A: $NOPE, B: 1}\n"
    assert builds(compose(text)) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": None, "B": "1"}}
    ]


def test_a_dockerfile_inside_the_file_knows_its_line():
    text = """\
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM alpine:3.22
        COPY . /app
"""
    files = {"compose.yaml": text}
    (build,) = found(files).builds
    assert build.dockerfile == "compose.yaml"
    assert build.inline is not None
    assert build.inline.line == 6
    assert text.splitlines()[5].strip() == build.inline.text.splitlines()[0]


def test_an_anchor_and_a_merge_key_are_followed():
    text = """\
x-build: &build
  context: .
  args: {A: 1}
services:
  web:
    build:
      <<: *build
      target: web
  job:
    build: *build
"""
    assert builds(compose(text)) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": "1"}},
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "args": {"A": "1"},
            "target": "web",
        },
    ]


def test_the_first_version_of_the_format_has_services_at_its_top():
    files = {"docker-compose.yml": "web:\n  build: .\n", "Dockerfile": PYTHON}
    assert builds(files, "kind") == [
        {"dockerfile": "Dockerfile", "context": ".", "kind": "compose"}
    ]


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("compose.yml", True),
        ("docker-compose.ci.yaml", True),
        ("docker-compose_dev.yml", True),
        ("dev.compose.yml", True),
        ("composer.yml", False),
        ("docker-compose.yml.j2", False),
        ("decompose.yml", False),
    ],
)
def test_which_files_are_compose_files(name, is_read):
    files = {name: "services:\n  a:\n    build: .\n", "Dockerfile": PYTHON}
    assert [row["kind"] for row in builds(files, "kind")] == [
        "compose" if is_read else "guess"
    ]


def test_a_file_whose_paths_count_from_another_directory():
    files = {
        "docker/default.yml": "services: {}\n",
        "docker/compose.base.yml": "services:\n  db: {image: postgres}\n",
        "parts/a/compose-tests.yml": "services:\n  a:\n    build: ../parts/a\n",
        "parts/a/Dockerfile": PYTHON,
    }
    assert builds(files, "kind") == [
        {"dockerfile": "parts/a/Dockerfile", "context": "parts/a", "kind": "compose"}
    ]


def test_files_that_include_one_another_end():
    files = {
        "compose.yaml": "include: [a.yaml]\n",
        "a.yaml": "include: [compose.yaml]\nservices:\n  web:\n    build: .\n",
        "Dockerfile": PYTHON,
    }
    assert builds(files, "kind") == [
        {"dockerfile": "Dockerfile", "context": ".", "kind": "compose"}
    ]
    assert unresolved(files) == ["a.yaml:1: compose.yaml includes itself"]


def test_services_that_extend_one_another_end():
    text = "services:\n  a:\n    extends: b\n    build: .\n  b:\n    extends: a\n"
    assert "extends itself" in unresolved(compose(text))[0]


def test_a_file_that_is_not_yaml_is_said_with_its_line():
    files = compose("services:\n  web:\n    build: [\n")
    assert unresolved(files)[0].startswith("compose.yaml:1: it cannot be read: line ")


def test_aliases_that_double_do_not_fill_memory():
    rows = ["a0: &a0 [build, build]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    text = "\n".join(rows) + "\nservices:\n  web:\n    build: .\n    x: *a39\n"
    assert builds(compose(text), "kind") == [
        {"dockerfile": "Dockerfile", "context": ".", "kind": "compose"}
    ]


def test_merge_keys_that_double_are_refused():
    rows = ["a0: &a0 {build: .}"]
    for n in range(1, 30):
        keys = ", ".join(f"k{n}_{i}: 1" for i in range(200))
        rows.append(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], {keys}}}")
    files = compose("\n".join(rows))
    assert "it holds more than" in unresolved(files)[0]


def test_deep_nesting_is_refused():
    files = compose("build: " + "[" * 50_000)
    assert "nest" in unresolved(files)[0]


def test_what_a_service_mounts_belongs_to_its_build():
    """Two services of one image: what is mounted into either; what is read only is not written to."""
    files = {
        "Dockerfile": "FROM a\n",
        "compose.yaml": (
            "services:\n  web:\n    build: .\n    volumes: ['data:/data/', './conf:/conf:ro']\n"
            "  worker:\n    build: .\n    volumes:\n      - {type: bind, source: ./x, target: /x}\n"
            "  db:\n    image: postgres\n    volumes: ['./db:/db']\n"
        ),
        "compose.override.yaml": "services:\n  web:\n    volumes: ['/cache']\n",
    }
    (build,) = discover(Workspace.of(files)).builds
    volumes = [(item.target, item.from_host) for item in build.volumes]
    assert volumes == [("/data", False), ("/cache", False), ("/x", True)]


@pytest.mark.parametrize(
    ("web", "worker", "has_init"),
    [("true", "true", True), ("true", "false", False), ("false", "false", False)],
)
def test_an_image_has_an_init_where_all_its_services_have(web, worker, has_init):
    text = (
        f"services:\n  web:\n    build: .\n    init: {web}\n"
        f"  worker:\n    build: .\n    init: {worker}\n"
    )
    [build] = found(compose(text)).builds
    assert build.has_init is has_init


@pytest.mark.parametrize("variable", ["$PWD", "${PWD}"])
@pytest.mark.parametrize(("below", "context"), [("docker/api", ".."), ("api", ".")])
def test_the_shells_directory_is_where_its_paths_exist(variable, below, context):
    build = (
        f"      context: {context}\n      dockerfile: {variable}/{below}/Dockerfile\n"
        "      args:\n        HERE: $PWD\n"
    )
    files = {
        "docker/compose.yml": f"services:\n  api:\n    build:\n{build}",
        "docker/api/Dockerfile": PYTHON,
    }
    [made] = builds(files, "args")
    assert made["dockerfile"] == "docker/api/Dockerfile"
    assert made["args"] == {"HERE": None}


def test_the_shells_directory_alone_is_that_of_the_file():
    files = {
        "app/compose.yml": "services:\n  api:\n    build: $PWD\n",
        "app/Dockerfile": PYTHON,
    }
    [made] = builds(files)
    assert made == {"dockerfile": "app/Dockerfile", "context": "app"}


def test_the_shells_directory_is_not_known_where_nothing_exists_there():
    files = compose("services:\n  api:\n    build: $PWD/none\n")
    assert unresolved(files) == ["compose.yaml:3: service api: PWD is not set"]


@pytest.mark.parametrize(
    ("web", "worker", "has_user"),
    [
        ("user: app", "user: '1000:1000'", True),
        ("user: app", "user: $UID", True),
        ("user: app", "user: ${UID:-0}", False),
        ("user: app", "user: root", False),
        ("user: app", "user: '0:0'", False),
        ("user: app", "init: true", False),
    ],
)
def test_an_image_has_a_user_where_all_its_services_set_one(web, worker, has_user):
    text = (
        f"services:\n  web:\n    build: .\n    {web}\n"
        f"  worker:\n    build: .\n    {worker}\n"
    )
    [build] = found(compose(text)).builds
    assert build.has_user is has_user


def test_a_service_keeps_the_user_of_what_it_extends():
    text = (
        "services:\n  base:\n    build: .\n    user: app\n"
        "  web:\n    extends: {service: base}\n    init: true\n"
    )
    assert all(build.has_user for build in found(compose(text)).builds)


@pytest.mark.parametrize(
    ("text", "dockerfile"),
    [
        ("web:\n  build: ..\n  dockerfile: dev/Dockerfile\n", "dev/Dockerfile"),
        ("web:\n  build: .\n", "dev/Dockerfile"),
        (
            "services:\n  web:\n    build: ..\n    dockerfile: dev/Dockerfile\n",
            "dev/Dockerfile",
        ),
    ],
)
def test_in_the_first_version_the_dockerfile_stands_beside_its_context(
    text, dockerfile
):
    """There a service is one of the top level, too."""
    files = {
        "Dockerfile": "FROM a\n",
        "dev/Dockerfile": "FROM a\n",
        "dev/compose.yml": text,
    }
    [build] = [
        item
        for item in discover(Workspace.of(files)).builds
        if item.source.path == "dev/compose.yml"
    ]
    assert build.dockerfile == dockerfile
