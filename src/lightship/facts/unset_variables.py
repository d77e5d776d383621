"""The variables that an instruction uses and that nothing sets: what the text says of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from posixpath import basename
from typing import TYPE_CHECKING

from lightship.base_images.environment import is_unset
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.evaluation.dispatch import Step
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.facts.start.launch import Launch

_USE = regex(r"\$(?:\{(\w+)(:?[-+])?[^}\n]*\}?|(\w+))")
_VARIABLE = regex(r"\$(?:\{[^}]*\}|\w+)")
_SELF_REFERENCE = regex(r"(?<!\S)(\w+)=\S*\$\{?\1\b")
# Lists in which an empty entry is the working directory (docs.python.org, PYTHONPATH; ld.so(8);
# POSIX, PATH; gcc.gnu.org, CPATH and LIBRARY_PATH)
_SEARCH_PATHS = frozenset(
    "PYTHONPATH PATH LD_LIBRARY_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH".split()
)
# docs.gunicorn.org, chdir; uvicorn's --app-dir; celery's --workdir; flask's prepare_import;
# dramatiq's and rq's --path; what uWSGI, arq and huey's load_class put into sys.path
_LOOKING_WHERE_THEY_START = frozenset(
    "gunicorn uvicorn hypercorn daphne celery flask manage.py uwsgi dramatiq arq rq huey_consumer"
    " huey_consumer.py".split()
)


@record
class UnsetUse:
    """A variable that an instruction uses and that nothing sets here.

    `is_set` is whether the instruction itself sets it, `is_own` whether it is part of its own new
    value, `is_all` whether it is all of that value, `is_appended` whether that has a part beside
    it and is the same without it: `ENV A=b:${A:-}`. `is_default` is whether ENV has the variable
    with a default as its whole value, `ENV A=${A:-b}`, and `is_meant` whether the instruction is
    right with the variable and without it. `absent` is what the text says of a variable
    that is not set: `-` where a default takes its place, `+` where nothing does, empty where it
    says neither. `is_unset` is what is known of the base image: True where that does not set it,
    False where it does.
    """

    name: str
    span: Span
    is_set: bool
    is_own: bool
    is_all: bool
    is_appended: bool
    is_entry: bool
    is_default: bool
    is_meant: bool
    absent: str
    is_unset: bool | None

    @property
    def is_missable(self) -> bool:
        """Whether the instruction does what it should without the variable, too."""
        return self.is_own or bool(self.absent)

    @property
    def is_of_image(self) -> bool:
        """Whether the base image may well set it."""
        return not self.is_unset


def unset_uses(build: Build, step: Step) -> Iterator[UnsetUse]:
    """The variables that a step uses and that are not set, by name."""
    if not step.unset:
        return
    root = build.evaluation.root(step.stage).name
    is_any_image = _is_any_image(build, step)
    spans, absent = _places(build, step)
    own_values = _own_values(step)
    swallowed = _swallowed(step)

    for name in sorted(step.unset):
        own_value = own_values.get(name, "")
        place = spans.get(name)
        span = on_first_line(build.dockerfile, step.place, place)
        use = UnsetUse(
            name,
            span,
            is_set=name in own_values,
            is_own=_names_variable(own_value, name),
            is_all=is_variable(own_value, name),
            is_appended=_is_appended(own_value, name),
            is_entry=_is_entry(own_value, name),
            is_default=_is_default(step, own_value, name),
            is_meant=name in swallowed or _is_meant(build, step, own_value, name),
            absent=absent.get(name, ""),
            is_unset=is_unset(root, name),
        )
        is_of_from = name in build.evaluation.globals
        if is_any_image and use.is_missable and not is_of_from:
            use = replace(use, is_unset=None)
        yield use


def _is_any_image(build: Build, step: Step) -> bool:
    """Whether a build arg names the base image: others than the default may set the variable."""
    index = build.evaluation.graph.roots[step.stage.index]
    root = build.dockerfile.stages[index]
    text = _VARIABLE.sub("$", root.base.text)
    name, _colon, _tag = text.partition(":")
    return basename(name) == "$"


def _own_values(step: Step) -> Mapping[str, str]:
    """The variables that the instruction itself sets, with their values as they are written."""
    instruction = step.instruction
    if instruction.keyword not in ("ARG", "ENV"):
        return {}
    values: dict[str, str] = {}
    for pair in instruction.pairs:
        value = pair.value
        text = value.text if value is not None else ""
        values[pair.name.text] = text
    return values


def _names_variable(text: str, name: str) -> bool:
    """Whether a text has the variable in it: `ENV NAME=a:$NAME`."""
    if f"${name}" in text:
        return True
    return f"${{{name}" in text


def is_variable(text: str, name: str) -> bool:
    """Whether a text is the variable and nothing else: `ENV NAME=$NAME`."""
    unquoted = text.strip("\"'")
    return unquoted in (f"${name}", f"${{{name}}}")


def _is_appended(text: str, name: str) -> bool:
    """Whether a text has more than the variable, for which it gives an empty default."""
    unquoted = text.strip("\"'")
    defaults = (f"${{{name}:-}}", f"${{{name}-}}")
    return unquoted not in defaults and any(use in unquoted for use in defaults)


def _is_entry(text: str, name: str) -> bool:
    """Whether a search path has the variable as an entry of its own, empty without it."""
    if name not in _SEARCH_PATHS:
        return False
    uses = (f"${name}", f"${{{name}}}", f"${{{name}:-}}", f"${{{name}-}}")
    entries = text.strip("\"'").split(":")
    # A default has a colon of its own
    whole = [f"{a}:{b}" for a, b in pairwise(entries)]
    return len(entries) > 1 and any(use in uses for use in (*entries, *whole))


def _is_default(step: Step, text: str, name: str) -> bool:
    """Whether ENV gives the variable its own value, or else a default, and nothing beside it."""
    if step.instruction.keyword != "ENV":
        return False
    unquoted = text.strip("\"'")
    inner = unquoted.removeprefix(f"${{{name}").removeprefix(":")
    return inner != unquoted and inner.startswith("-") and len(inner) > len("-}")


def _is_meant(build: Build, step: Step, text: str, name: str) -> bool:
    """Whether what an instruction says of its own variable is right without it, too."""
    if f"${{{name}:+" in text or f"${{{name}+" in text:
        return True  # ENV A=b${A:+:$A} is made for both cases
    is_arg = step.instruction.keyword == "ARG"
    if is_arg and (f"${{{name}:-" in text or f"${{{name}-" in text):
        return True  # ARG A=${A:-b} is declared there, and a build arg takes its default's place
    if not _is_entry(text, name):
        return False
    if _has_working_directory(build, step, text):
        return True
    return name == "PYTHONPATH" and _is_searched_anyway(build, step)


def _swallowed(step: Step) -> set[str]:
    """What sets itself in the value of another variable: `ENV A 1 \\`, then `B=$B:b`.

    Nothing of that line is set, which `legacy-key-value` says.
    """
    if step.instruction.keyword != "ENV":
        return set()
    names: set[str] = set()
    for pair in step.instruction.pairs:
        if pair.legacy and pair.value is not None:
            names.update(_SELF_REFERENCE.findall(pair.value.text))
    return names


def _has_working_directory(build: Build, step: Step, text: str) -> bool:
    """Whether a search path has the working directory: an empty entry adds nothing to it.

    That is the one of the instruction, or the one in which a container of the stage starts.
    """
    entries = text.strip("\"'").split(":")
    if "." in entries or "./" in entries:
        return True
    named = {entry.rstrip("/") for entry in entries}
    last = build.evaluation.finals[step.stage.index]
    return any(
        state.workdir_set and state.workdir in named for state in (step.before, last)
    )


def _is_searched_anyway(build: Build, step: Step) -> bool:
    """Whether all that is started looks for modules where it starts, which WORKDIR names."""
    final = build.final
    if final is None or step.stage not in build.lineage:
        return False
    if not build.evaluation.finals[final.index].workdir_set:
        return False
    # Few search paths have an empty entry
    from lightship.facts.start.really_started import really_started  # noqa: PLC0415

    launches = really_started(build)
    return bool(launches) and all(map(_looks_where_it_starts, launches))


def _looks_where_it_starts(launch: Launch) -> bool:
    """`python main.py` looks beside the file, `python -m` and many servers where they start."""
    if launch.is_module or launch.program in _LOOKING_WHERE_THEY_START:
        return True
    if not launch.interpreter:
        return False
    file = launch.texts[0].removeprefix("./")
    return file.endswith(".py") and "/" not in file


def _places(build: Build, step: Step) -> tuple[Mapping[str, Span], Mapping[str, str]]:
    """Where each variable is first named in the instruction, and what is said of its absence."""
    places: dict[str, Span] = {}
    absent: dict[str, str] = {}
    if step.place is not step.instruction:
        return places, absent

    start, end = step.instruction.span
    for match in _USE.finditer(build.dockerfile.text, start, end):
        name = match[1] or match[3]
        span = Span(*match.span())
        places.setdefault(name, span)
        operator = match[2]
        if operator:
            absent[name] = operator[-1]
    return places, absent
