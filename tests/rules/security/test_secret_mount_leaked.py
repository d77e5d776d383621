"""What secret-mount-leaked advises for a secret that stays in a file."""

from __future__ import annotations

import pytest
from judged import said

RULE = "secret-mount-leaked"
WRITE = "RUN --mount=type=secret,id=a echo KEY=$(cat /run/secrets/a) > {}"


@pytest.mark.parametrize(
    ("run", "later", "is_for_run_time"),
    [
        (WRITE.format("/app/.env"), "COPY app.py /app/", True),
        (WRITE.format("/app/.env && make"), "", False),
        (WRITE.format("/app/.env"), "RUN make", False),
        (WRITE.format("/root/.netrc"), "", False),
    ],
)
def test_a_secret_that_no_build_reads_is_given_when_the_container_starts(
    run, later, is_for_run_time
):
    [message] = said(RULE, f"FROM debian:13\n{run}\n{later}\n")
    assert message.endswith("when it starts") is is_for_run_time
