"""The RUN that a cache saves, as a step of CI builds the image."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.image_costs import runs_of_other_stages
from lightship.facts.ci.saved_runs import (
    made_in_context,
    often_changing,
    saved_by_max,
    saved_runs,
)
from lightship.lint.examples import ci_file_of

COPIED = STAGES.replace("COPY go.mod go.sum ./\nRUN go mod download\n", "")
SMALL = STAGES.replace("RUN go mod download", "RUN apt-get install -y curl")
WITH_SHA = STAGES.replace("WORKDIR /src", "WORKDIR /src\nARG SHA")
CONTEXT = "context: .\n"
SHA = f"{CONTEXT}build-args: SHA=${{{{ github.sha }}}}\n"
TWO = f"{CONTEXT}platforms: linux/amd64,linux/arm64\n"


def of(dockerfile: str, inputs: str, before: str = ""):
    """The only build of a workflow, and its image."""
    files = {
        "Dockerfile": dockerfile,
        "go.mod": "module app\n",
        "go.sum": "x\n",
        "requirements.txt": "torch\n",
        "dist/a.py": "",
    }
    file = ci_file_of(workflow(inputs, before=before), files)
    [build] = file.builds
    return build, file.image_of(build)


def lines(runs) -> list[int]:
    return [run.first_line for run in runs]


@pytest.mark.parametrize(
    ("dockerfile", "inputs", "saved"),
    [
        (STAGES, CONTEXT, [4]),
        (COPIED, CONTEXT, []),  # each commit runs all of it again
        (SMALL, CONTEXT, []),
        (SMALL, TWO, [4]),  # in an emulator
        (WITH_SHA, CONTEXT, [5]),
        (WITH_SHA, SHA, []),
        (APP, CONTEXT, []),  # its layers are in the image
    ],
)
def test_what_a_cache_saves_of_other_stages(dockerfile, inputs, saved):
    build, image = of(dockerfile, inputs)
    assert lines(saved_by_max(build, image)) == saved


def test_what_a_cache_saves_of_all_stages():
    assert lines(saved_runs(*of(f"{APP}RUN make\n", CONTEXT))) == [4]
    build, image = of(COPIED, CONTEXT)
    assert lines(runs_of_other_stages(image)) == [4]
    assert saved_runs(build, image) == ()


def test_arguments_and_files_that_change_with_each_run():
    build, _image = of(STAGES, SHA)
    assert often_changing(build) == ["SHA"]
    assert made_in_context(build) == ()
    download = "- uses: actions/download-artifact@v5\n  with: {path: dist}\n"
    made = f"- uses: actions/checkout@v5\n{download}"
    build, _image = of(STAGES, CONTEXT, made)
    assert made_in_context(build) == ("dist",)
    build, _image = of(STAGES, "context: dist\nfile: Dockerfile\n", made)
    assert made_in_context(build) == ("",)
