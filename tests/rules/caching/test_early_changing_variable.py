"""What the examples of early-changing-variable leave out."""

from __future__ import annotations

import pytest
from judged import said
from made import fixed

from lightship.lint.examples import build_of
from lightship.rules.caching.early_changing_variable import RULE
from lightship.rules.caching.early_changing_variable.changing import early_variables

INSTALL = "RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    "name",
    """GIT_SHA GIT_COMMIT COMMIT COMMIT_SHA CI_COMMIT_SHA GITHUB_SHA VCS_REF REVISION BUILD_DATE BUILD_NUMBER BUILD_ID
    CI_PIPELINE_ID GITHUB_RUN_ID VERSION APP_VERSION RELEASE GIT_TAG build_date""".split(),
)
def test_names_of_what_changes(name):
    assert list(early_variables(build_of(f"ARG {name}\n{INSTALL}")))


@pytest.mark.parametrize(
    "name",
    """PYTHON_VERSION CACHEBUST NODE_SHA256 LLAMA_CPP_COMMIT SOURCE_DATE_EPOCH CI USER_ID BUILD_TYPE GIT_VERSION
    TARGETARCH HTTP_PROXY""".split(),
)
def test_names_of_what_stays(name):
    assert not list(early_variables(build_of(f"ARG {name}\n{INSTALL}")))


def test_comments_and_line_ends_move_along():
    text = f"FROM debian:trixie-slim\r\n# Who\r\nARG GIT_SHA\r\n\r\n# floating\r\n\r\nENV SHA=$GIT_SHA\r\n{INSTALL}\r\n"
    moved = f"FROM debian:trixie-slim\r\n\r\n# floating\r\n\r\n{INSTALL}\r\n# Who\r\nARG GIT_SHA\r\nENV SHA=$GIT_SHA\r\n"
    assert fixed(RULE, text) == moved


UPGRADE = "RUN apt-get update && apt-get install -y git"
EARLY = "early-changing-variable"


@pytest.mark.parametrize(
    "start",
    [
        "ARG VERSION\nENV VERSION master",
        "ARG GITHUB_BRANCH=main",
        "ARG GIT_BRANCH",
        "ARG COMMIT\nCOPY dist/app.tar.gz /tmp/",
        "ARG COMMIT\nCOPY app-1.0-py3-none-any.whl /tmp/",
    ],
)
def test_what_does_not_change_or_changes_anyway_is_not_early(start):
    assert said(EARLY, f"{start}\n{UPGRADE}") == []


def test_a_branch_that_has_to_be_given_is_early():
    assert said(EARLY, f"ARG GIT_BRANCH=unknown\n{UPGRADE}")


@pytest.mark.parametrize(
    ("given", "is_known", "count"),
    [((), False, 1), (("COMMIT",), True, 1), ((), True, 0)],
)
def test_what_no_build_of_the_repository_gives_never_changes(given, is_known, count):
    names = frozenset(given)
    text = f"ARG COMMIT\n{UPGRADE}"
    messages = said(EARLY, text, given_args=names, are_args_known=is_known)
    assert len(messages) == count


def test_of_what_an_overwritten_variable_has_left_nothing_is_said():
    text = f"FROM debian:13\nARG VERSION\nENV G=VERSION\nENV VERSION=1\n{INSTALL}"
    assert said("early-changing-variable", text) == []
