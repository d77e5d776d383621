"""When setup-py-install reports something, and when it is silent."""

from __future__ import annotations

from judged import findings

PYTHON = "FROM python:3.14-slim\n"


def test_setup_py_is_given_what_it_is_built_against():
    text = f"{PYTHON}RUN git clone -b v1 https://example.com/a /a\nWORKDIR /a\n"
    plain = f"{text}RUN python setup.py install"
    (finding,) = findings("setup-py-install", plain)
    assert finding.fix is not None
    torch = f"{text}RUN pip install torch==2.9.1\nRUN python setup.py install"
    (finding,) = findings("setup-py-install", torch)
    assert finding.fix is None
    assert finding.message.endswith("--no-build-isolation")
