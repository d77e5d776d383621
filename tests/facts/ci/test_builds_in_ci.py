"""Builds of CI that stop, images of many gigabytes, and steps that two builds share."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.failing_images import running_builds, running_steps, stops
from lightship.facts.ci.huge_images import is_huge, is_on_huge_base
from lightship.facts.ci.same_steps import may_share_steps, step_keys
from lightship.lint.examples import ci_file_of

UNREAD = f"{APP}FRM python\n"
OLD = "FROM debian:stretch\nRUN apt-get update\n"
TWO = "context: .\nplatforms: linux/amd64,linux/arm64\n"
FILES = {"requirements.txt": "torch\n", "go.mod": "module app\n", "go.sum": ""}


def file_of(dockerfile: str, inputs: str = "context: .\n", **files: str) -> CiFile:
    return ci_file_of(workflow(inputs), {**FILES, "Dockerfile": dockerfile, **files})


def of(dockerfile: str, inputs: str = "context: .\n", **files: str):
    """The only build of a workflow, and its image."""
    file = file_of(dockerfile, inputs, **files)
    (build,) = file.builds
    image = file.image_of(build)
    assert image is not None
    return build, image


@pytest.mark.parametrize(
    ("dockerfile", "expected"), [(APP, False), (UNREAD, True), (OLD, True)]
)
def test_a_build_stops_that_cannot_be_read_or_installs_what_is_gone(
    dockerfile, expected
):
    file = file_of(dockerfile)
    (build,) = file.builds
    assert stops(file, build) is expected
    assert running_builds(file) == ([] if expected else [build])
    assert list(running_steps(file)) == ([] if expected else [[build]])


def test_what_kaniko_reads_is_not_known():
    text = workflow("context: .\n").replace(
        "uses: docker/build-push-action@v6",
        "run: /kaniko/executor --context . --dockerfile Dockerfile",
    )
    files = {**FILES, "Dockerfile": UNREAD}
    file = ci_file_of(text.partition("        with:")[0], files)
    (build,) = file.builds
    assert not stops(file, build)


@pytest.mark.parametrize(
    ("dockerfile", "inputs", "huge", "on_base"),
    [
        (APP, "context: .\n", False, False),
        (APP, TWO, True, False),  # torch, twice
        (STAGES, TWO, False, False),
        ("FROM rocm/pytorch:latest\n", "context: .\n", True, True),
        ("FROM nvidia/cuda:13.0.0-devel-ubuntu24.04\n", "context: .\n", True, True),
        ("FROM nvidia/cuda:13.0.0-base-ubuntu24.04\n", "context: .\n", False, False),
        # Nothing needs that stage
        (f"FROM rocm/pytorch:latest AS gpu\n{STAGES}", TWO, False, False),
    ],
)
def test_a_base_or_packages_for_several_platforms_are_huge(
    dockerfile, inputs, huge, on_base
):
    build, image = of(dockerfile, inputs)
    assert is_huge(build, image) is huge
    assert is_on_huge_base(image) is on_base


def keys(dockerfile: str, inputs: str = "context: .\n", **files: str) -> list[str]:
    """The keys of the RUN instructions, in order."""
    build, image = of(dockerfile, inputs, **files)
    found = step_keys(build, image)
    return [key for item, key in found.items() if item.keyword == "RUN"]


@pytest.mark.parametrize(
    ("second", "inputs", "files", "same"),
    [
        (APP, "context: .\n", {}, True),
        (f"{APP}EXPOSE 80\n", "context: .\n", {}, True),
        (APP.replace("RUN ", "RUN  "), "context: .\n", {}, True),
        (APP.replace("3.13", "3.12"), "context: .\n", {}, False),
        (APP, "context: .\n", {"requirements.txt": "flask\n"}, False),
        (APP, "context: .\n", {"main.py": "pass\n"}, True),  # copied below
    ],
)
def test_a_key_holds_all_above_a_step(second, inputs, files, same):
    assert (keys(APP) == keys(second, inputs, **files)) is same


def test_a_value_of_an_argument_is_a_part_of_the_key():
    dockerfile = APP.replace("RUN", "ARG LEVEL\nRUN")
    one, two = (f"context: .\nbuild-args: LEVEL={level}\n" for level in (1, 2))
    assert keys(dockerfile, one) == keys(dockerfile, one)
    assert keys(dockerfile, one) != keys(dockerfile, two)


def test_steps_are_shared_within_a_job_where_the_earlier_build_always_runs():
    again = workflow("context: .\n").partition("steps:\n")[2]
    again = again.replace("      - uses: docker/setup-buildx-action@v3\n", "")
    text = workflow("context: .\n")
    files = {**FILES, "Dockerfile": APP}
    first, second = ci_file_of(text + again, files).builds
    assert may_share_steps(first, second)

    sometimes = text.replace(
        "        with:", "        if: github.ref_name == 'x'\n        with:"
    )
    first, second = ci_file_of(sometimes + again, files).builds
    assert not may_share_steps(first, second)
    assert may_share_steps(second, first)
