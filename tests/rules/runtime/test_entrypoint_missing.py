"""entrypoint-missing: a file that is mounted when the container starts is there."""

from __future__ import annotations

import pytest
from judged import said, severity

from lightship.files.folder_context import open_context
from lightship.lint.finding import Severity
from lightship.repository_facts import MountedVolume

TEXT = (
    "FROM python:3.13-slim\nWORKDIR /srv/app\nCOPY requirements.txt .\nCOPY . .\n"
    'USER 10001\nCMD ["python", "./main.py"]\n'
)
MISSING = [
    "/srv/app/main.py should be main.py of the build context, but it does not exist"
]
COMPOSE = "services:\n  app:\n    build: .\n    volumes:\n      - {}\n"


def _said(files: dict[str, str], **fields: object) -> list[str]:
    return said("entrypoint-missing", TEXT, {"requirements.txt": "", **files}, **fields)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", COMPOSE.format("$PROJECT_PATH:/srv/app/")),
        ("compose.yaml", COMPOSE.format("./code:/srv/app:ro")),
        ("compose.yaml", COMPOSE.format("${CODE:-./x}/main.py:/srv/app/main.py")),
        ("compose.yaml", COMPOSE.format("{type: bind, source: ., target: /srv/app}")),
        ("Makefile", "run:\n\tdocker run -v $(shell pwd)/src:/srv/app --rm app\n"),
        ("README.md", 'Run `docker run --volume="$PWD":/srv app`.\n'),
        ("run.sh", "docker run --mount type=bind,source=$PWD,target=/srv/app app\n"),
        (
            ".devcontainer/devcontainer.json",
            '{"workspaceMount": "source=${localWorkspaceFolder},target=/srv/app,type=bind"}',
        ),
        ("k8s/app.yaml", "kind: Pod\nspec:\n  - mountPath: /srv/app/main.py\n"),
    ],
)
def test_what_is_mounted_over_the_file_brings_it(name, text):
    assert _said({name: text}) == []


OWN = "services:\n  app:\n    build: .\n    command: python -m shop\n"


@pytest.mark.parametrize(
    ("text", "compose", "expected"),
    [
        (TEXT, OWN, Severity.INFO),
        (TEXT, f"{OWN}  other:\n    build: .\n", Severity.ERROR),
        (TEXT, OWN.replace("    command", "    # command"), Severity.ERROR),
        (TEXT.replace("CMD", "ENTRYPOINT"), OWN, Severity.ERROR),
    ],
)
def test_a_command_that_all_services_replace_is_a_note(text, compose, expected):
    files = {"requirements.txt": "", "compose.yaml": compose}
    assert severity("entrypoint-missing", text, files) is expected


def test_a_volume_of_the_build_brings_it():
    volumes = (MountedVolume("/srv/app", from_host=True),)
    assert _said({}, volumes=volumes) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", COMPOSE.format("./data:/srv/app/data")),
        ("compose.yaml", COMPOSE.format("./code:/srv/application")),
        (
            "compose.yaml",
            COMPOSE.replace("build: .", "image: redis").format(".:/srv/app"),
        ),
        ("run.sh", "docker run -v ~/data:/data -e PYTHONPATH=/x:/srv/app app\n"),
        ("Dockerfile.other", "FROM debian\nRUN --mount=type=bind,target=/srv/app ls\n"),
    ],
)
def test_what_is_mounted_elsewhere_does_not(name, text):
    assert _said({name: text}) == MISSING


@pytest.mark.parametrize(
    ("path", "is_there"), [("code/main.py", True), ("other.py", False)]
)
def test_a_mount_brings_a_file_that_the_repository_has(tmp_path, path, is_there):
    (tmp_path / ".git").mkdir()
    for folder in ("image", "code"):
        (tmp_path / folder).mkdir()
    (tmp_path / path).touch()
    (tmp_path / "image/requirements.txt").touch()
    (tmp_path / "compose.yaml").write_text(
        "services:\n  app:\n    build: image\n    volumes: ['./code:/srv/app']\n"
    )
    context = open_context(str(tmp_path / "image"), str(tmp_path / "image/Dockerfile"))
    assert said("entrypoint-missing", TEXT, context=context) == (
        [] if is_there else MISSING
    )


def test_a_submodule_may_bring_it() -> None:
    text = TEXT.replace("./main.py", "./lib/main.py")
    modules = '[submodule "a"]\n\tpath = {}\n'
    files = {"requirements.txt": "", ".gitmodules": modules.format("lib")}
    assert not said("entrypoint-missing", text, files)
    files[".gitmodules"] = modules.format("other")
    assert said("entrypoint-missing", text, files)


def test_a_guessed_context_is_the_wrong_one_where_the_file_lies_elsewhere():
    there = {"service/main.py": ""}
    assert _said(there, is_guess=True) == []
    assert _said(there) == MISSING
    assert _said({"service/other.py": ""}, is_guess=True) == MISSING
