"""Cases of the rules about uv, Poetry, PDM and Pipenv that are no good style otherwise, or need more than a text."""

from __future__ import annotations

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import select

DEFAULT = select(all_rules(), ())
UV = "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nWORKDIR /app\n"
END = '\nCMD ["python", "-m", "shop"]\n'
GROUPS = (
    "[project]\nname = 'shop'\nversion = '1'\n[dependency-groups]\ndev = ['pytest']\n"
)


def found(text: str, rule: str, files: dict[str, str] | None = None) -> list[str]:
    return [
        item.finding.message
        for item in lint(build_of(text, files), DEFAULT)
        if item.rule.id == rule
    ]


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("python:3.8-slim", 0),
        ("python:3.9-slim", 1),
        ("acme/base:1", 0),
        ("ubuntu:24.04", 0),
        ("debian:stable-slim", 0),
    ],
)
def test_the_newest_poetry_is_that_of_the_python(image, count):
    text = f"FROM {image}\nRUN pip install poetry && poetry install --no-dev\n"
    assert len(found(text, "removed-poetry-option")) == count


@pytest.mark.parametrize("tag", [":latest", ""])
def test_an_image_without_a_version_is_said_once(tag):
    text = f"FROM debian:13-slim\nCOPY --from=ghcr.io/astral-sh/uv{tag} /uv /bin/\n"
    names = ("unpinned-build-tool", "latest-image", "untagged-image")
    assert sum(len(found(text, name)) for name in names) == 1


def test_a_tag_with_the_system_alone_is_a_note():
    assert found("FROM ghcr.io/astral-sh/uv:debian-slim\n", "unpinned-build-tool")
    digest = f"FROM ghcr.io/astral-sh/uv:debian-slim@sha256:{'0' * 64}\n"
    assert not found(digest, "unpinned-build-tool")


@pytest.mark.parametrize(
    ("copy", "ignored", "says"),
    [
        ("COPY . .", "", "ignores a stale"),
        ("COPY . .", "uv.lock\n", "not in the image"),
        ("COPY pyproject.toml ./", "", "not in the image"),
        ("COPY pyproject.toml uv.loc[k] ./", "", "ignores a stale"),
        ("COPY . /src\nWORKDIR /src", "", "ignores a stale"),
        ("COPY --from=acme/sources:1 /app /app", "", "ignores a stale"),
        ("RUN git clone https://git.example.com/a.git .", "", ""),
        (
            "COPY pyproject.toml ./\nRUN curl -o uv.lock https://example.com/uv.lock",
            "",
            "",
        ),
    ],
)
def test_whether_the_lock_is_there(copy, ignored, says):
    files = {"pyproject.toml": GROUPS, "uv.lock": "", ".dockerignore": ignored}
    messages = found(
        f"{UV}{copy}\nRUN uv sync --no-dev{END}", "lock-not-checked", files
    )
    assert len(messages) == bool(says)
    assert all(says in message for message in messages)


def test_the_lock_of_a_workspace_lies_above_the_member():
    files = {"packages/api/pyproject.toml": GROUPS, "uv.lock": ""}
    text = f"{UV}COPY packages/api/ .\nRUN uv sync --no-dev{END}"
    assert not [
        message
        for message in found(text, "lock-not-checked", files)
        if "has no uv.lock" in message
    ]


@pytest.mark.parametrize(
    ("directory", "files", "count"),
    [
        ("", {"pyproject.toml": GROUPS}, 1),
        (
            "api/",
            {"pyproject.toml": GROUPS, "api/pyproject.toml": "[project]\nname = 'a'\n"},
            0,
        ),
        ("api/", {"api/pyproject.toml": GROUPS}, 1),
    ],
)
def test_the_groups_are_those_of_the_project_that_is_installed(directory, files, count):
    text = f"{UV}COPY {directory}pyproject.toml ./\nRUN uv sync --frozen{END}"
    messages = found(text, "dev-dependencies-installed", files)
    assert len(messages) == count
    assert all("dev (pytest)" in message for message in messages)


