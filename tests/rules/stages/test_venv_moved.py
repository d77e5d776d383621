"""When venv-moved reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


def test_an_environment_whose_program_is_given_to_python_may_be_moved():
    text = (
        "FROM python:3.13-slim AS build\nRUN python -m venv /venv\n"
        "RUN /venv/bin/pip install a\nFROM python:3.13-slim\n"
        'COPY --from=build /venv /app\nENTRYPOINT ["/app/bin/python", "/app/bin/shop"]\n'
        'CMD ["--hosts", "0.0.0.0"]'
    )
    assert said("venv-moved", text) == []
    assert said("venv-moved", text.replace('/app/bin/python", "', ""))


UV = "FROM ghcr.io/astral-sh/uv:0.9.11-python3.13-trixie-slim AS build\nWORKDIR /app\n"
MOVED = (
    "FROM python:3.13-slim\nCOPY --from=build /app/.venv /srv/.venv\n"
    "ENV PATH=/srv/.venv/bin:$PATH\nUSER 10001\n"
    'CMD ["gunicorn", "shop:app"]'
)


@pytest.mark.parametrize(
    ("runs", "count"),
    [
        ("RUN uv venv --relocatable\nRUN uv sync --frozen\n", 0),
        ("RUN uv venv --relocatable && uv sync --frozen\n", 0),
        ("ENV UV_VENV_RELOCATABLE=1\nRUN uv venv\nRUN uv sync\n", 0),
        ("RUN uv venv\nRUN uv sync --frozen\n", 1),
        ("RUN uv venv --relocatable /other\nRUN uv sync --frozen\n", 1),
        ("RUN uv venv --relocatable\nRUN uv sync --python 3.11\n", 1),
        ("RUN uv venv --relocatable\nRUN uv venv --clear && uv sync\n", 1),
    ],
)
def test_uv_sync_keeps_an_environment_that_may_be_moved(runs, count):
    assert len(said("venv-moved", UV + runs + MOVED)) == count
