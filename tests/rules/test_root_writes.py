"""What the program writes is seen where the call is spread over several lines."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.rules.security.root_user.program_writes import written_beside

TEXT = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ["python3", "app.py"]'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('open(\n    path,\n    "wb",\n)', True),
        ('open(\n    join(dirname(abspath(__file__)), "a"),\n    mode="w",\n)', True),
        ('open(\n    path,\n    "rb",\n)', False),
        ('open(path)\nprint(a, "wb")', False),
        ('open(\n    "/tmp/a",\n    "w",\n)', False),
    ],
)
def test_a_call_over_several_lines_writes_too(source, expected):
    assert written_beside(build_of(TEXT, {"app.py": source})) is expected
