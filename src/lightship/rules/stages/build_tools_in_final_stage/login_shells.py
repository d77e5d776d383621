"""Login shells in a container: /etc/profile sets PATH again, without what ENV has added."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.container_lines import container_lines
from lightship.facts.start.start_scripts import start_scripts
from lightship.regex import regex

# `bash -lc "alembic upgrade head"`, `su - app`; `shell: bash -l {0}` is a step of a workflow
_SHELL = regex(
    r"(?<![\w.-])(?:ba|da|a|z|k)?sh[\"',\s]+(?:-[a-zA-Z]+[\"',\s]+){0,3}"
    r"(?:-[a-km-zA-KM-Z]*l[a-zA-Z]*|--login)(?![\w-])(?!\s*\{0\})"
)
_SU = regex(r"(?<![\w.-])su[\"',\s]+(?:-[\"',\s]|-l\b|--login\b)")
# It starts its commands with a PATH of its own
_CRON = regex(r"(?<![\w./-])(?:crond?|crontab)(?![\w-]|\.\w)")


def uses_login_shell(build: Build) -> bool:
    """Whether a command in a container looks for programs along the PATH of the system alone."""
    texts = [step.instruction.line.text for step in build.shipped_steps]
    scripts = start_scripts(build)
    texts += filter(None, scripts)
    if any(map(_CRON.search, texts)):
        return True
    lines = container_lines(build)
    texts += lines or ()
    return any(map(_starts_login_shell, texts))


def _starts_login_shell(text: str) -> bool:
    if _SHELL.search(text):
        return True
    return _SU.search(text) is not None
