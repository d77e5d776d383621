"""When cache-mount-elsewhere reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES, found, said

from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection

PYTHON = "FROM python:3.13-slim\n"
INSTALL = (
    "RUN --mount=type=cache,target=/root/.cache/uv uv pip install --system flask==3.1.2"
)
UV = f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"


@pytest.mark.parametrize(
    ("account", "target"),
    [
        ("RUN useradd --uid 10001 -m app\nUSER app", "/home/app/.cache/uv,uid=10001"),
        ("RUN useradd -m app\nUSER app", None),
    ],
)
def test_a_cache_mount_is_given_to_the_user_who_fills_it(account, target):
    build = build_of(f"{UV}{account}\n{INSTALL}")
    text = fix(build, RuleSelection((RULES["cache-mount-elsewhere"],)), UNSAFE).text
    if target is None:
        assert text == build.dockerfile.text
    else:
        assert f"target={target} uv" in text


@pytest.mark.parametrize(
    "account",
    [
        "RUN if ! id app; then useradd -m app; fi\nUSER app",
        "RUN id app || useradd -m app\nUSER app",
        "ARG NAME=app\nRUN useradd -m $NAME\nUSER $NAME",
    ],
)
def test_a_user_who_may_be_another_has_no_known_cache(account):
    assert said("cache-mount-elsewhere", f"{UV}{account}\n{INSTALL}") == []


def test_a_mount_at_a_path_of_its_own_is_named_by_a_variable():
    text = f"{UV}{INSTALL.replace('/root/.cache/uv', '/tmp/uv-cache')}"
    (item,) = found("cache-mount-elsewhere", text)
    assert item.finding.message.endswith("set UV_CACHE_DIR to /tmp/uv-cache")
    assert item.finding.fix is None
