"""What ENTRYPOINT and CMD start in the end: programs and their arguments.

`tini -- poetry run gunicorn shop:app` starts gunicorn, and so does an entrypoint script that ends
in `exec "$@"`. Scripts are read where the build context has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.copies.origins import file_of
from lightship.facts.start.launch import Launch
from lightship.facts.start.purpose import start_steps
from lightship.record import record
from lightship.shell.commands import Command, Script, Word
from lightship.shell.interpreters import SHELLS, from_first_line
from lightship.shell.parse import parse
from lightship.shell.programs import program_of
from lightship.shell.shell_options import start_options
from lightship.shell.specs import written
from lightship.text import Mapped, Span

_ALL_ARGUMENTS = frozenset(('"$@"', "$@", '"${@}"', "${@}", "$*", '"$*"'))
# One of them is in each Dockerfile that starts a program in Python
_MARKS = (
    "python",
    "Python",
    "pip",
    "uv",
    "conda",
    "mamba",
    "gunicorn",
    "flask",
    "fastapi",
    "jupyter",
    "daphne",
)
_SHELL_FILES = (".sh", ".bash")
_INTO_FILE = (">", ">>", ">|", "&>", "&>>")
_NO_FILES = ("/dev/", "/proc/", "&")  # how a target begins that is none
_DEEPEST = 3  # scripts that start scripts
_LONGEST_SCRIPT = 1 << 16
_MOST_COMMANDS = 500
_BRANCHES = ("if", "case", "for", "while", "until", "select", "function", "condition")

# `eval $(./print_args.py)`: the script reads what is printed there
_CAPTURING = ("substitution", "process")


@record(eq=False, frozen=False)
class _Tail:
    """What ENTRYPOINT is given: the words of CMD, or its scripts where CMD has a shell."""

    instruction: Instruction | None = None
    words: tuple[Word, ...] = ()
    scripts: tuple[Script, ...] = ()


@record(eq=False, frozen=False)
class _LaunchPlace:
    """Where commands are read from, see Launch."""

    build: Build
    instruction: Instruction
    tail: _Tail
    path: str = ""
    place: Span | None = None
    depth: int = 0
    is_branch: bool = False
    is_background: bool = False
    is_redirected: bool = False
    assigned: dict[str, str | None] = field(default_factory=dict)


@record
class _ShellFile:
    """A shell script of the build context."""

    path: str
    text: str


def launches(build: Build) -> tuple[Launch, ...]:
    """The programs that the image starts, in their order.

    There are none where the Dockerfile does not speak of Python at all.
    """
    text = build.dockerfile.text
    if not any(mark in text for mark in _MARKS):
        return ()
    return build.once(_launches)


def _launches(build: Build) -> tuple[Launch, ...]:
    steps = start_steps(build)
    if not steps:
        return ()
    if build.final is None:
        return ()
    first = steps[0].instruction
    tail = _Tail()
    takes_cmd = first.form == "exec"
    if takes_cmd and len(steps) > 1:
        cmd = steps[1].instruction
        tail = _tail_of(build, cmd)

    where = _LaunchPlace(build, first, tail)
    started: list[Launch] = []
    for script in build.scripts(first):
        found = _of_script(where, script, script)
        started.extend(found)
    return tuple(started)


def _tail_of(build: Build, cmd: Instruction) -> _Tail:
    scripts = build.scripts(cmd)
    if cmd.form != "exec":
        return _Tail(cmd, (), scripts)
    if len(scripts) != 1:
        return _Tail(cmd, (), scripts)
    command = scripts[0].commands[0]
    return _Tail(cmd, command.all_words)


def _of_script(
    where: _LaunchPlace, script: Script, own: Script | None
) -> Iterator[Launch]:
    """Those of a script; `own` is the script in the Dockerfile that the words stand in."""
    assigned = dict(where.assigned)
    handing_over = [inner.outer for inner in script.inner]
    for command in script.commands[:_MOST_COMMANDS]:
        assigned.update(_assigned_by(command))
        if not command.words or command in handing_over:
            continue

        so_far = dict(assigned)
        here = replace(where, assigned=so_far)
        if script.pipeline_of(command).operator == "||":
            here.is_branch = True
        if script.inside(command, *_BRANCHES):
            here.is_branch = True
        if script.in_background(command):
            here.is_background = True
        if _goes_to_file(command):
            here.is_redirected = True
        if script.inside(command, *_CAPTURING):
            here.is_redirected = True
        yield from _of_words(here, command.all_words, own)


def _goes_to_file(command: Command) -> bool:
    """Whether its standard output is written to a file."""
    for redirect in command.redirects:
        if redirect.fd not in (None, 1):
            continue
        if redirect.operator not in _INTO_FILE:
            continue
        if redirect.target is None:
            continue
        target = written(redirect.target)
        if not target.startswith(_NO_FILES):
            return True
    return False


def _assigned_by(command: Command) -> Iterator[tuple[str, str | None]]:
    """The variables that hold from a command on, or for it."""
    for assignment in command.assignments:
        yield assignment.name, assignment.value
    if command.name not in ("export", "readonly"):
        return
    for word in command.args:
        text = written(word)
        name, equals, value = text.partition("=")
        if equals:
            yield name, value


def _of_words(
    where: _LaunchPlace, words: tuple[Word, ...], own: Script | None
) -> Iterator[Launch]:
    """What `words` start; those of CMD are added to an ENTRYPOINT in exec form."""
    is_entrypoint = _is_exec_entrypoint(where, own)
    program = program_of(words)
    if not program.words:
        if is_entrypoint:
            yield from _of_tail(where, words)
        return

    first = program.words[0]
    if where.path and first.text in _ALL_ARGUMENTS:
        yield from _of_tail(where, ())
        return
    handed_over = _script_in(program.words)
    if handed_over:
        yield from _of_handed_over(where, first, handed_over)
        return
    if not program.interpreter:
        inside = _of_file(where, program.words)
        if inside is not None:
            yield from inside
            return

    program_words = program.words
    takes_more = False
    if is_entrypoint:
        program_words = (*program.words, *where.tail.words)
        takes_more = where.tail.instruction is None
    yield Launch(
        program.name,
        program_words,
        program.interpreter,
        program.starters,
        program.is_module,
        where.instruction,
        own,
        where.path,
        where.place or first.span,
        where.assigned,
        where.is_branch,
        where.is_background,
        takes_more,
        where.is_redirected,
    )


def _is_exec_entrypoint(where: _LaunchPlace, own: Script | None) -> bool:
    """Whether words stand in an ENTRYPOINT that is given those of CMD."""
    if own is None or own.shell != "exec":
        return False
    return where.instruction.keyword == "ENTRYPOINT"


def _of_tail(where: _LaunchPlace, words: tuple[Word, ...]) -> Iterator[Launch]:
    """What CMD starts, after `words` that start whatever follows."""
    tail = where.tail
    cmd = tail.instruction
    if cmd is None or where.depth >= _DEEPEST:
        return

    inner = replace(
        where,
        instruction=cmd,
        tail=_Tail(),
        path="",
        place=None,
        depth=where.depth + 1,
    )
    if tail.words:
        scripts = where.build.scripts(cmd)
        all_words = (*words, *tail.words)
        yield from _of_words(inner, all_words, scripts[0])
    for script in tail.scripts:
        yield from _of_script(inner, script, script)


def _script_in(words: tuple[Word, ...]) -> str:
    """The script that a shell is given in its words, as by `poetry run bash -c '…'`.

    Where the shell stands alone, the reader of scripts has read it already.
    """
    shell, *arguments = map(written, words)
    if basename(shell) not in SHELLS:
        return ""
    _, at = start_options(arguments)
    if at is None or at >= len(arguments):
        return ""
    return arguments[at]


def _of_handed_over(where: _LaunchPlace, shell: Word, text: str) -> Iterator[Launch]:
    """What a script starts that a shell is given in one of its words."""
    if where.depth >= _DEEPEST:
        return
    if len(text) > _LONGEST_SCRIPT:
        return
    place = where.place or shell.span
    depth = where.depth + 1
    inner = replace(where, place=place, depth=depth)
    source = Mapped.plain(text, 0)
    script = parse(source, "sh")
    yield from _of_script(inner, script, None)


def _of_file(where: _LaunchPlace, words: tuple[Word, ...]) -> list[Launch] | None:
    """What a script of the build context starts.

    None where the first word is none, and does not look like one.
    """
    words = _after_shell(words)
    first = words[0]
    path = written(first)
    if first.value is not None:
        script = _script_at(where.build, path)
        if script is not None:
            return _of_script_file(where, words, script)

    is_script = path.endswith(_SHELL_FILES)
    name = basename(path)
    if not is_script and "entrypoint" not in name:
        return None
    if file_of(where.build, path):
        return []  # in another language, or too long

    # A script that is not known: what it is given is what it starts, if anything
    given = _given_to_script(words)
    if not given:
        return list(_of_tail(where, ()))
    own = None
    if not where.path:
        scripts = where.build.scripts(where.instruction)
        own = scripts[0]
    return list(_of_words(where, given, own))


def _after_shell(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The script and its arguments, where `sh -x script` starts it."""
    program = written(words[0])
    if basename(program) not in SHELLS:
        return words
    arguments = words[1:]
    for at, word in enumerate(arguments):
        text = written(word)
        if not text.startswith("-"):
            return arguments[at:]
    return words


