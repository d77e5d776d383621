"""Commands of uv, Poetry, PDM and Pipenv that read a project."""

from __future__ import annotations

import pytest

from lightship.facts.installs.project_commands import (
    has_hidden_options,
    is_set,
    project_installs,
    runs_at_start,
    ships,
    stage_of,
)
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("RUN uv sync", ["uv sync"]),
        ("RUN uv run manage.py collectstatic", ["uv run"]),
        ("RUN poetry install && uv sync", ["poetry install", "uv sync"]),
        ("RUN uv sync --dry-run", []),
        ("RUN uv run --no-project x", []),
        ("RUN pip install -r r.txt", []),
        ("FROM a AS b\nRUN uv sync\nFROM a\nRUN pdm sync", ["pdm sync"]),
        ("FROM a AS b\nRUN uv sync\nFROM a\nCOPY --from=b /x /x", ["uv sync"]),
    ],
)
def test_installs_of_whole_projects(body, titles):
    assert [install.title for install in project_installs(build_of(body))] == titles


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ('CMD ["uv", "run", "app.py"]', 1),
        ("CMD exec uv run app.py --no-sync", 1),
        ('CMD ["uv", "run", "--no-sync", "app.py"]', 0),
        ('ENV UV_NO_SYNC=1\nCMD ["uv", "run", "app.py"]', 0),
        ('CMD ["uv", "run", "a"]\nCMD ["b"]', 0),
        ('CMD ["uvx", "ruff"]', 0),
    ],
)
def test_runs_that_make_the_environment_right_at_start(body, runs):
    assert len(runs_at_start(build_of(body))) == runs


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("FROM b", True),
        ("FROM a\nCOPY --from=b /app/.venv /app/.venv", True),
        ("FROM a\nCOPY --from=b /app /app", True),
        ("FROM a\nCOPY --from=b /app/dist /dist", False),
        ("FROM a\nCOPY --from=b /app/requirements.txt /", False),
    ],
)
def test_what_comes_into_the_final_image(end, expected):
    build = build_of(f"FROM a AS b\nWORKDIR /app\nRUN uv sync\n{end}\nRUN uv sync --x")
    install = project_installs(build)[0]
    assert stage_of(build, install).name == "b"
    assert ships(build, install) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [("uv sync $OPTIONS", True), ("uv sync --group=$X", False), ("uv sync", False)],
)
def test_a_variable_may_hide_options(command, expected):
    [install] = project_installs(build_of(f"RUN {command}"))
    assert has_hidden_options(install) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ENV UV_FROZEN=1\nRUN uv sync", True),
        ("RUN UV_FROZEN=true uv sync", True),
        ("ENV UV_FROZEN=0\nRUN uv sync", False),
        ("RUN uv sync", False),
    ],
)
def test_a_variable_switches_something_on(body, expected):
    build = build_of(body)
    [install] = project_installs(build)
    assert is_set(build, install, "UV_LOCKED", "UV_FROZEN") == expected
