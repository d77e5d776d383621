"""Whether a program that is process 1 acts on SIGTERM, the signal to stop.

The kernel keeps a signal from a process 1 that has no handler for it, so that `exec` gains nothing
for a program without one: `docker stop` kills it after ten seconds as before.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import Context
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
    name = program.name
    if name in _WAITING:
        return False
    if name in _WITH_HANDLER and len(program.words) > 1:
        return True
    if name not in _WITHOUT_HANDLER:
        return None

    # The file is the first argument, or the second after an option
    arguments = program.words[1:3]
    paths = map(written, arguments)
    texts = _texts_of(build, *paths)
    if not texts:
        return None
    return any("SIGTERM" in text for text in texts)


def python_acts(build: Build, call: PythonCall) -> bool | None:
    """Whether a program in Python acts on SIGTERM as process 1; None where no text is known."""
    name = call.name
    if call.kind == "module":
        path = name.replace(".", "/")
        module = f"{path}.py"
        package = f"{path}/__main__.py"
        texts = _texts_of(build, module, package)
    elif call.kind == "file":
        texts = _texts_of(build, name)
    else:
        return None
    if not texts:
        return None
    if name.endswith("manage.py"):
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
            text = context.read(origin)
            return [text or ""]

    endings: list[str] = []
    for path in paths:
        if path.startswith("-"):
            continue
        name = path.removeprefix("./")
        if not name:
            return []
        bare = name.lstrip("/")
        endings.append(f"/{bare}")
    return _texts_that_end(context, tuple(endings))


def _texts_that_end(context: Context, endings: tuple[str, ...]) -> list[str]:
    """The texts of the files whose path ends so."""
    texts: list[str] = []
    for file in context.sent:
        path = f"/{file.path}"
        if path.endswith(endings):
            text = context.read(file.path)
            texts.append(text or "")
    return texts
