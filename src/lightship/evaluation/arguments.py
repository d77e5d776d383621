"""ARGs before the first FROM, and what FROM makes of them (BuildKit's convert.go, platform.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Dockerfile, Flag, Pair, Problem, Stage
from lightship.errors import ExpansionError
from lightship.evaluation.platforms import Platform, read_platform
from lightship.expansion.variables import Budget, expand
from lightship.record import record
from lightship.text import Span

PLATFORM = Platform("linux", "amd64")
_WINDOWS_IMAGES = (
    "mcr.microsoft.com/windows",
    "mcr.microsoft.com/dotnet/framework",
    "microsoft/windowsservercore",
    "microsoft/nanoserver",
)
_WINDOWS_TAGS = ("windowsservercore", "nanoserver", "servercore-ltsc", "windows-")
_WINDOWS_SHELLS = frozenset({"powershell", "powershell.exe", "cmd", "cmd.exe"})


@record(eq=False, frozen=False)
class Scope:
    """The values that FROM sees.

    `defaults` are those without build args; `declared` has names without value too.
    """

    values: dict[str, str]
    defaults: dict[str, str] | None
    declared: frozenset[str] = frozenset()
    refusals: list[Problem] = field(default_factory=list)


@record
class BaseName:
    """What a FROM names, after expansion.

    `name` is the image or stage; `default_name` the same without build args, None where BuildKit
    does not look. `undeclared` are variables that no ARG declares. `platform` is None without
    `--platform`, `platform_used` and `platform_unset` are its variables. `system` is the operating
    system of the image, as far as its name and the shell of its stage tell.
    """

    name: str
    default_name: str | None
    used: frozenset[str]
    undeclared: frozenset[str]
    platform: Platform | None = None
    platform_text: str = ""
    platform_used: frozenset[str] = frozenset()
    platform_unset: frozenset[str] = frozenset()
    system: str = "linux"
    refusal: Problem | None = None


def default_args(
    args: Mapping[str, str],
    stage_name: str,
    platform: Platform = PLATFORM,
) -> dict[str, str]:
    """The variables that BuildKit sets for FROM, and for each ARG that names them."""
    values = {"TARGETSTAGE": stage_name or "default"}
    for side in ("BUILD", "TARGET"):
        values |= {
            f"{side}PLATFORM": str(platform),
            f"{side}OS": platform.os,
            f"{side}OSVERSION": "",
            f"{side}ARCH": platform.architecture,
            f"{side}VARIANT": platform.variant,
        }
    return {name: args.get(name, value) for name, value in values.items()}


def read_globals(
    dockerfile: Dockerfile,
    args: Mapping[str, str],
    target: Stage | None,
    budget: Budget,
) -> Scope:
    """The ARGs before the first FROM, with build args and without (buildMetaArgs)."""
    name = (target.name if target is not None else None) or ""
    scope = Scope(default_args(args, name), None)
    defaults: dict[str, str] | None = dict(scope.values)
    declared = set(scope.values)
    for instruction in dockerfile.globals:
        for pair in instruction.pairs:
            declared.add(pair.name.text)
            try:
                if defaults is not None:
                    _assign(defaults, pair, {}, dockerfile.escape, budget)
            except ExpansionError:
                defaults = None
            try:
                _assign(scope.values, pair, args, dockerfile.escape, budget)
            except ExpansionError as error:
                span = on_first_line(dockerfile, instruction, pair.span)
                scope.refusals.append(
                    Problem(
                        f"ARG {pair.name.text}: {error}",
                        span,
                        instruction.first_line,
                        "build",
                    )
                )
    scope.defaults = defaults
    scope.declared = frozenset(declared)
    _source_date_epoch(dockerfile, scope)
    return scope


def _assign(
    values: dict[str, str],
    pair: Pair,
    args: Mapping[str, str],
    escape: str,
    budget: Budget,
) -> None:
    name = pair.name.text
    if name in args:
        values[name] = args[name]
    elif pair.value is not None:
        values[name] = expand(
            pair.value.text, values.get, escape=escape, budget=budget
        ).text


def _source_date_epoch(dockerfile: Dockerfile, scope: Scope) -> None:
    """BuildKit reads SOURCE_DATE_EPOCH itself: seconds, `context`, or a stage (epoch.go)."""
    value = scope.values.get("SOURCE_DATE_EPOCH", "")
    sign = value[:1] in "+-"
    if not value or (value[sign:].isdecimal() and len(value) < 20):
        return
    del scope.values["SOURCE_DATE_EPOCH"]
    if value != "context" and all(
        stage.name != value.lower() for stage in dockerfile.stages
    ):
        scope.refusals.append(
            Problem(f"invalid SOURCE_DATE_EPOCH: {value}", Span(0, 0), 0, "build")
        )


def read_base(
    dockerfile: Dockerfile,
    stage: Stage,
    scope: Scope,
    budget: Budget,
) -> BaseName:
    """A FROM after expansion (buildDispatchStates)."""
    text, refusal = stage.base.text, None
    try:
        found = expand(text, scope.values.get, escape=dockerfile.escape, budget=budget)
        name, used, unset = found.text, found.used, found.unset
    except ExpansionError as error:
        name, used, unset = text, error.used, error.unset
        refusal = _refusal(dockerfile, stage, stage.base.span, str(error))
    if not name:
        hint = "give the ARG before FROM a default" if used or unset else ""
        refusal = _refusal(
            dockerfile,
            stage,
            stage.base.span,
            f"base name ({text}) should not be blank",
            hint,
        )
    system = "windows" if _is_windows(name, stage) else "linux"
    default_name = _default_name(dockerfile, text, scope, budget)
    base = BaseName(
        name, default_name, used, unset - scope.declared, system=system, refusal=refusal
    )
    flag = stage.from_.flag("platform") if stage.from_.flags else None
    return (
        base
        if flag is None or not flag.value
        else _with_platform(dockerfile, stage, scope, flag, base)
    )


def _is_windows(name: str, stage: Stage) -> bool:
    """Whether an image runs on Windows, by its name or by the shell that its stage sets.

    `pwsh` says nothing: it runs on Linux too.
    """
    if name.startswith(_WINDOWS_IMAGES):
        return True
    _, _, tag = name.rpartition(":")
    if any(mark in tag for mark in _WINDOWS_TAGS):
        return True
    for item in stage.instructions:
        if item.keyword == "SHELL" and item.args:
            program = item.args[0].text.lower().replace("\\", "/")
            if program.rpartition("/")[2] in _WINDOWS_SHELLS:
                return True
    return False


def _default_name(
    dockerfile: Dockerfile,
    text: str,
    scope: Scope,
    budget: Budget,
) -> str | None:
    if scope.defaults is None:
        return None
    try:
        return expand(
            text, scope.defaults.get, escape=dockerfile.escape, budget=budget
        ).text
    except ExpansionError:
        scope.defaults = None  # BuildKit leaves off here
        return None


def _with_platform(
    dockerfile: Dockerfile,
    stage: Stage,
    scope: Scope,
    flag: Flag,
    base: BaseName,
) -> BaseName:
    refusal = base.refusal
    try:
        value = flag.value or ""
        expanded = expand(value, scope.values.get, escape=dockerfile.escape)
        text, used, unset = expanded.text, expanded.used, expanded.unset
        platform = read_platform(text)
        reason = platform if isinstance(platform, str) else ""
        if not text:
            reason = f"--platform={flag.value} is empty"
    except ExpansionError as error:
        text, used, unset, platform, reason = (
            flag.value or "",
            error.used,
            error.unset,
            "",
            str(error),
        )
    if reason and refusal is None:
        refusal = _refusal(dockerfile, stage, flag.span, reason)
    known = platform if isinstance(platform, Platform) else None
    return BaseName(
        name=base.name,
        default_name=base.default_name,
        used=base.used,
        undeclared=base.undeclared | (unset - scope.declared),
        platform=known,
        platform_text=text,
        platform_used=used,
        platform_unset=unset,
        system=known.os if known is not None else base.system,
        refusal=refusal,
    )


def _refusal(
    dockerfile: Dockerfile,
    stage: Stage,
    span: Span,
    message: str,
    hint: str = "",
) -> Problem:
    return Problem(
        message,
        on_first_line(dockerfile, stage.from_, span),
        stage.from_.first_line,
        "build",
        hint,
    )
