"""Where package managers keep what they download, and the mounts that keep it."""

from __future__ import annotations

import pytest

from lightship.facts.caching.cache_mounts import (
    TOOLS,
    add_mounts,
    cache_mounts,
    cache_of,
    fills_cache,
    lies_in,
    switch,
)
from lightship.lint.examples import build_of
from lightship.shell.packages import Option
from lightship.text import apply_edits


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install a", "/root/.cache/pip"),
        ("RUN uv sync", "/root/.cache/uv"),
        ("RUN npm ci", "/root/.npm"),
        ("RUN pip install --cache-dir /c a", "/c"),
        ("WORKDIR /w\nRUN pip install --cache-dir c a", "/w/c"),
        ("ENV PIP_CACHE_DIR=/c\nRUN pip install a", "/c"),
        ("RUN UV_CACHE_DIR=/c uv sync", "/c"),
        ("ENV XDG_CACHE_HOME=/x\nRUN pip install a", "/x/pip"),
        ("ENV HOME=/h\nRUN pip install a", "/h/.cache/pip"),
        ("RUN HOME=/h pip install a", "/h/.cache/pip"),
        ("ENV PNPM_HOME=/p\nRUN pnpm install", "/p/store"),
        ("RUN pip install --cache-dir $X a", None),
        ("RUN gosu app pip install a", None),
        ("RUN setpriv --reuid=app pip install a", None),
        ("RUN su app -c 'pip install a'", None),
    ],
)
def test_where_the_cache_is(body, expected):
    build = build_of(body)
    [found] = build.packages(*TOOLS)
    assert cache_of(build, found) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip install a", True),
        ("pip download a", True),
        ("uv sync", True),
        ("pip install --no-index a", False),
        ("uv sync --offline", False),
        ("npm install --package-lock-only", False),
        ("pip uninstall a", False),
    ],
)
def test_a_command_fills_it(command, expected):
    [found] = build_of(f"RUN {command}").packages(*TOOLS)
    assert fills_cache(found) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install --no-cache-dir a", "--no-cache-dir"),
        ("ENV PIP_NO_CACHE_DIR=1\nRUN pip install a", "PIP_NO_CACHE_DIR"),
        ("RUN PIP_NO_CACHE_DIR=off pip install a", "PIP_NO_CACHE_DIR"),
        ("RUN UV_NO_CACHE=1 uv sync", "UV_NO_CACHE"),
        ("RUN UV_NO_CACHE=0 uv sync", None),
        ("RUN pip install a", None),
    ],
)
def test_what_switches_it_off(body, expected):
    build = build_of(body)
    [found] = build.packages(*TOOLS)
    what = switch(build, found)
    assert (what.name if isinstance(what, Option) else what) == expected


def test_mounts_and_their_targets():
    build = build_of(
        "WORKDIR /w\nRUN --mount=type=cache,target=c --mount=type=cache,target=/d "
        "--mount=type=tmpfs,target=/e a"
    )
    [run] = build.each("RUN")
    assert [target for _, target in cache_mounts(build, run)] == ["/w/c", "/d"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/a/b", True), ("/a", True), ("/ab", False), ("/", False), ("a/b", False)],
)
def test_a_path_in_a_directory(path, expected):
    assert lies_in(path, "/a") == expected


@pytest.mark.parametrize(
    ("run", "mounts", "expected"),
    [
        ("RUN a", ["-m"], "RUN -m a"),
        ("RUN a", ["-m", "-n"], "RUN -m \\\n    -n \\\n    a"),
        ("RUN a \\\n b", ["-m"], "RUN -m \\\n    a \\\n b"),
        ('RUN ["a"]', ["-m", "-n"], 'RUN -m -n ["a"]'),
        ("RUN --network=none a", ["-m"], "RUN --network=none -m a"),
        (
            "RUN --network=none \\\n  a",
            ["-m", "-n"],
            "RUN --network=none \\\n  -m \\\n  -n \\\n  a",
        ),
    ],
)
def test_mounts_are_added(run, mounts, expected):
    build = build_of(f"FROM a\n{run}")
    [instruction] = build.each("RUN")
    edit = add_mounts(build, instruction, mounts)
    assert apply_edits(build.dockerfile.text, [edit]) == f"FROM a\n{expected}"
