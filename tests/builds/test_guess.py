"""What is guessed of a Dockerfile that no file speaks of."""

from __future__ import annotations

import pytest
from builds.repository import builds, found

ROOT = {"requirements.txt": "", "src/app.py": "", "pyproject.toml": ""}


def context_of(dockerfile: str, **more: str) -> str:
    files = {"docker/Dockerfile": dockerfile, **ROOT, **more}
    (row,) = builds(files)
    return str(row["context"])


@pytest.mark.parametrize(
    ("dockerfile", "context"),
    [
        ("FROM a\nCOPY requirements.txt .\nCOPY src /app\n", "."),
        ("FROM a\nCOPY docker/start.sh /\n", "."),
        ("FROM a\nCOPY start.sh /\n", "docker"),
        ("FROM a\nRUN true\n", "docker"),
        ("FROM a\nCOPY gone.txt .\n", "docker"),
        ("FROM a\nCOPY requirements.txt gone.txt ./\n", "."),
        ("FROM a\nADD https://a.b/c /c\nCOPY start.sh /\n", "docker"),
        ("FROM a AS b\nFROM c\nCOPY --from=b src /src\n", "docker"),
        ("FROM a\nCOPY require*.txt ./\n", "."),
        ("FROM a\nCOPY src/*.py /app/\n", "."),
        ("FROM a\nARG D=src\nCOPY $D /app\n", "."),
        (
            "FROM a\nRUN --mount=type=bind,source=pyproject.toml,target=p.toml true\n",
            ".",
        ),
        ("FROM a\nCOPY <<E /e\nx\nE\n", "docker"),
        ("COPY src .\n", "docker"),
    ],
)
def test_the_context_is_where_the_sources_are(dockerfile, context):
    assert context_of(dockerfile, **{"docker/start.sh": ""}) == context


@pytest.mark.parametrize(
    ("beside", "context"),
    [
        ({}, "."),
        (
            {
                "docker/.dockerignore": "",
                "docker/compose.yaml": "",
                "docker/run.sh": "",
            },
            ".",
        ),
        ({"docker/app.py": ""}, "docker"),
        ({"docker/src/app.py": ""}, "docker"),
    ],
)
def test_everything_of_a_directory_without_content_means_the_one_above(beside, context):
    assert context_of("FROM a\nCOPY . .\n", **beside) == context


def test_a_nearer_directory_wins():
    files = {"a/b/Dockerfile": "FROM x\nCOPY app.py .\n", "a/app.py": "", "app.py": ""}
    assert [row["context"] for row in builds(files)] == ["a"]


def test_what_the_ignore_file_takes_away_is_not_there():
    dockerfile = "FROM a\nCOPY app.py .\n"
    files = {"app.py": "", "docker/app.py": "", "docker/.dockerignore": "app.py\n"}
    assert context_of(dockerfile, **files) == "."


def test_the_ignore_file_of_the_dockerfile_wins():
    dockerfile = "FROM a\nCOPY app.py .\n"
    files = {"app.py": "", "docker/app.py": "", "docker/Dockerfile.dockerignore": "x\n"}
    assert context_of(dockerfile, **files) == "docker"


def test_a_guess_says_what_it_rests_on():
    files = {"docker/Dockerfile": "FROM a\nCOPY src gone ./\n", **ROOT}
    (build,) = found(files).builds
    assert (build.kind, build.why) == (
        "guess",
        "no file says how it is built; this directory has 1 of the 2 paths that it copies",
    )


def test_a_dockerfile_that_is_built_is_not_guessed():
    files = {
        "compose.yaml": "services:\n  a:\n    build: {context: ., dockerfile: docker/Dockerfile}\n",
        "docker/Dockerfile": "FROM a\n",
        "Dockerfile": "FROM a\n",
    }
    assert [(row["dockerfile"], row["kind"]) for row in builds(files, "kind")] == [
        ("Dockerfile", "guess"),
        ("docker/Dockerfile", "compose"),
    ]


WITH_ARG = "ARG AT=/usr/src\nFROM a\nARG AT\nCOPY . $AT\nWORKDIR $AT\n"


@pytest.mark.parametrize(
    ("dockerfile", "context"),
    [
        (f"{WITH_ARG}RUN pip install -r $AT/app/requirements.txt\n", "."),
        ('FROM a\nWORKDIR /s\nCOPY . .\nCMD ["python", "app/main.py"]\n', "."),
        ("FROM a\nWORKDIR /s\nCOPY . .\nRUN sh lib/a.sh\n", "app"),
        ("FROM a\nWORKDIR /s\nCOPY . .\nRUN pip install -r requirements.txt\n", "app"),
        ("FROM a\nWORKDIR /s\nCOPY . .\nRUN sh made/later.sh app/main.py\n", "."),
        ("FROM a\nWORKDIR /s\nCOPY . .\nRUN pip install -r /t/app/main.py\n", "app"),
    ],
)
def test_files_that_commands_name_tell_where_everything_is_copied_from(
    dockerfile, context
):
    files = {
        "app/Dockerfile": dockerfile,
        "app/requirements.txt": "",
        "app/main.py": "",
        "app/lib/a.sh": "",
        "README.md": "",
    }
    (row,) = builds(files)
    assert row["context"] == context
