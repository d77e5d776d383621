"""When cache-mount-unused reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES, findings, said

from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection

PIP = "RUN --mount=type=cache,target=/root/.cache/pip "
INSTALL = "pip install --no-cache-dir flask==3.1.2"


def test_a_mount_that_the_run_empties_is_left_to_that_finding():
    text = f"{PIP}{INSTALL} && rm -rf /root/.cache/pip"
    assert said("cache-mount-unused", text) == []
    assert said("cache-mount-emptied", text)
    assert said("cache-mount-unused", f"{PIP}{INSTALL} && rm -rf /tmp/build")


def test_uvs_option_is_there_on_purpose():
    mount = "RUN --mount=type=cache,target=/root/.cache/uv "
    for text in (
        f"{mount}uv sync --locked --no-cache",
        f"FROM python:3.13-slim\nENV UV_NO_CACHE=1\n{mount}uv sync --locked",
    ):
        (finding,) = findings("cache-mount-unused", text)
        assert finding.fix is None
        assert [choice.safety for choice in finding.choices] == [Safety.MANUAL]


def test_a_cache_that_one_fix_mounts_is_not_switched_off_by_another():
    install = "uv pip install --system flask==3.1.2"
    text = f"FROM python:3.13-slim\nENV UV_LINK_MODE=copy\nRUN {install}\n"
    names = ("cache-mount-missing", "cache-mount-unused", "uv-cache-kept")
    selection = RuleSelection(tuple(RULES[name] for name in names))
    fixed = fix(build_of(text), selection, UNSAFE)
    mount = "--mount=type=cache,target=/root/.cache/uv"
    assert fixed.text.endswith(f"RUN {mount} {install}\n")
    assert [item.rule for item in fixed.applied] == ["cache-mount-missing"]


def test_an_option_beside_a_variable_that_says_the_same_names_both():
    text = f"FROM python:3.13-slim\nENV PIP_NO_CACHE_DIR=1\n{PIP}{INSTALL}"
    (finding,) = findings("cache-mount-unused", text)
    assert finding.message.startswith("--no-cache-dir and PIP_NO_CACHE_DIR disable the")
    assert finding.fix.message == "Remove --no-cache-dir and PIP_NO_CACHE_DIR"

    # the variable has to stay for another install, and the option alone changes nothing
    other = text.replace("ENV", "RUN pip install uv==0.9.2\nENV")
    (finding,) = findings("cache-mount-unused", f"{other}\nRUN pip install six==1.17.0")
    assert "PIP_NO_CACHE_DIR" in finding.message
    assert finding.fix is None

    uv = "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-cache"
    (finding,) = findings(
        "cache-mount-unused", f"FROM debian:13\nENV UV_NO_CACHE=1\n{uv}"
    )
    assert finding.message.startswith("--no-cache and UV_NO_CACHE disable the cache")


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("# Disable cache to keep layers lean\nENV PIP_NO_CACHE_DIR=1 A=1", "manual"),
        ("# The cache is off, the logs on\nENV A=1 PIP_NO_CACHE_DIR=1", "manual"),
        # It goes with the instruction
        ("# Disable pip's cache\nENV PIP_NO_CACHE_DIR=1", "unsafe"),
        ("# For quick builds by the cache\nENV PIP_NO_CACHE_DIR=1 A=1", "unsafe"),
    ],
)
def test_a_comment_that_says_the_cache_is_off_would_become_false(text, safety):
    run = f"{PIP}pip install flask==3.1.2"
    (finding,) = findings("cache-mount-unused", f"FROM python:3.13\n{text}\n{run}")
    assert finding.fix.safety == safety


def test_a_comment_at_the_install_may_say_so_too():
    for comment, safety in (("# without a cache", "manual"), ("# pinned", "unsafe")):
        (finding,) = findings("cache-mount-unused", f"{comment}\n{PIP}{INSTALL}")
        assert finding.fix.safety == safety
