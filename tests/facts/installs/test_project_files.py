"""Which files of the build context stand where an install runs, and the project they make."""

from __future__ import annotations

import pytest

from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.project_files import (
    has_manifest,
    lock_of,
    presence,
    project_of,
)
from lightship.lint.examples import build_of

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "uv.lock": "",
    "lib/a": "",
    ".dockerignore": "lib/b\n",
}


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("COPY . /app\nRUN x", "/app/uv.lock", (True, "uv.lock")),
        ("COPY uv.lock /app/\nRUN x", "/app/uv.lock", (True, "uv.lock")),
        ("COPY lib /app\nRUN x", "/app/a", (True, "lib/a")),
        ("COPY lib /app\nRUN x", "/app/uv.lock", (False, None)),
        ("RUN x", "/app/uv.lock", (False, None)),
        ("COPY . /app\nRUN x", "/app/lib/b", (False, None)),
        ("RUN git clone x\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN ln -s /usr/bin/a /usr/bin/b\nRUN x", "/app/uv.lock", (False, None)),
        ("RUN cp -r /src /app\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN mv /src/* /app/\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN cp -r /src .\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN cp -t /app /src/a /b\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN cp /a /b && git clone x\nRUN x", "/app/uv.lock", (None, None)),
        ("RUN touch uv.lock\nRUN x", "/app/uv.lock", (None, None)),
        ("COPY --from=a / /app\nRUN x", "/app/uv.lock", (None, None)),
        ("COPY --from=a / /b\nRUN x", "/app/uv.lock", (False, None)),
        (
            "FROM a AS b\nCOPY . /app\nFROM b\nRUN x",
            "/app/uv.lock",
            (True, "uv.lock"),
        ),
        ("RUN x\nCOPY . /app", "/app/uv.lock", (False, None)),
        ("RUN --mount=type=bind,target=/app x", "/app/uv.lock", (True, "uv.lock")),
        (
            "RUN --mount=type=bind,source=uv.lock,target=/l x",
            "/l",
            (True, "uv.lock"),
        ),
        ("RUN --mount=type=bind,from=a,target=/app x", "/app/uv.lock", (None, None)),
    ],
)
def test_a_file_is_there(body, path, expected):
    build = build_of(body, FILES)
    *_, run = build.each("RUN")
    found = presence(build, run, path)
    assert (found.is_there, found.origin) == expected
    assert found.is_fixed == ("mount" in body and found.is_there is True)


def test_without_a_build_context_only_names_are_known():
    build = build_of("COPY uv.lock /app/\nCOPY lib /lib\nRUN x")
    [run] = build.each("RUN")
    assert presence(build, run, "/app/uv.lock").is_there is True
    assert presence(build, run, "/lib/a").is_there is None


@pytest.mark.parametrize(
    ("body", "manifest", "lock"),
    [
        ("WORKDIR /app\nCOPY . .\nRUN uv sync", True, True),
        ("WORKDIR /app\nCOPY pyproject.toml .\nRUN uv sync", True, False),
        ("WORKDIR /app\nRUN uv sync", False, False),
        ("WORKDIR /app\nCOPY . .\nRUN cd $X && uv sync", None, None),
    ],
)
def test_the_project_of_an_install(body, manifest, lock):
    build = build_of(body, FILES)
    [install] = installs(build)
    assert has_manifest(build, install) is manifest
    assert lock_of(build, install).is_there is lock
    project = project_of(build, install)
    assert (project is not None) == (manifest is True)


def test_the_lock_of_a_workspace_may_stand_above():
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["lib"]\n',
        "uv.lock": "",
        "lib/pyproject.toml": '[project]\nname = "lib"\n',
    }
    build = build_of("WORKDIR /app\nCOPY lib .\nRUN uv sync", files)
    [install] = installs(build)
    assert lock_of(build, install).is_there is None
