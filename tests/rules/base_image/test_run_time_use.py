"""What a program needs of the full image only while it runs."""

from __future__ import annotations

import pytest
from judged import said

RULE = "full-base-image"
TEXT = (
    "FROM python:3.12\n{}COPY app.py /app/\nUSER 10001\nCMD ['python', '/app/app.py']"
)


@pytest.mark.parametrize(
    ("code", "run", "count"),
    [
        ("import flask\n", "", 1),
        ("import torch\nf = torch.compile(f)\n", "", 0),
        (
            "import torch\nf = torch.compile(f)\n",
            "RUN apt-get update && apt-get install -y gcc\n",
            1,
        ),
        ("from torch.utils import cpp_extension\n", "", 0),
        ("from ctypes.util import find_library\na = find_library('gomp')\n", "", 0),
        ("from ctypes.util import find_library\na = find_library('c')\n", "", 1),
        ("import tkinter as tk\n", "", 0),
        ("import tkinter as tk\n", "RUN apt-get update && apt-get install -y tk\n", 1),
        ("import pytk\n", "", 1),
    ],
)
def test_a_compiler_or_a_library_that_the_program_looks_for(code, run, count):
    assert len(said(RULE, TEXT.format(run), {"app.py": code})) == count
