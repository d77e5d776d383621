"""When ownership-changed-after-copy reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, severities

from lightship.lint.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    ("size", "expected"), [(9_000_000, []), (20_000_000, [WARNING])]
)
def test_a_second_copy_of_a_few_megabytes_is_not_worth_a_word(size, expected):
    text = (
        f"{PYTHON}RUN useradd app\nCOPY . /app\nRUN chown -R app /app\nUSER app\n{APP}"
    )
    found = severities("ownership-changed-after-copy", text, {"a": "x" * size})
    assert found == expected


def test_a_user_of_the_build_stage_does_not_own_files_of_the_final_one():
    build = "FROM python:3.13 AS build\n{}\nWORKDIR /app\nFROM python:3.13-slim\n"
    text = (
        "COPY --from=build /venv /app\nRUN adduser --disabled-password app\nUSER app\n"
        f"WORKDIR /tmp\nUSER root\nRUN chown -R app:app /app\nUSER app\n{APP}"
    )
    user = "RUN adduser --disabled-password app"
    (same,) = findings("ownership-changed-after-copy", build.format("") + text)
    (made,) = findings("ownership-changed-after-copy", build.format(user) + text)
    assert made.fix is None or len(made.fix.edits) == len(same.fix.edits)
