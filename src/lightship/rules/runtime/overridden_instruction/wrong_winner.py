"""Whether the CMD that is overridden is the one that works, or the one that compose starts."""

from __future__ import annotations

import re

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.copies.origins import origin_of
from lightship.facts.start.built_services import built_services
from lightship.facts.start.made_scripts import script_started
from lightship.facts.start.really_started import commands_of
from lightship.facts.start.servers import server_of
from lightship.facts.start.started import paths_of, started
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.specs import written

# Whatever may start a server, or hand over to what does
_MAY_SERVE = regex(
    r"__main__|\bmain\(|\.\w*(?:run|serve|start|listen)\w*\(|\bserve\b|\b(?:os\.)?exec"
)


def why_it_should_win(build: Build, earlier: Step, later: Step) -> str:
    """Why the earlier CMD seems to be the one that is meant; empty where nothing says so."""
    if earlier.instruction.keyword != "CMD":
        return ""
    serving = _only_command(build, earlier)
    other = _only_command(build, later)
    if serving is None or other is None or server_of(serving) is None:
        return ""
    if server_of(other) is not None:
        return ""

    if _is_started_instead(build, serving, other):
        return "compose starts this one"
    script = _script_without_server(build, later)
    return f"{script} starts no server" if script else ""


def _only_command(build: Build, step: Step) -> Command | None:
    """The command of a CMD with one."""
    for script in build.scripts(step.instruction)[:1]:
        if len(script.commands) == 1 and script.commands[0].words:
            return script.commands[0]
    return None


def _is_started_instead(build: Build, serving: Command, other: Command) -> bool:
    """Whether services give a command of their own, and it is the earlier one's program."""
    # With its application: a service of another directory may start the same server
    start = [re.escape(written(word)) for word in serving.words[:2]]
    name = regex(r"[\s\"',]+".join(start))
    words = re.escape(written(other.words[0]))
    others = regex(rf"(?<![\w.-]){words}(?![\w-])")
    commands = [" ".join(commands_of(service)) for service in built_services(build)]
    if not any(map(name.search, commands)):
        return False
    return not any(map(others.search, commands))


def _script_without_server(build: Build, later: Step) -> str:
    """The Python file of the context that the later CMD runs and that only defines things."""
    context = build.context
    if context is None:
        return ""
    for start in started(build):
        script = script_started(start) if start.step is later else None
        if script is None:
            continue
        for path in paths_of(build, script):
            origin = origin_of(build, later.instruction, path) or ""
            text = context.read(origin) if origin.endswith(".py") else None
            if text is not None and _MAY_SERVE.search(text) is None:
                return origin
    return ""
