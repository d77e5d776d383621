"""Which Dockerfile of the repository makes the image that another one starts from."""

from __future__ import annotations

import pytest

from lightship.builds.base_makers import own_bases
from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace

CUDA = "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\n"


def bases(name, **files):
    workspace = Workspace.of({"app/Dockerfile": f"FROM {name}\n", **files})
    builds = discover(workspace).builds
    found = own_bases(workspace, builds, "app/Dockerfile", [name])
    return {name: base.dockerfile for name, base in found.items()}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/Makefile", 'all:\n\tdocker build -t "gcr.io/$(X)/shop-core:$(V)" .\n'),
        ("core/Makefile", "all:\n\tdocker build --tag $R/shop-core \\\n\t  .\n"),
        ("core/build.sh", "docker build -t acme/shop-core:latest .\n"),
        ("compose.yaml", "services: {a: {build: core, image: 'acme/shop-core'}}"),
    ],
)
@pytest.mark.parametrize("name", ["acme/shop-core:v3", "gcr.io//shop-core:v3"])
def test_a_build_gives_its_result_that_name(path, text, name):
    files = {"core/Dockerfile": CUDA, path: text}
    assert bases(name, **files) == {name: CUDA}
    assert bases("acme/other", **files) == {}


def test_a_dockerfile_is_called_like_the_image():
    files = {"docker/Dockerfile.core": CUDA}
    assert bases("acme/core", **files) == {"acme/core": CUDA}
    assert bases("core", **files) == {"core": CUDA}


def test_an_official_image_is_not_made_here():
    assert bases("python:3.13", **{"python/Dockerfile": CUDA}) == {}


def test_a_program_of_python_builds_what_lies_beside_it():
    program = 'import docker\nPREFIX_OF_IMAGES = "acme/"\nNAME = "shop"\nclient.images.build()\n'
    program = program.replace("PREFIX_OF_IMAGES", "IMAGE_PREFIX")
    files = {"build.py": program, "app/build.py": program, "Dockerfile": CUDA}
    assert bases("acme/shop", **files) == {"acme/shop": CUDA}


def test_images_under_it_are_followed_and_a_circle_ends():
    middle = "FROM acme/core\n"
    files = {"docker/Dockerfile.core": CUDA, "docker/Dockerfile.middle": middle}
    assert bases("acme/middle", **files) == {"acme/middle": middle, "acme/core": CUDA}
    round_again = {"a/Dockerfile": "FROM acme/b\n", "b/Dockerfile": "FROM acme/a\n"}
    assert len(bases("acme/a", **round_again)) == 2


def test_scripts_that_remove_the_index_are_known_by_name():
    text = "FROM debian:13\nCOPY scripts/tidy.sh scripts/start.sh /usr/bin/\n"
    workspace = Workspace.of(
        {
            "app/Dockerfile": "FROM acme/core\n",
            "core/Dockerfile": text,
            "core/scripts/tidy.sh": "rm -rf /var/lib/apt/lists/*\n",
            "core/scripts/start.sh": "exec serve\n",
        }
    )
    found = own_bases(workspace, (), "app/Dockerfile", ["acme/core"])
    assert found["acme/core"].cleaners == {"tidy.sh"}
