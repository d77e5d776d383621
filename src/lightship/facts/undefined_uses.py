"""Variables that are used and not set, and whether only the base image can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from posixpath import basename
from typing import TYPE_CHECKING

from lightship.base_images.environment import is_unset
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.values import similar
from lightship.evaluation.dispatch import Step
from lightship.facts.secrets.secret_names import may_be_secret
from lightship.lint.finding import Finding, Severity
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span
from lightship.wording.lists import listed

if TYPE_CHECKING:
    from lightship.facts.start.launch import Launch

_USE = regex(r"\$(?:\{(\w+)(:?[-+])?[^}\n]*\}?|(\w+))")
_VARIABLE = regex(r"\$(?:\{[^}]*\}|\w+)")
_SELF_REFERENCE = regex(r"(?<!\S)(\w+)=\S*\$\{?\1\b")
# A comment that speaks of this check of BuildKit
_KNOWN = regex(r"(?i)undefined-?var|docker/buildx[/#]|moby/buildkit[/#]")
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
_MOST_HINTS = 50  # a hint compares the name with all that are known
_NEAR = 0.75


@record
class _Use:
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


def undefined_uses(build: Build) -> Iterator[tuple[bool, Finding]]:
    """Each use of a variable that is not set here, and whether the base image may well set it."""
    hints = _MOST_HINTS
    own_defaults: list[_Use] = []
    repeating: list[_Use] = []
    for step in build.evaluation.steps:
        comments = step.instruction.comments
        if any(map(_KNOWN.search, comments)):
            continue
        uses = [use for use in _uses(build, step) if not use.is_meant]
        defaulted = [use for use in uses if _has_default(build, use)]
        own = [
            use for use in defaulted if use.is_default and use.name not in build.args
        ]
        own_defaults += own
        yield from _of_defaults([use for use in defaulted if use not in own])
        for use in uses:
            if use in defaulted:
                continue
            if _only_repeats(build, use):
                repeating.append(use)
                continue
            if use.is_of_image:
                message = _about_image(use)
                finding = Finding(use.span, message, severity=Severity.STYLE)
                yield True, finding
                continue

            hint = ""
            is_known = use.name in build.once(_names)
            if hints > 0 and not is_known:
                hint = similar(use.name, step.before.env, _NEAR)
            hints -= 1
            message = _message(build, use, hint)
            severity = _severity(use)
            finding = Finding(use.span, message, severity=severity)
            yield False, finding
    # A habit of the whole file: most are set when the container is run, and no build passes them
    yield from _of_defaults(own_defaults, are_own=True)
    if repeating:
        yield False, _of_repeating(build, repeating)


def _only_repeats(build: Build, use: _Use) -> bool:
    """Whether it is all that its own new value has, `ENV A=$A`, and nothing reads it below."""
    if use.is_of_image or not use.is_all or use.absent:
        return False
    if use.name in build.evaluation.globals:
        return False
    return not _is_used_after(build, use)


def _of_repeating(build: Build, uses: Sequence[_Use]) -> Finding:
    """One finding for the variables of a file that are set to themselves: one habit made them."""
    names = listed([f"${use.name}" for use in uses], most=2)
    # A build arg would keep a secret in the image
    is_declared = build.once(_has_pairs)
    is_declared = is_declared and not any(may_be_secret(use.name) for use in uses)
    declared = f"declare ARG {uses[0].name}"
    if len(uses) > 1:
        declared = "declare each with ARG"
    pronoun = "them" if len(uses) > 1 else "it"
    advice = declared if is_declared else f"remove {pronoun}"
    verb = "are" if len(uses) > 1 else "is"
    message = f"{names} {verb} never set here: {advice}"
    return Finding(uses[0].span, message, severity=_severity(uses[0]))


def _has_default(build: Build, use: _Use) -> bool:
    """Whether a default that says something always takes the variable's place."""
    if use.is_of_image or use.absent != "-" or use.is_appended:
        return False
    return use.name not in build.evaluation.globals


def _of_defaults(
    uses: Sequence[_Use], *, are_own: bool = False
) -> Iterator[tuple[bool, Finding]]:
    """One finding for the variables of an instruction that lack an ARG, or of a file whose ENV take
    defaults of their own.

    Those with the name of a secret are told apart, since a build arg would keep it in the image.
    """
    secrets = [use for use in uses if may_be_secret(use.name)]
    others = [use for use in uses if use not in secrets]
    if others:
        names = ", ".join(use.name for use in others)
        advice = f"declare ARG {names}" if len(others) == 1 else "declare each with ARG"
        if are_own:
            advice = "write it alone" if len(others) == 1 else "write them alone"
        yield False, _of_default(others, advice)
    if secrets:
        yield False, _of_default(secrets, "set it when the container is run")


