"""Whether a program that is process 1 acts on SIGTERM, the signal to stop.

The kernel keeps a signal from a process 1 that has no handler for it, so that `exec` gains nothing
for a program without one: `docker stop` kills it after ten seconds as before.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.start.servers import ignores_stop, server_of
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.programs import program_of
from lightship.shell.python_calls import PythonCall, python_call
from lightship.shell.specs import written

# What handles SIGTERM in a program of Python: itself, or a server, a framework of bots or a
# reloader that it runs
_IN_PYTHON = regex(
    r"\bSIGTERM\b|\badd_signal_handler\b|\buvicorn\.(?:run|Server)\b"
    r"|\b(?:import|from)[ \t]+(?:gunicorn|hypercorn|granian|sanic)\b|\brun_app\("
    r"|\b(?:run_polling|start_polling|worker_main)\(|\.idle\(|\bCrawlerProcess\b"
    r"|\breactor\.run\(|\.run\([^)]{0,300}\b(?:debug|use_reloader)[ \t]*=[ \t]*True"
)
# Their run-time systems handle it
_WITH_HANDLER = frozenset({"java", "dotnet"})
# These set no handler unless the program does
_WITHOUT_HANDLER = frozenset({"node", "bun", "deno", "php", "ruby"})
_WAITING = frozenset({"tail", "sleep"})


def acts_on_stop(build: Build, command: Command) -> bool | None:
    """Whether what a command starts acts on SIGTERM as process 1; None where that is not known."""
    server = server_of(command)
    if server == "uwsgi":
        # Few images start it
        from lightship.facts.start.uwsgi_signals import uwsgi_acts_on_stop  # noqa: PLC0415

        return uwsgi_acts_on_stop(build, command)
    if server is not None:
        return not ignores_stop(command, server)
    program = program_of(command.words)
    call = python_call((*program.interpreter, *program.words))
    if call is not None:
        return python_acts(build, call)
    if program.name in _WAITING:
        return False
    if program.name in _WITH_HANDLER and len(program.words) > 1:
        return True
    if program.name in _WITHOUT_HANDLER:
        texts = _texts_of(build, *map(written, program.words[1:3]))
        return any("SIGTERM" in text for text in texts) if texts else None
    return None


def python_acts(build: Build, call: PythonCall) -> bool | None:
    """Whether a program in Python acts on SIGTERM as process 1; None where no text is known."""
    if call.kind == "module":
        path = call.name.replace(".", "/")
        texts = _texts_of(build, f"{path}.py", f"{path}/__main__.py")
    elif call.kind == "file":
        texts = _texts_of(build, call.name)
    else:
        return None
    if not texts:
        return None
    if call.name.endswith("manage.py"):
        return False  # its servers are known by their names
    return any(map(_IN_PYTHON.search, texts))


def python_file_acts(text: str) -> bool:
    """Whether a file of Python has something that handles SIGTERM."""
    return _IN_PYTHON.search(text) is not None


def _texts_of(build: Build, *paths: str) -> list[str]:
    """The text of the file in the image, or of all that may be it by the end of their path."""
    context = build.context
    if context is None:
        return []
    for path in paths:
        origin = file_of(build, path)
        if origin:
            return [context.read(origin) or ""]
    names = tuple(path.removeprefix("./") for path in paths if not path.startswith("-"))
    if not all(names) or not names:
        return []
    return [
        context.read(file.path) or ""
        for file in context.sent
        if f"/{file.path}".endswith(tuple(f"/{name.lstrip('/')}" for name in names))
    ]
