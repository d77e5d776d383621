"""Places for packages of Python, and how they come from stage to stage."""

from __future__ import annotations

import pytest

from lightship.facts.stages.package_trees import arrivals, trees
from tests.made import build

PYTHON = "FROM python:3.13-slim\n"


def places(text: str, files=None) -> list[tuple[str, str]]:
    made = build(text, files)
    return [
        (tree.kind, tree.path)
        for tree in trees(made, made.dockerfile.stages[0]).values()
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN python3.13 -m venv --prompt x /opt/venv", [("venv", "/opt/venv")]),
        ("WORKDIR /app\nRUN uv venv && uv sync", [("venv", "/app/.venv")]),
        ("ENV UV_PROJECT_ENVIRONMENT=/venv\nRUN uv sync", [("venv", "/venv")]),
        (
            "WORKDIR /app\nRUN export UV_PROJECT_ENVIRONMENT=env; uv sync --project api",
            [("venv", "/app/api/env")],
        ),
        ("RUN UV_PROJECT_ENVIRONMENT=/e uv sync --locked", [("venv", "/e")]),
        ("RUN uv venv --relocatable /e", [("relocatable", "/e")]),
        (
            "WORKDIR /app\nCOPY pyproject.toml ./\nWORKDIR /app/api\nCOPY api/pyproject.toml ./\nRUN uv sync",
            [],
        ),
        ("WORKDIR /app\nRUN poetry install", []),
        (
            "WORKDIR /app\nRUN poetry config virtualenvs.in-project true && poetry install",
            [("venv", "/app/.venv")],
        ),
        (
            "WORKDIR /app\nENV PIPENV_VENV_IN_PROJECT=1\nRUN pipenv sync",
            [("venv", "/app/.venv")],
        ),
        ("WORKDIR /app\nRUN pdm install --prod", [("venv", "/app/.venv")]),
        ("RUN pip install --user flask", [("user", "/root/.local")]),
        ("ENV PYTHONUSERBASE=/base\nRUN pip install --user flask", [("user", "/base")]),
        ("RUN PIP_USER=1 pip install flask", [("user", "/root/.local")]),
        (
            "RUN useradd app\nUSER app\nRUN pip install flask",
            [("user", "/home/app/.local")],
        ),
        (
            "RUN useradd app\nUSER app\nENV PATH=/venv/bin:$PATH\nRUN pip install flask",
            [],
        ),
        ("RUN pip install --prefix=/install flask", [("prefix", "/install")]),
        ("ENV PIP_TARGET=/deps\nRUN pip install flask", [("target", "/deps")]),
        ("RUN pip install flask", []),
    ],
)
def test_where_packages_are_installed(text, found):
    assert places(PYTHON + text) == found


def test_a_tree_is_followed_over_several_stages():
    made = build(
        f"{PYTHON[:-1]} AS a\nRUN python -m venv /opt/venv\n{PYTHON[:-1]} AS b\nCOPY --from=a /opt /store\n"
        f"{PYTHON}COPY --from=b /store/venv/ /opt/venv/\n"
    )
    assert [
        (each.before.path, each.after.path, each.alone) for each in arrivals(made)
    ] == [
        ("/opt/venv", "/store/venv", False),
        ("/store/venv", "/opt/venv", True),
    ]
