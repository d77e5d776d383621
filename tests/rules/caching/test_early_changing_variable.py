"""What the examples of early-changing-variable leave out."""

from __future__ import annotations

import pytest
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
