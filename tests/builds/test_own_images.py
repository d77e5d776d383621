"""A repository makes an image itself, where only names tell it."""

from __future__ import annotations

import pytest

from lightship.base_images.reference import read_reference
from lightship.builds.own_images import cache_settings, own_images
from lightship.builds.workspace import Workspace
from tests.builds.repository import found


def own(files, name, dockerfile="app/Dockerfile"):
    workspace = Workspace.of({dockerfile: "FROM x\n", **files})
    image = read_reference(name)
    assert not isinstance(image, str)
    return own_images(workspace, dockerfile, [image]) == {image.name}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("docker/base/Dockerfile", "gcr.io/shop/base"),
        ("docker/Dockerfile.olbase", "openlibrary/olbase:latest"),
        ("images/pulp_ci_centos/Containerfile", "pulp/pulp-ci-centos"),
        ("docker/worker.Dockerfile", "ghcr.io/shop/worker"),
        ("docker/Dockerfile-worker", "ghcr.io/shop/worker"),
    ],
)
def test_another_dockerfile_is_called_like_the_image(path, name):
    assert own({path: "FROM debian:13\n"}, name)
    assert not own({path: "FROM debian:13\n"}, "acme/other")


def test_a_dockerfile_that_is_called_like_its_own_base_says_nothing():
    assert not own({}, "bitnami/kafka", "kafka/Dockerfile")
    assert not own({}, "bitnami/kafka", "Dockerfile.kafka")


@pytest.mark.parametrize("name", ["acme/sherlock", "acme/sherlock-base"])
def test_the_project_and_its_programs_are_called_like_the_image(name):
    text = '[project]\nname = "sherlock-project"\n[project.scripts]\n'
    text += 'sherlock = "sherlock_project:main"\n'
    assert own({"pyproject.toml": text}, name)
    assert not own({"pyproject.toml": text}, "acme/sherlockian")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (
            "pyproject.toml",
            '"Homepage" = "https://github.com/fish-hub/plankton-finder"',
        ),
        (
            "pyproject.toml",
            'repository = "https://gitlab.com/fish/plankton-finder.git"',
        ),
        ("setup.cfg", "url = https://github.com/fish-hub/plankton-finder"),
        ("setup.py", "    url='https://github.com/fish-hub/plankton-finder/',"),
        (
            "package.json",
            '  "homepage": "https://github.com/fish-hub/plankton-finder",',
        ),
    ],
)
def test_the_repository_is_called_like_the_image(path, line):
    text = f"name = 'snails'\n{line}\n"
    assert own({path: text}, "fishhub/plankton-finder:latest")
    assert not own({path: text}, "fishhub/other:latest")
    tracker = text.replace("Homepage", "Bug Tracker").replace("url", "tracker")
    if tracker != text:
        assert not own({path: tracker}, "fishhub/plankton-finder:latest")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "1. <code>docker tag acme/python:style base_python/1</code>\n"),
        (
            "app/README",
            "    docker build -f base/Dockerfile \\\n      -t base_python/1 .\n",
        ),
        ("docs/install.rst", "podman push base_python/1:3\n"),
    ],
)
def test_a_manual_has_its_readers_build_or_tag_the_image(path, text):
    assert own({path: text}, "base_python/1")
    assert not own({path: text}, "acme/python")


def test_a_manual_that_only_pulls_an_image_does_not_make_it():
    assert not own(
        {"README.md": "docker pull acme/base && docker run acme/base\n"}, "acme/base"
    )
    assert not own({"other/README.md": "docker push acme/base\n"}, "acme/base")


def test_an_official_image_is_nobodys_own():
    image = read_reference("nginx")
    workspace = Workspace.of({"docker/nginx/Dockerfile": "FROM x\n"})
    assert own_images(workspace, "Dockerfile", [image]) == frozenset()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("Dockerfile", "FROM debian\nENV UV_NO_CACHE=1\n", {"UV_NO_CACHE"}),
        ("install/pip.sh", "cat > pip.conf\nno-cache-dir = 1\n", {"PIP_NO_CACHE_DIR"}),
        ("Dockerfile", "FROM debian\nRUN pip install --no-cache-dir a\n", set()),
        ("app/Dockerfile", "FROM base\nENV UV_NO_CACHE=1\n", set()),
        ("README.md", "ENV UV_NO_CACHE=1\n", set()),
    ],
)
def test_others_of_the_repository_switch_caches_off(path, text, expected):
    workspace = Workspace.of({"app/Dockerfile": "FROM base\n", path: text})
    assert cache_settings(workspace, "app/Dockerfile") == expected


_COMPOSE = """services:
  base:
    build: base
    image: ubuntu:base
  db:
    build: db
    image: postgres:17
"""


def test_a_tag_of_an_official_image_may_be_the_repositorys_own():
    files = {
        "docker-compose.yml": _COMPOSE,
        "base/Dockerfile": "FROM ubuntu:18.04\n",
        "db/Dockerfile": "FROM postgres:17\nCOPY init.sql /docker-entrypoint-initdb.d/\n",
    }
    images = found(files).images
    assert "ubuntu:base" in images
    assert "postgres:17" not in images  # it starts from the public one


@pytest.mark.parametrize(
    ("image", "is_own"),
    [("acme/bot-app", True), ("acme/bot-web", False), ("other/bot-app", False)],
)
def test_compose_runs_what_is_built_from_a_sibling(image, is_own):
    files = {
        "docker/app/Dockerfile": "FROM debian:13\n",
        "docker-compose.yml": "services:\n  rq: {image: acme/bot-rq}\n",
    }
    assert own(files, image, "docker/rq/Dockerfile") is is_own


PROGRAM = """import docker

REGISTRY_PREFIX = "acme/"
COMPONENT = "workbench"
name = COMPONENT + "-" + flavor
docker.from_env().images.build(path=".", tag=REGISTRY_PREFIX + name)
"""


@pytest.mark.parametrize(
    ("path", "program", "is_own"),
    [
        ("build.py", PROGRAM, True),
        ("scripts/build_images.py", PROGRAM, True),
        ("scripts/build_images.py", PROGRAM.replace("workbench", "shop"), False),
        ("build.py", PROGRAM.replace("images.build", "images.list"), False),
        ("shop/models.py", PROGRAM, False),
        (
            "tasks.py",
            'IMAGE = "acme/workbench-gpu"\nrun(["docker", "build", "-t", IMAGE, "."])\n',
            True,
        ),
        (
            "tasks.py",
            'BASE_IMAGE = "acme/workbench-gpu"\nrun(["docker", "build", "."])\n',
            False,
        ),
    ],
)
def test_a_program_in_python_builds_it(path, program, is_own):
    assert own({path: program}, "acme/workbench-gpu") is is_own


@pytest.mark.parametrize(
    ("manual", "image", "is_own"),
    [
        ("docker pull acmeshop/latest", "acmeshop/requirements", True),
        ("docker pull acmeshop/latest", "acme/requirements", False),
        ("docker pull acme/latest", "acmeshop/requirements", False),
        ("docker pull acme/latest", "acme/requirements", False),
    ],
)
def test_images_of_a_namespace_that_is_called_like_the_project(manual, image, is_own):
    files = {
        "setup.py": 'setup(\n    name="shop",\n)\n',
        "README.md": f"    $ {manual}\n",
    }
    assert own(files, image) is is_own
