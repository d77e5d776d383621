"""A program that the image starts: its words, and where they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.dockerfile.tree import Instruction
from lightship.record import record
from lightship.shell.commands import Script, Word
from lightship.shell.specs import written
from lightship.shell.starter import Starter
from lightship.text import Span

# Programs that are Python, by the commands that their distributions install
_PROGRAMS = frozenset(
    """gunicorn uvicorn hypercorn daphne granian waitress-serve flask quart litestar sanic fastapi
    celery django-admin manage.py streamlit jupyter jupyter-lab jupyter-notebook mlflow
    airflow superset dagster dagster-webserver prefect rq rqworker dramatiq huey_consumer
    huey_consumer.py arq scrapy chainlit panel bokeh""".split()
)
# Options before a subcommand that take a value
_WITH_VALUE = {
    "flask": ("--app", "-A", "--env-file", "-e"),
    "quart": ("--app", "-A"),
    "litestar": ("--app", "--app-dir"),
    "celery": ("--app", "-A", "--broker", "-b", "--workdir", "--config"),
    "manage.py": ("--settings", "--pythonpath", "--verbosity", "-v"),
    "django-admin": ("--settings", "--pythonpath", "--verbosity", "-v"),
}


@record(eq=False)
class Launch:
    """One program that the image starts.

    `words` are the program and its arguments: for `python app.py` they begin with `app.py`, for
    `python -m flask` with `flask`. `program` is the name of the first, without a path.
    `interpreter` are the words of Python itself, with its options; `is_module` says that it is
    given a module. `starters` are the other commands before it.

    `script` is where the words stand; None where that is a file of the build context, whose path is
    `path`, or one word of the command that a shell is given as its script. `place` is what to point
    at in the Dockerfile. `assigned` are variables that the script sets for it.

    `is_branch` says that it is not always started, `is_background` that others are started beside
    it, and `takes_more` that the image is made to be given more arguments. `is_redirected` says
    that a script sends its standard output to a file, or reads it itself.
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
    is_redirected: bool = False

    @property
    def is_python(self) -> bool:
        """Whether it surely is a program in Python."""
        if self.interpreter:
            return True
        if self.program in _PROGRAMS:
            return True
        return any(starter.is_python for starter in self.starters)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(written(word) for word in self.words)

    @property
    def subcommand(self) -> str:
        """The first argument that is not an option: `run` for `flask --app shop run`."""
        with_value = _WITH_VALUE.get(self.program, ())
        before = self.program
        for text in self.texts[1:]:
            if not text.startswith("-") and before not in with_value:
                return text
            before = text
        return ""

    @property
    def has_hidden_options(self) -> bool:
        """Whether a word of it may stand for any options: `$GUNICORN_OPTS`."""
        before = self.words[0]
        for word in self.words[1:]:
            is_unknown = word.value is None and not word.prefix
            if is_unknown and not before.text.startswith("-"):
                return True
            before = word
        return False

    def has(self, *names: str) -> bool:
        """Whether an option of one of those names is given."""
        for text in self.texts[1:]:
            name, _, _ = text.partition("=")
            if name in names:
                return True
        return False

    def values(self, *names: str) -> Iterator[tuple[str, Word]]:
        """The values of an option, and their words.

        An option may be written `--bind x`, `--bind=x`, `-b x` and `-bx`.
        """
        arguments = self.words[1:]
        for at, word in enumerate(arguments):
            text = written(word)
            for name in names:
                start = f"{name}="
                is_short = len(name) == 2
                if text == name:
                    for after in arguments[at + 1 : at + 2]:
                        yield written(after), after
                elif text.startswith(start):
                    yield text.removeprefix(start), word
                elif is_short and text.startswith(name):
                    yield text.removeprefix(name), word