def test_a_project_that_is_mounted_is_read_too():
    text = f"{UV}RUN --mount=type=bind,target=. uv sync --frozen{END}"
    assert found(text, "dev-dependencies-installed", {"pyproject.toml": GROUPS})
    assert not found(
        text,
        "dev-dependencies-installed",
        {"pyproject.toml": "[project]\nname = 'a'\n"},
    )


def test_the_group_in_the_image_is_said_where_it_is_installed():
    text = f'{UV}COPY . .\nRUN uv sync --locked\nCMD ["uv", "run", "shop"]\n'
    files = {"pyproject.toml": GROUPS, "uv.lock": ""}
    assert found(text, "dev-dependencies-installed", files)
    assert not found(text, "dev-group-installed-at-start", files)


def test_a_cmd_that_another_replaces_starts_nothing():
    text = f'{UV}COPY . .\nRUN uv sync --no-dev\nCMD ["uv", "run", "shop"]\nCMD ["/app/.venv/bin/shop"]\n'
    assert not found(text, "dev-group-installed-at-start")


def test_where_no_project_is_in_the_image_nothing_is_synced_at_start() -> None:
    mount = "--mount=type=bind,source={0},target={0}"
    mounts = " ".join(map(mount.format, ("pyproject.toml", "uv.lock")))
    sync = f"RUN {mounts} uv sync --locked --no-dev --no-install-project\n"
    files = {"pyproject.toml": GROUPS, "uv.lock": "", "src/a.py": ""}
    start = 'CMD ["uv", "run", "a"]'
    name = "dev-group-installed-at-start"
    assert not found(f"{UV}{sync}COPY src src\n{start}", name, files)
    assert found(f"{UV}{sync}COPY . .\n{start}", name, files)


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("python:3.14-slim", 1),
        ("ghcr.io/astral-sh/uv:0.12.5-trixie", 1),
        ("registry.example.com/ubi8/python-312:1", 0),
    ],
)
def test_the_home_of_an_image_that_is_not_known_may_be_anywhere(image, count):
    text = f"FROM {image}\nRUN --mount=type=cache,target=/.cache/uv uv pip install --system flask\n"
    assert len(found(text, "cache-mount-elsewhere")) == count


def test_nothing_is_said_where_the_release_of_the_python_is_not_known():
    text = (
        "FROM debian:stable-slim\nRUN apt-get update && apt-get install -y python3 python3-pip\n"
        "RUN python3 -m pip install --break-system-packages poetry\nRUN poetry install --no-dev\n"
    )
    assert found(text, "removed-poetry-option") == []
    assert found(text, "rule-crashed") == []


REQUIREMENTS = (
    "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n{}"
    "RUN pip install -r requirements.txt -r requirements-test.txt\n"
    'CMD ["python", "a.py"]'
)


@pytest.mark.parametrize(
    "sign",
    [
        "RUN pip install bandit coveralls\n",
        "RUN pip install watchdog argh\n",
        "RUN pip install -e .\n",
        "RUN python setup.py develop\n",
        "RUN pip install seaborn notebook\n",
    ],
)
def test_requirements_for_tests_are_meant_where_the_image_is_one_to_work_in(sign):
    rule = "dev-dependencies-installed"
    assert found(REQUIREMENTS.format(""), rule)
    assert found(REQUIREMENTS.format("RUN pip install gunicorn\n"), rule)
    assert found(REQUIREMENTS.format(sign), rule) == []


def test_groups_are_asked_for_by_an_install_with_options_that_are_not_known():
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nARG UV_EXTRAS\n"
        "RUN uv sync --frozen{} $UV_EXTRAS\nRUN uv run build_data\n"
        'CMD ["uv", "run", "--no-sync", "a.py"]'
    )
    files = {"pyproject.toml": GROUPS, "uv.lock": "", "a.py": ""}
    rule = "dev-dependencies-installed"
    assert found(text.format(" --all-groups"), rule, files) == []
    assert found(text.format(""), rule, files)
