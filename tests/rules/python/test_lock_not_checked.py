"""When lock-not-checked reports something, and when it is silent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from judged import findings, said

from lightship.files.folder_context import open_context
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety

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


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("git clone https://example.com/shop.git /srv", 0),
        ("curl -fsSL https://example.com/shop.tar.gz | tar -xz", 1),
    ],
)
def test_the_lock_file_of_a_clone_is_that_of_others(run, expected):
    text = f"{UV}RUN {run}\nWORKDIR /srv\nRUN uv sync\nCMD a"
    assert len(said("lock-not-checked", text, {"main.py": ""})) == expected


def test_a_clone_beside_the_own_project_changes_nothing():
    clone = "RUN git clone https://example.com/tool.git /srv\n"
    text = f"{UV}{clone}{MANIFESTS}RUN uv sync\nCMD a"
    files = {"pyproject.toml": ROOT, "uv.lock": ""}
    assert said("lock-not-checked", text, files)


def test_a_lock_cannot_fit_without_the_members_of_its_workspace():
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev\n"
    assert said("lock-not-checked", text, GROUPS)
    assert said("lock-not-checked", text, MEMBERS) == []
    assert said("lock-not-checked", f"{UV}COPY . .\nRUN uv sync --no-dev", MEMBERS)
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev --no-sources\n"
    assert said("lock-not-checked", text, GROUPS) == []


LOCKED = """version = 1
requires-python = ">=3.9"
[[package]]
name = "a"
source = { virtual = "." }
[package.metadata]
requires-dist = [{ name = "flask", specifier = ">=3,<4" }, { name = "rich", marker = "extra == 'x'" }]
[package.metadata.requires-dev]
dev = [{ name = "pytest" }]
"""
WANTED = (
    f"{PROJECT}dependencies = ['Flask>=3, <4']\n[project.optional-dependencies]\nx = ['rich']\n"
    "[dependency-groups]\ndev = ['pytest']\n"
)


@pytest.mark.parametrize(
    ("pyproject", "lock", "safety"),
    [
        (WANTED, LOCKED, Safety.UNSAFE),
        (WANTED.replace("'pytest'", "'pytest', 'ruff'"), LOCKED, None),
        (WANTED.replace("Flask", "Quart"), LOCKED, None),
        (WANTED.replace("<4", "<5"), LOCKED, Safety.MANUAL),
        (WANTED.replace(">=3.9", ">=3.10"), LOCKED, Safety.MANUAL),
        (WANTED, "", Safety.MANUAL),
        (WANTED, "[", Safety.MANUAL),
        (f"{WANTED}[tool.uv.workspace]\nmembers = ['x']\n", LOCKED, Safety.MANUAL),
    ],
)
def test_the_build_insists_on_a_lock_of_uv_only_where_it_fits(pyproject, lock, safety):
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev"
    files = {"pyproject.toml": pyproject, "uv.lock": lock}
    (finding,) = findings("lock-not-checked", text, files)
    assert (finding.fix and finding.fix.safety) == safety


# The hash is that of plette 2.4.0, with which pipenv 2026.10.3 compares, for this Pipfile
PIPFILE = """[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
flask = "*"

[dev-packages]

[requires]
python_version = "3.13"
"""
HASH = "c7db37ce0546c4257bb2d13d6a17381662ca3ed8f53da0d625749ddab82c8f83"


@pytest.mark.parametrize(
    ("pipfile", "safety"),
    [
        (PIPFILE, Safety.UNSAFE),
        (PIPFILE.replace('flask = "*"', 'flask = "*"\nrich = "*"'), None),
        ("[[", Safety.MANUAL),
    ],
)
def test_the_build_insists_on_a_lock_of_pipenv_only_where_its_hash_is_right(
    pipfile, safety
):
    lock = json.dumps({"_meta": {"hash": {"sha256": HASH}}})
    text = (
        "FROM python:3.13-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\nWORKDIR /app\n"
        "COPY Pipfile Pipfile.lock ./\nRUN pipenv install --system"
    )
    files = {"Pipfile": pipfile, "Pipfile.lock": lock}
    (finding,) = findings("lock-not-checked", text, files)
    assert (finding.fix and finding.fix.safety) == safety


@pytest.mark.parametrize(
    ("image", "demanded", "is_sure"),
    [
        ("python:3.13.1-slim", 'python_full_version = "3.13.1"', True),
        ("python:3.13-slim", 'python_version = "3.13"', True),
        ("python:3.13-slim", 'python_full_version = "3.13.1"', False),
        ("python:3.13.2-slim", 'python_full_version = "3.13.1"', False),
        ("python:3.12-slim", 'python_version = "3.13"', False),
        ("example.com/python:3.13", 'python_full_version = "3.13.1"', True),
    ],
)
def test_pipenv_stops_at_another_python_than_the_pipfile_demands(
    image, demanded, is_sure
):
    text = (
        f"FROM {image}\nWORKDIR /app\nCOPY Pipfile Pipfile.lock ./\n"
        "RUN pipenv install --system"
    )
    pipfile = PIPFILE.replace('python_version = "3.13"', demanded)
    (finding,) = findings(
        "lock-not-checked", text, {"Pipfile": pipfile, "Pipfile.lock": "{}"}
    )
    assert ("the Pipfile's Python" in finding.message) is not is_sure
    assert (finding.fix is not None) is is_sure


@pytest.mark.parametrize(
    ("root", "is_member"),
    [
        ("members = ['examples/*']", True),
        ("members = ['examples/*']\nexclude = ['examples/web']", False),
        ("members = ['packages/*']", False),
    ],
)
def test_the_lock_file_of_a_member_is_that_of_its_workspace(tmp_path, root, is_member):
    web = tmp_path / "examples/web"
    web.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "uv.lock").touch()
    (tmp_path / "pyproject.toml").write_text(
        f"{ROOT}[tool.uv.workspace]\n{root}\n", encoding="utf-8"
    )
    (web / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    context = open_context(str(web), str(web / "Dockerfile"))
    text = f"{UV}COPY . .\nRUN uv sync --no-dev"
    (message,) = said("lock-not-checked", text, context=context)
    assert ("the workspace's uv.lock is not copied" in message) is is_member
    assert ("create one" in message) is not is_member


@pytest.mark.parametrize("is_ignored", [True, False])
def test_a_lock_that_git_ignores_has_to_be_committed(is_ignored):
    text = f"{UV}COPY . .\nRUN uv sync --no-dev\n"
    build = build_of(text, {"pyproject.toml": PROJECT})
    context = replace(
        build.context, git_ignores=lambda path: is_ignored and path == "uv.lock"
    )
    (message,) = said("lock-not-checked", text, context=context)
    assert message.startswith("git ignores uv.lock") is is_ignored
    assert ("create one" in message) is not is_ignored


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("uv sync --frozen || uv sync", 0),
        ("uv sync --locked || (echo stale && uv sync)", 0),
        ("if [ -f uv.lock ]; then uv sync --frozen; else uv sync; fi", 0),
        ("uv sync --frozen --no-install-project && uv sync", 1),
        ("uv sync || uv sync --frozen", 1),
        ("if [ -f a ]; then uv sync --frozen; fi; uv sync", 1),
    ],
)
def test_what_is_done_where_a_strict_command_fails_is_a_fallback(command, count):
    text = f"{UV}COPY pyproject.toml uv.lock* ./\nRUN {command}"
    files = {"pyproject.toml": ROOT, "uv.lock": ""}
    assert len(said("lock-not-checked", text, files)) == count


@pytest.mark.parametrize(
    ("install", "source", "count"),
    [
        ("uv pip install --system .", "/usr/local", 0),
        ("pip install .", "/usr/local/lib/python3.13/site-packages", 0),
        ("uv pip install --system .", "/app", 1),
        ("uv pip install --system .", "/app/.venv", 1),
        ("uv run make", "/usr/local", 1),
        ("uv pip install --system gunicorn", "/usr/local", 1),
    ],
)
def test_an_environment_that_no_image_gets_needs_no_lock_file(install, source, count):
    first = UV.replace("3.13-slim", "3.13-slim AS made", 1)
    text = (
        f"{first}COPY pyproject.toml .\nRUN uv sync --no-install-project\n"
        f"COPY . .\nRUN {install}\nFROM python:3.13-slim\n"
        f"COPY --from=made {source} {source}\n"
    )
    files = {"pyproject.toml": ROOT, "shop.py": ""}
    assert len(said("lock-not-checked", text, files)) == count
