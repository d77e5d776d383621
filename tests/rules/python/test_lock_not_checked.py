"""When lock-not-checked reports something, and when it is silent."""

from __future__ import annotations

from judged import said

PROJECT = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.9'\n"
UV = (
    "FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_NO_CACHE=1\nWORKDIR /app\n"
)
ROOT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
GROUPS = {
    "pyproject.toml": f"{ROOT}[dependency-groups]\ndev = ['pytest']\n",
    "uv.lock": "",
}
MEMBERS = {
    "pyproject.toml": f"{ROOT}[tool.uv.workspace]\nmembers = ['packages/*']\n",
    "uv.lock": "",
    "packages/a/pyproject.toml": "",
}
MANIFESTS = "COPY pyproject.toml uv.lock ./\n"


def test_a_lock_file_that_the_build_makes_for_itself_is_meant():
    text = f"{UV}COPY pyproject.toml ./\nRUN uv sync && cp uv.lock /opt/uv.lock\nCMD a"
    files = {"pyproject.toml": f"{PROJECT}dependencies = ['flask']\n", "uv.lock": ""}
    assert said("lock-not-checked", text, files) == []
    assert said(
        "lock-not-checked", text.replace(" && cp uv.lock /opt/uv.lock", ""), files
    )


def test_a_lock_cannot_fit_without_the_members_of_its_workspace():
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev\n"
    assert said("lock-not-checked", text, GROUPS)
    assert said("lock-not-checked", text, MEMBERS) == []
    assert said("lock-not-checked", f"{UV}COPY . .\nRUN uv sync --no-dev", MEMBERS)
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev --no-sources\n"
    assert said("lock-not-checked", text, GROUPS) == []
