"""Installs by setup.py, which may compile what they fetch."""

from __future__ import annotations

from lightship.build import Build
from lightship.shell.python_calls import is_python

_SETUP_ACTIONS = frozenset({"build", "build_ext", "develop", "install"})


def last_setup_py(build: Build) -> int:
    """Where the last `python setup.py install` stands; -1 without one.

    setuptools fetches what is required and builds it: easy_install takes no wheel before 38.2.
    """
    last = -1
    for call in build.commands():
        command = call.command
        if call.instruction not in build.shipped or not is_python(command.name):
            continue
        texts = command.argument_texts[:2]
        if texts[:1] == ["setup.py"] and _SETUP_ACTIONS.issuperset(texts[1:]):
            last = command.span.start
    return last
