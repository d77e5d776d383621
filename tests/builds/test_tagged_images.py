"""Which images the files of a repository tag or push, also where no reader of commands sees it."""

from __future__ import annotations

import pytest

from lightship.builds.tagged_images import tagged_images
from lightship.builds.workspace import Workspace


def images(files):
    return set(tagged_images(Workspace.of(files)))


def test_an_array_that_a_script_builds_one_after_the_other():
    script = """#!/bin/bash
IMAGES=(
  gcr.io/acme/base
  "gcr.io/acme/web/front"
)
for image in "${IMAGES[@]}"; do
  docker build -t "$image" "${image#gcr.io/acme/}"
done
"""
    assert images({"build.sh": script}) == {"gcr.io/acme/base", "gcr.io/acme/web/front"}
    without = script.replace("docker build -t", "docker pull #")
    assert images({"build.sh": without}) == set()


@pytest.mark.parametrize(
    "command",
    [
        "docker build --pull -t acme/app:1 .",
        "docker buildx build \\\n  --tag=acme/app .",
        "docker push acme/app:latest",
        "docker tag 0123 'acme/app:2'",
        "docker push acme/app:$VERSION",
        "docker buildx imagetools create -t acme/app:latest $DIGESTS",
        "docker buildx imagetools create --tag acme/app \\\n  other/app@sha256:0",
        "docker manifest create --amend acme/app:latest a:amd64 a:arm64",
    ],
)
def test_what_commands_tag_and_push(command):
    assert images({"Makefile": f"all:\n\t{command}\n"}) == {"acme/app"}


def test_a_variable_that_names_the_image_of_a_build():
    makefile = "{}IMAGE ?= acme/app\nall:\n\tdocker build -t $(X) .\n"
    assert images({"Makefile": makefile.format("APP_")}) == {"acme/app"}
    assert images({"Makefile": makefile.format("BASE_")}) == set()


def test_the_end_of_a_name_may_be_a_variable():
    assert images({"a.sh": "docker push ghcr.io/acme/$NAME\n"}) == {"ghcr.io/acme/*"}


@pytest.mark.parametrize(
    "command",
    [
        "docker pull acme/app",
        "docker run -t acme/app",
        "docker build --build-arg BASE=acme/app .",
        "docker build --cache-from acme/app .",
        "docker ps; ssh -t acme/app",
        "docker build -t app .",
        "ssh -t acme/app",
    ],
)
def test_what_is_only_used_is_not_theirs(command):
    assert images({"a.sh": f"{command}\n"}) == set()