def _of_default(uses: Sequence[_Use], advice: str) -> Finding:
    names = listed([f"${use.name}" for use in uses], most=2)
    cause = "is never set here, so its default always applies"
    if len(uses) > 1:
        cause = "are never set here, so their defaults always apply"
    message = f"{names} {cause}: {advice}"
    return Finding(uses[0].span, message, severity=Severity.STYLE)


def _uses(build: Build, step: Step) -> Iterator[_Use]:
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
        use = _Use(
            name,
            span,
            is_set=name in own_values,
            is_own=_names_variable(own_value, name),
            is_all=_is_variable(own_value, name),
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


def _about_image(use: _Use) -> str:
    """What BuildKit says too, when it cannot ask the registry for the image."""
    if use.is_unset is False:
        return f"only the base image sets ${use.name}"
    return f"${use.name} is empty, unless the base image sets it"


def _names(build: Build) -> set[str]:
    """The variables that the Dockerfile sets, in whatever stage."""
    names = set(build.evaluation.globals)
    for item in build.each("ARG", "ENV"):
        names.update(pair.name.text for pair in item.pairs)
    return names


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


def _is_variable(text: str, name: str) -> bool:
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


def _severity(use: _Use) -> Severity | None:
    """How sure it is that something is missing; None for the rule's own severity."""
    if use.absent:
        return Severity.STYLE
    is_sure = use.is_unset and not use.is_own
    return None if is_sure else Severity.INFO


def _message(build: Build, use: _Use, hint: str) -> str:
    name = use.name
    is_global = name in build.evaluation.globals
    if may_be_secret(name) and not hint and not is_global:
        # ARG or ENV would keep it in the image
        if use.is_all and not use.absent and not _is_used_after(build, use):
            return f"${name} is never set here: remove it"
        return f"${name} is never set here: set it when the container is run"
    if use.is_missable and not is_global:
        return _about_missable(build, use)
    if use.is_set and not is_global:
        return (
            f"${name} is not set yet, because an instruction does not see what it sets itself: "
            "set it above"
        )

    if name == "PWD":
        return "$PWD is a variable of your shell, not of the build: use . or an absolute path"
    if not is_global and not hint and _is_of_compose(build, name):
        return (
            f"${name} is not set here, since .env is not read by the build: declare ARG {name}, "
            "and pass it as a build arg"
        )
    missing = "is not set here"
    if not use.is_unset:
        missing = "is not set here, unless the base image sets it"
    if is_global:
        return f"${name} {missing}: repeat ARG {name} in the stage"
    return f"${name} {missing}: {hint or 'declare it with ARG or ENV'}"


def _about_missable(build: Build, use: _Use) -> str:
    name = use.name
    if use.is_all and build.once(_has_pairs):
        return f"${name} is never set here: declare ARG {name}"
    if use.is_entry:
        return (
            f"${name} is never set, so an empty entry means the working directory: "
            "name a directory"
        )
    if use.is_all and not use.absent and _is_used_after(build, use):
        return f"${name} is never set here, so it is empty below: give it a value"
    return f"${name} is never set here: remove it"


def _is_used_after(build: Build, use: _Use) -> bool:
    """Whether a later instruction names the variable, which would miss it."""
    named = re.compile(rf"\$(?:{use.name}\b|\{{{use.name}\b)")
    end = build.dockerfile.text.find("\n", use.span.end)
    return end >= 0 and named.search(build.dockerfile.text, end) is not None


def _is_of_compose(build: Build, name: str) -> bool:
    """Whether the `.env` beside it, which Compose reads for its own file, sets the variable."""
    if build.context is None:
        return False
    text = build.context.read(".env") or ""
    return any(line.partition("=")[0].strip() == name for line in text.splitlines())


def _has_pairs(build: Build) -> bool:
    """Whether an ENV takes the value of a build arg of its name: `ARG A`, then `ENV A=$A`."""
    args: set[str] = set()
    for item in build.each("ARG"):
        args.update(pair.name.text for pair in item.pairs)

    for item in build.each("ENV"):
        for pair in item.pairs:
            name = pair.name.text
            if name not in args:
                continue
            if pair.value is None:
                continue
            if _is_variable(pair.value.text, name):
                return True
    return False


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
