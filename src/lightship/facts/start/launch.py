"""What ENTRYPOINT and CMD start in the end: the program and its arguments, behind all that only starts it.

`tini -- poetry run gunicorn shop:app` starts gunicorn, and so does an entrypoint script that ends in `exec "$@"`.
Scripts are read where the build context has them. Sources for what the starters take before the command: the command
line references of Python, uv, Poetry, PDM, Pipenv, Hatch and conda, and the pages of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.copies.origins import file_of
from lightship.facts.start.purpose import start_steps
from lightship.record import record
from lightship.shell.commands import Script, Word
from lightship.shell.interpreters import SHELLS, from_first_line
from lightship.shell.parse import parse
from lightship.shell.programs import program_of
from lightship.shell.specs import written
from lightship.shell.starters import Starter
from lightship.text import Mapped, Span

_ALL_ARGUMENTS = frozenset(('"$@"', "$@", '"${@}"', "${@}", "$*", '"$*"'))
# Programs that are Python, by the commands that their distributions install
_PROGRAMS = frozenset(
    """gunicorn uvicorn hypercorn daphne granian waitress-serve flask quart litestar sanic fastapi celery django-admin
    manage.py streamlit jupyter jupyter-lab jupyter-notebook mlflow airflow superset dagster dagster-webserver prefect
    rq rqworker dramatiq huey_consumer huey_consumer.py arq scrapy chainlit panel bokeh""".split()
)
# Options before a subcommand that take a value
_VALUES = {
    "flask": ("--app", "-A", "--env-file", "-e"),
    "quart": ("--app", "-A"),
    "litestar": ("--app", "--app-dir"),
    "celery": ("--app", "-A", "--broker", "-b", "--workdir", "--config"),
    "manage.py": ("--settings", "--pythonpath", "--verbosity", "-v"),
    "django-admin": ("--settings", "--pythonpath", "--verbosity", "-v"),
}
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
_DEEPEST = 3  # scripts that start scripts
_LONGEST_SCRIPT = 1 << 16
_MOST_COMMANDS = 500
_BRANCHES = ("if", "case", "for", "while", "until", "select", "function", "condition")


@record(eq=False)
class Launch:
    """One program that the image starts.

    `words` are the program and its arguments: for `python app.py` they begin with `app.py`, for `python -m flask` with
    `flask`. `program` is the name of the first, without a path. `interpreter` are the words of Python itself, with its
    options; `is_module` says that it was given a module. `starters` are the other commands before it. `script` is where the words stand; None where
    that is a file of the context, whose path is `path`. `place` is what to point at in the Dockerfile. `assigned` are
    variables that the script sets for it. `is_branch` says that it is not always started, `is_background` that
    others are started beside it, `takes_more` that the image is made to be given more arguments.
    """

    program: str
    words: tuple[Word, ...]
    interpreter: tuple[Word, ...]
    starters: tuple[Starter, ...]
    is_module: bool
    instruction: Instruction
    script: Script | None
    path: str
    place: Span
    assigned: Mapping[str, str | None]
    is_branch: bool
    is_background: bool
    takes_more: bool

    @property
    def is_python(self) -> bool:
        """Whether it surely is a program in Python."""
        return (
            bool(self.interpreter)
            or self.program in _PROGRAMS
            or any(starter.is_python for starter in self.starters)
        )

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(written(word) for word in self.words)

    @property
    def subcommand(self) -> str:
        """The first argument that is no option: `run` for `flask --app shop run`."""
        texts = self.texts[1:]
        values = _VALUES.get(self.program, ())
        pairs = zip(texts, (self.program, *texts), strict=False)
        return next(
            (
                text
                for text, before in pairs
                if text[:1] != "-" and before not in values
            ),
            "",
        )

    @property
    def has_hidden_options(self) -> bool:
        """Whether a word of it may stand for any options: `$GUNICORN_OPTS`."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return any(
            word.value is None and not word.prefix and before.text[:1] != "-"
            for before, word in pairs
        )

    def has(self, *names: str) -> bool:
        return any(text.partition("=")[0] in names for text in self.texts[1:])

    def values(self, *names: str) -> Iterator[tuple[str, Word]]:
        """The values of an option in each of its ways: `--bind x`, `--bind=x`, `-b x`, `-bx`; and their words."""
        for word, after in zip(self.words[1:], (*self.words[2:], None), strict=False):
            text = written(word)
            for name in names:
                if text == name:
                    if after is not None:
                        yield written(after), after
                elif text.startswith(f"{name}="):
                    yield text[len(name) + 1 :], word
                elif len(name) == 2 and text.startswith(name) and text[2:]:
                    yield text[2:], word


@record(eq=False, frozen=False)
class _Tail:
    """What ENTRYPOINT is given: the words of CMD, or its script where CMD has a shell; and CMD itself."""

    instruction: Instruction | None = None
    words: tuple[Word, ...] = ()
    scripts: tuple[Script, ...] = ()


@record(eq=False, frozen=False)
class _Place:
    """Where commands are read from, see Launch."""

    build: Build
    instruction: Instruction
    tail: _Tail
    path: str = ""
    place: Span | None = None
    depth: int = 0
    is_branch: bool = False
    is_background: bool = False
    assigned: dict[str, str | None] = field(default_factory=dict)


def launches(build: Build) -> tuple[Launch, ...]:
    """The programs that the image starts, in their order; none where the Dockerfile does not speak of Python at all."""
    return (
        build.once(_find)
        if any(mark in build.dockerfile.text for mark in _MARKS)
        else ()
    )