def _of_script_file(
    where: _LaunchPlace, words: tuple[Word, ...], file: _ShellFile
) -> list[Launch]:
    """What a script of the build context starts."""
    if where.depth >= _DEEPEST:
        return []

    arguments = words[1:]
    tail = where.tail
    if arguments:
        tail = _Tail(where.instruction, arguments)
    place = where.place or words[0].span
    inner = replace(
        where,
        tail=tail,
        path=file.path,
        place=place,
        depth=where.depth + 1,
    )
    source = Mapped.plain(file.text, 0)
    script = parse(source, "sh")
    started = _of_script(inner, script, None)
    return list(started)


def _given_to_script(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The command in the arguments of a script that is not known, such as an entrypoint."""
    for at, word in enumerate(words):
        given = words[at + 1 :]
        if given and written(word) == "--":
            return given
    script = written(words[0])
    if "entrypoint" not in script:
        return ()
    last = written(words[-1])
    if last.startswith("-"):
        return ()
    return words[1:]


def _script_at(build: Build, path: str) -> _ShellFile | None:
    """The shell script of the build context that a command names."""
    origin = file_of(build, path)
    if not origin or build.context is None:
        return None
    text = build.context.read(origin)
    if text is None:
        return None
    if len(text) > _LONGEST_SCRIPT:
        return None
    if not _is_shell(path, text):
        return None
    return _ShellFile(origin, text)


def _is_shell(path: str, text: str) -> bool:
    interpreter = from_first_line(text)
    if interpreter is not None:
        return interpreter.known
    if not path.endswith(_SHELL_FILES):
        return False
    return "\0" not in text
