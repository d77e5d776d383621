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
from lightship.shell.commands import Command, Script, Word
from lightship.shell.interpreters import SHELLS, from_first_line
from lightship.shell.parse import parse
from lightship.shell.specs import written
from lightship.shell.wrappers import unwrap
from lightship.text import Mapped, Span

# Commands that run another: the subcommand for it (empty without one), and the options that take a value
_STARTERS: dict[str, tuple[str, frozenset[str]]] = {
    name: (subcommand, frozenset(values.split()))
    for name, subcommand, values in (
        ("poetry", "run", "-C --directory -P --project"),
        ("pipenv", "run", ""),
        ("pdm", "run", "-p --project"),
        ("hatch", "run", "-e --env"),
        ("rye", "run", ""),
        (
            "uv",
            "run",
            """--with --with-editable --with-requirements --extra --group --no-group --only-group --package --project
            --directory -p --python --env-file --index --index-url --extra-index-url --cache-dir --config-file""",
        ),
        ("conda", "run", "-n --name -p --prefix --cwd"),
        ("mamba", "run", "-n --name -p --prefix --cwd"),
        (
            "micromamba",
            "run",
            "-n --name -p --prefix --cwd -a --attach -r --root-prefix",
        ),
        ("pixi", "run", "-e --environment --manifest-path"),
        ("newrelic-admin", "run-program", ""),
        (
            "opentelemetry-instrument",
            "",
            "--traces_exporter --metrics_exporter --logs_exporter --service_name",
        ),
        ("ddtrace-run", "", ""),
        ("catatonit", "", ""),
        ("chamber", "exec", ""),
        (
            "dockerize",
            "",
            "-wait -timeout -wait-retry-interval -template -stdout -stderr -poll",
        ),
    )
}
_OF_PYTHON = frozenset(
    "poetry pipenv pdm hatch rye uv newrelic-admin opentelemetry-instrument ddtrace-run".split()
)
_PYTHON_VALUES = frozenset(("-X", "-W", "--check-hash-based-pycs"))
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
    options. `starters` are the names of the other commands before it. `script` is where the words stand; None where
    that is a file of the context, whose path is `path`. `place` is what to point at in the Dockerfile. `assigned` are
    variables that the script sets for it. `is_branch` says that it is not always started, `is_background` that
    others are started beside it, `takes_more` that the image is made to be given more arguments.
    """

    program: str
    words: tuple[Word, ...]
    interpreter: tuple[Word, ...]
    starters: tuple[str, ...]
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
            or not _OF_PYTHON.isdisjoint(self.starters)
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
        return _Tail(cmd, _all_words(scripts[0].commands[0]))
    return _Tail(cmd, (), scripts)


def _all_words(command: Command) -> tuple[Word, ...]:
    return (
        *(word for wrapper in command.wrappers for word in wrapper.words),
        *command.words,
    )


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
        is_shell = command.name in SHELLS and any(
            inner.outer is command for inner in script.inner
        )
        if command.words and not is_shell:
            pipeline = script.pipeline_of(command)
            here = replace(where, assigned=dict(assigned))
            here.is_branch |= (
                script.inside(command, *_BRANCHES) or pipeline.operator == "||"
            )
            here.is_background |= pipeline.background
            yield from _of_words(here, _all_words(command), own)


def _of_words(
    where: _Place, words: tuple[Word, ...], own: Script | None
) -> Iterator[Launch]:
    """What `words` start; those of CMD are added to an ENTRYPOINT in exec form."""
    is_entry = (
        own is not None
        and own.shell == "exec"
        and where.instruction.keyword == "ENTRYPOINT"
    )
    starters, interpreter, at = _program_at(words)
    if at >= len(words):
        if is_entry:
            yield from _of_tail(where, words)
        return
    if words[at].text in _ALL_ARGUMENTS and where.path:
        yield from _of_tail(where, ())
        return
    if not interpreter and (inside := _of_file(where, words[at:])) is not None:
        yield from inside
        return
    place = where.place or words[at].span
    yield Launch(
        written(words[at]).rpartition("/")[2],
        (*words[at:], *(where.tail.words if is_entry else ())),
        interpreter,
        starters,
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


def _program_at(
    words: tuple[Word, ...],
) -> tuple[tuple[str, ...], tuple[Word, ...], int]:
    """The names of what only starts, the words of Python, and where the program begins."""
    starters: list[str] = []
    at = 0
    while at < len(words):
        wrappers, skipped = unwrap(list(words[at:]))
        starters += [wrapper.name for wrapper in wrappers]
        at += skipped
        name = written(words[at]).rpartition("/")[2]
        start = _after_starter(words, at, name)
        if start is None:
            if not _is_interpreter(name):
                return tuple(starters), (), at
            end = _after_interpreter(words, at + 1)
            return tuple(starters), words[at:end], end
        starters.append(name)
        if (
            start < len(words)
            and name == "uv"
            and written(words[start]) in ("-m", "--module", "-s", "--script")
        ):
            return tuple(starters), words[at : start + 1], start + 1
        if (
            start < len(words)
            and name == "uv"
            and written(words[start]).endswith(".py")
        ):
            return tuple(starters), words[at:start], start
        at = start
    return tuple(starters), (), at


def _is_interpreter(name: str) -> bool:
    return name.rstrip("0123456789.") in ("python", "pypy")


def _after_starter(words: tuple[Word, ...], at: int, name: str) -> int | None:
    """Where the command begins that a starter is given; None where it is none, or does something else."""
    if name in (
        "tini",
        "dumb-init",
    ):  # with nothing behind it: else it has been unwrapped
        return len(words)
    if name not in _STARTERS:
        return None
    subcommand, values = _STARTERS[name]
    at += 1
    while at < len(words):
        text = written(words[at])
        if subcommand and text == subcommand:
            subcommand = ""
        elif text == "--":
            return at + 1
        elif text in ("-m", "--module", "-s", "--script") and name == "uv":
            return at
        elif text.startswith("-"):
            at += text in values
        elif subcommand:
            return None
        else:
            return at
        at += 1
    return None if subcommand else at


def _after_interpreter(words: tuple[Word, ...], at: int) -> int:
    """Where the script or the name of the module stands; the end where there is neither."""
    while at < len(words):
        text = written(words[at])
        if text == "-m":
            return at + 1
        if text.startswith("-c"):
            return len(words)
        if not text.startswith("-") or text == "-":
            return at
        if (
            len(text) > 2
            and text[1] != "-"
            and text.endswith("m")
            and text[1:-1].isalpha()
        ):  # -um
            return at + 1
        at += 2 if text in _PYTHON_VALUES else 1
    return at
