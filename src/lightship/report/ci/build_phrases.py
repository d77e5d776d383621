"""What CI does with a build, in a few words: shared by text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import (
    CiBuild,
    CiEvent,
    CiRun,
    CiSystem,
    ContextKind,
    Driver,
    RunKind,
)
from lightship.builds.definition import Written
from lightship.wording.lists import listed
from lightship.wording.printable import shortened

# What differs is said of these; a pull request of a fork only where it is not as the others
_SAID = (
    RunKind.PUSH,
    RunKind.TAG,
    RunKind.PULL_REQUEST,
    RunKind.PULL_REQUEST_TARGET,
    RunKind.MERGE_QUEUE,
    RunKind.RELEASE,
    RunKind.SCHEDULE,
    RunKind.DISPATCH,
    RunKind.CALLED,
    RunKind.OTHER,
)
_EVENTS = {
    "pull_request": "pull request",
    "merge_group": "merge queue",
    "workflow_dispatch": "by hand",
    "workflow_call": "called by other workflows",
}
_MOST = 3  # names of a filter
_LONGEST = 160  # characters of a condition


def events(build: CiBuild) -> str:
    """What starts it: `push to main, tags v* · pull request`."""
    if build.events is None:
        names = {CiSystem.GITLAB: "GitLab CI"}
        return f"{names.get(build.system, 'CI')}: its events are not read"
    return " · ".join(_event(item) for item in build.events)


def _event(event: CiEvent) -> str:
    name = _EVENTS.get(event.name, event.name.replace("_", " "))
    parts = []
    if event.branches:
        parts.append(f"to {_some(event.branches)}")
    if event.branches_ignore:
        parts.append(f"but not to {_some(event.branches_ignore)}")
    if event.tags:
        parts.append(
            f"tags {_some(event.tags)}" if parts else f"of tags {_some(event.tags)}"
        )
    if event.paths or event.paths_ignore:
        parts.append("of some paths")
    return f"{name} {', '.join(parts)}" if parts else name


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST])
    more = len(names) - _MOST
    return f"{shown} and {more} more" if more > 0 else shown


def images(builds: Sequence[CiBuild]) -> list[str]:
    """What is built, each image once: the Dockerfile, and the target where there is one."""
    found: dict[str, None] = {}
    for build in builds:
        definition = build.definition
        if definition is None:
            found[f"not known: {build.problem}"] = None
            continue
        text = definition.dockerfile
        if definition.inline is not None:
            text += f":{definition.inline.line}"
        if definition.target:
            text += f" (target {definition.target})"
        found[text] = None
    return list(found)


def facts(builds: Sequence[CiBuild]) -> Iterator[tuple[str, str]]:
    """Rows of what CI does: a heading and a few words; what is as usual is left out."""
    build = builds[0]
    yield "builder", _builder(build)
    yield "cache", _cache(builds)
    yield "context", _context(builds)
    yield "result", _result(build)
    platforms = dict.fromkeys(name for item in builds for name in item.platforms)
    if platforms:
        yield "platforms", ", ".join(platforms)
    if build.secrets:
        yield "secrets", ", ".join(dict.fromkeys(build.secrets))
    if build.secret_args:
        args = ", ".join(dict.fromkeys(build.secret_args))
        yield "secrets", f"in build arguments, where the history shows them: {args}"
    if build.changing_args:
        yield "changes", ", ".join(_changing(build))
    if build.no_cache.may_be:
        when = "" if build.no_cache.value else f" where {build.no_cache.text}"
        yield "no-cache", f"no step is looked up{when}"
    if build.conditions:
        yield "if", shortened(" and ".join(build.conditions), _LONGEST)


def _changing(build: CiBuild) -> Iterator[str]:
    for arg in build.changing_args:
        place = _place(build, arg.written)
        yield f"{arg.name} with each {arg.changes.value} ({place})"


def _builder(build: CiBuild) -> str:
    builder = build.builder
    kind = {
        Driver.DOCKER: "the engine's own (docker)",
        Driver.UNKNOWN: build.tool.value,
    }.get(builder.driver, builder.driver.value)
    kept = {
        True: "keeps its layers",
        False: "starts empty",
        None: "may keep its layers",
    }[builder.keeps_cache]
    place = f" ({_place(build, builder.written)})" if builder.written else ""
    return f"{kind}, {kept}: {builder.why}{place}"


def _cache(builds: Sequence[CiBuild]) -> str:
    build = builds[0]
    parts = [*_reads(build), *_writes(build)]
    if build.inline_arg is not None:
        parts.append("writes into the image (BUILDKIT_INLINE_CACHE)")
    if not parts:
        return "none"
    return "; ".join(parts)


def _reads(build: CiBuild) -> Iterator[str]:
    options = _in_all(build.cache_from, [run.cache_from for run in build.runs])
    for option in options:
        when = _when(build, option, reads=True)
        yield f"reads {cache_name(option)} ({_place(build, option.written)}){when}"


def _writes(build: CiBuild) -> Iterator[str]:
    options = _in_all(build.cache_to, [run.cache_to for run in build.runs])
    for option in options:
        mode = option.mode
        # Of an inline cache there is only one
        shown = f", mode={mode}" if mode is not None and option.type != "inline" else ""
        if option.is_mode_misspelt:
            shown += f" (written {option.attributes['mode']})"
        when = _when(build, option, reads=False)
        place = _place(build, option.written)
        yield f"writes {cache_name(option)}{shown} ({place}){when}"


def _place(build: CiBuild, written: Written) -> str:
    """A line of the same file, or a file and a line."""
    if written.path == build.path:
        return f"line {written.line}"
    return f"{written.path}:{written.line}"


def _in_all(
    own: Sequence[CacheOption], others: Sequence[Sequence[CacheOption]]
) -> list[CacheOption]:
    """Options by their places, as they are in the runs where these are known."""
    found: dict[tuple[int, str], CacheOption] = {}
    for options in others or (own,):
        for item in options:
            if item.type:
                found.setdefault((item.written.line, item.text), item)
    if not found:
        return list(own)
    return list(found.values())


def _when(build: CiBuild, option: CacheOption, *, reads: bool) -> str:
    """In which runs, where not in all."""
    runs = [run for run in build.runs if run.happens is not False]
    having = []
    for run in runs:
        options = run.cache_from if reads else run.cache_to
        if any(item.text == option.text for item in options):
            having.append(run)
    if not runs or len(having) == len(runs):
        return ""
    return f" for {_kinds(having)} alone" if having else " in no run"


def _kinds(runs: Sequence[CiRun]) -> str:
    kinds = {run.kind for run in runs}
    return ", ".join(kind.value for kind in _SAID if kind in kinds)


def cache_name(option: CacheOption) -> str:
    """A cache: its backend and where it is."""
    if option.problem:
        return f"{option.text} ({option.problem})"
    if not option.type:
        return option.text
    if option.type == "gha":
        return f"gha, scope {option.scope}"
    if option.ref is not None:
        return f"registry {option.ref}"
    place = option.attributes.get("src") or option.attributes.get("dest") or ""
    return f"{option.type} {place}".strip()


def _context(builds: Sequence[CiBuild]) -> str:
    build = builds[0]
    definitions = [item.definition for item in builds if item.definition is not None]
    folders = [item.context for item in definitions] or [""]
    names = [item if item not in ("", ".") else "the repository" for item in folders]
    shown = listed(names, _MOST)
    if build.context is ContextKind.GIT:
        return f"{shown} from git: files that earlier steps made are not in it"
    if build.context is ContextKind.PATH:
        return f"{shown}, sent from the runner"
    return build.context.value


def _result(build: CiBuild) -> str:
    """Where the image goes."""
    parts = []
    push = _pushed(build)
    if push:
        parts.append(push)
    if build.load.may_be:
        parts.append("loaded into the engine")
    kept = [item for item in build.outputs if "push=true" not in item]
    parts += [f"output {item}" for item in kept]
    if parts:
        return "; ".join(parts)
    is_own = build.builder.driver is Driver.DOCKER
    return "stays in the engine" if is_own else "pushed nowhere"


def _pushed(build: CiBuild) -> str:
    """In which runs it is pushed; empty where in none."""
    runs = [run for run in build.runs if run.happens is not False]
    if not runs:
        if build.push.value is None:
            return f"pushed where {build.push.text}"
        return "pushed" if build.push.value else ""
    on = [run for run in runs if run.push is True]
    unknown = [run for run in runs if run.push is None]
    if len(on) == len(runs):
        return "pushed"
    parts = []
    if on:
        parts.append(f"pushed for {_kinds(on)}")
    if unknown:
        parts.append(f"perhaps pushed for {_kinds(unknown)}")
    return "; ".join(parts)
