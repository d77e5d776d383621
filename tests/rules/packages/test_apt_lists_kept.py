"""What removes the index of apt in the same RUN, beside rm."""

from __future__ import annotations

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULE = next(rule for rule in all_rules() if rule.id == "apt-lists-kept")
TEXT = (
    "FROM debian:trixie-slim\nCOPY cleanup.sh /usr/bin/cleanup.sh\n"
    "RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg"
    " && /usr/bin/cleanup.sh\nCMD ffmpeg\n"
)


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"cleanup.sh": "#!/bin/sh\nrm -rf /var/lib/apt/lists/*\n"}, 0),
        ({"cleanup.sh": "#!/bin/sh\nfind / -name '*.pyc' -delete\n"}, 1),
        # It comes with the base image
        ({}, 0),
    ],
)
def test_a_script_to_clean_up_with_may_remove_it(files, count):
    build = build_of(TEXT, {"a.py": "", **files})
    assert len(lint(build, [RULE])) == count
