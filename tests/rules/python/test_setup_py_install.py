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


def test_options_of_an_install_command_of_its_own_are_left_to_it():
    text = "FROM python:3.13\nRUN cd /lib && python setup.py install {}\n"
    assert findings("setup-py-install", text.format("--with-parallel")) == []
    assert findings("setup-py-install", text.format("--precompile")) == []
    for option in ("", "--user", "--prefix=/opt", "--root /x --record=a"):
        assert findings("setup-py-install", text.format(option))