def _find(build: Build) -> tuple[Launch, ...]:
    steps = start_steps(build)
    if not steps or build.final is None:
        return ()
    first, tail = steps[0].instruction, _Tail()
    if len(steps) > 1 and first.form == "exec":
        tail = _tail(build, steps[1].instruction)
    where = _Place(build, first, tail)
    return tuple(
        found
        for script in build.scripts(first)
        for found in _of_script(where, script, script)
    )


def _tail(build: Build, cmd: Instruction) -> _Tail:
    scripts = build.scripts(cmd)
    if cmd.form == "exec" and len(scripts) == 1:
        return _Tail(cmd, scripts[0].commands[0].all_words)
    return _Tail(cmd, (), scripts)


def _of_script(where: _Place, script: Script, own: Script | None) -> Iterator[Launch]:
    """Those of a script; `own` is the script in the Dockerfile that the words stand in."""
    assigned = dict(where.assigned)
    for command in script.commands[:_MOST_COMMANDS]:
        assigned.update(
            {assignment.name: assignment.value for assignment in command.assignments}
        )
        if command.name in ("export", "readonly"):
            pairs = (written(word).partition("=") for word in command.args)
            assigned.update({name: value for name, equals, value in pairs if equals})
        hands_over = any(inner.outer is command for inner in script.inner)
        if command.words and not hands_over:
            pipeline = script.pipeline_of(command)
            here = replace(where, assigned=dict(assigned))
            here.is_branch |= (
                script.inside(command, *_BRANCHES) or pipeline.operator == "||"
            )
            here.is_background |= pipeline.background
            yield from _of_words(here, command.all_words, own)


def _of_words(
    where: _Place, words: tuple[Word, ...], own: Script | None
) -> Iterator[Launch]:
    """What `words` start; those of CMD are added to an ENTRYPOINT in exec form."""
    is_entry = (
        own is not None
        and own.shell == "exec"
        and where.instruction.keyword == "ENTRYPOINT"
    )
    program = program_of(words)
    if not program.words:
        if is_entry:
            yield from _of_tail(where, words)
        return
    first = program.words[0]
    if first.text in _ALL_ARGUMENTS and where.path:
        yield from _of_tail(where, ())
        return
    if not program.interpreter:
        inside = _of_file(where, program.words)
        if inside is not None:
            yield from inside
            return
    added = where.tail.words if is_entry else ()
    place = where.place or first.span
    yield Launch(
        program.name,
        (*program.words, *added),
        program.interpreter,
        program.starters,
        program.is_module,
        where.instruction,
        own,
        where.path,
        place,
        where.assigned,
        where.is_branch,
        where.is_background,
        takes_more=is_entry and where.tail.instruction is None,
    )


def _of_tail(where: _Place, words: tuple[Word, ...]) -> Iterator[Launch]:
    """What CMD starts, behind `words` that start whatever follows."""
    tail = where.tail
    if tail.instruction is None or where.depth >= _DEEPEST:
        return
    inner = replace(
        where,
        instruction=tail.instruction,
        tail=_Tail(),
        path="",
        place=None,
        depth=where.depth + 1,
    )
    if tail.words:
        yield from _of_words(
            inner, (*words, *tail.words), where.build.scripts(tail.instruction)[0]
        )
    for script in tail.scripts:
        yield from _of_script(inner, script, script)


def _of_file(where: _Place, words: tuple[Word, ...]) -> list[Launch] | None:
    """What a script of the build context starts; None where the first word is none, and does not look like one."""
    named = [word for word in words if written(word)[:1] != "-"]
    if written(words[0]).rpartition("/")[2] in SHELLS and len(named) > 1:
        words = words[words.index(named[1]) :]
    path = written(words[0])
    origin, text = (
        _script(where.build, path) if words[0].value is not None else ("", None)
    )
    if text is not None:
        tail = _Tail(where.instruction, words[1:]) if len(words) > 1 else where.tail
        inner = replace(
            where,
            tail=tail,
            path=origin,
            place=where.place or words[0].span,
            depth=where.depth + 1,
        )
        script = parse(Mapped.plain(text, 0), "sh")
        return list(_of_script(inner, script, None)) if inner.depth <= _DEEPEST else []
    if (
        not path.endswith((".sh", ".bash"))
        and "entrypoint" not in path.rpartition("/")[2]
    ):
        return None
    if file_of(where.build, path):
        return []  # in another language, or too long
    # A script that is not known: what it is given is what it starts, if anything
    rest = next(
        (words[at + 1 :] for at, word in enumerate(words) if written(word) == "--"), ()
    )
    rest = rest or (
        words[1:] if "entrypoint" in path and written(words[-1])[:1] != "-" else ()
    )
    if rest:
        return list(
            _of_words(
                where,
                rest,
                None if where.path else where.build.scripts(where.instruction)[0],
            )
        )
    return list(_of_tail(where, ()))


def _script(build: Build, path: str) -> tuple[str, str | None]:
    """The shell script of the context that a command names, and its text."""
    origin = file_of(build, path)
    text = build.context.read(origin) if origin and build.context is not None else None
    if text is None or len(text) > _LONGEST_SCRIPT or not _is_shell(path, text):
        return "", None
    return origin, text


def _is_shell(path: str, text: str) -> bool:
    found = from_first_line(text)
    return (
        found.known
        if found is not None
        else path.endswith((".sh", ".bash")) and "\0" not in text
    )
