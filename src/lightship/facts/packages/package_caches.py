"""Caches that package managers leave in a layer of the image, and what takes them out of it again.

Sources: dnf(8) and yum(8) `clean`, dnf5-caching(7), zypper(8) `clean`, `conda clean`, mamba's and micromamba's `clean`,
`npm cache` and npm's `cache` setting, classic yarn's `cache`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.edits.endings import at_end, is_certain
from lightship.facts.edits.runs import join
from lightship.lint.finding import Finding, Fix, Safety
from lightship.record import record
from lightship.shell.cleaning import removes
from lightship.shell.interpreters import SHELLS
from lightship.text import Edit

_WITHOUT = (
    *(
        "--assumeno",
        "--download-only",
        "--downloadonly",
        "--dry-run",
        "--help",
        "--offline",
        "--simulate",
        "--version",
    ),
    "-h",
)
_FETCHING = SHELLS | frozenset(
    (".", "curl", "source", "wget")
)  # they run, or fetch, a script in their words
_ELSEWHERE = (
    "--installroot",
    "--root",
)  # the cache goes into another root, which may be thrown away


_NODE = ("node", "nodejs", "node_modules", ".nvm")


@record
class Cache:
    """The cache that `managers` share.

    `clean` are the words that empty it, behind the manager's own. `ends` are how paths of it end, wherever it lies;
    `variables` and `options` name another place. `family` are the commands of RUN that are joined where they follow
    each other. `comes_with` are the packages and directories that hold the manager.
    """

    managers: tuple[str, ...]
    clean: str
    ends: tuple[str, ...]
    variables: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    comes_with: tuple[str, ...] = ()


RPM = Cache(
    ("dnf", "yum", "microdnf", "tdnf"),
    "clean all",
    ("/var/cache/dnf", "/var/cache/yum", "/libdnf5"),
    family=("dnf", "microdnf", "rpm", "tdnf", "yum"),
)
ZYPPER = Cache(("zypper",), "clean --all", ("/var/cache/zypp",), family=("zypper",))
CONDA = Cache(
    ("conda", "micromamba"), "clean --all --yes", ("/pkgs",), ("CONDA_PKGS_DIRS",)
)
NPM = Cache(
    ("npm",),
    "cache clean --force",
    ("/.npm", "/_cacache"),
    ("npm_config_cache", "NPM_CONFIG_CACHE"),
    ("--cache",),
    comes_with=_NODE,
)
YARN = Cache(
    ("yarn",),
    "cache clean",
    ("/.cache", "/yarn", "/.yarn-cache"),
    ("YARN_CACHE_FOLDER",),
    ("--cache-folder",),
    comes_with=_NODE,
)


def kept_caches(build: Build, cache: Cache) -> Iterator[PackageInvocation]:
    """For each RUN of the final image in which `cache` stays: the last command that fills it."""
    fills: dict[Instruction, PackageInvocation] = {}
    cleans: dict[Instruction, int] = {}
    for found in build.packages(*cache.managers):
        if found.does.action == "clean":
            cleans[found.instruction] = max(
                found.command.span.start, cleans.get(found.instruction, 0)
            )
        elif found.instruction in build.shipped and _fills(found):
            last = fills.get(found.instruction)
            if last is None or last.command.span.start < found.command.span.start:
                fills[found.instruction] = found
    for instruction, found in fills.items():
        if cleans.get(instruction, 0) < found.command.span.start and not _is_kept_out(
            build, cache, found
        ):
            yield found


def _fills(found: PackageInvocation) -> bool:
    does = found.does
    if (
        not does.installs
        or does.option(*_WITHOUT)
        or any(option.name in _ELSEWHERE for option in does.options)
    ):
        return False
    return bool(
        does.action != "install"
        or does.name.startswith("env ")
        or does.packages
        or does.requirements
    )


def _is_kept_out(build: Build, cache: Cache, found: PackageInvocation) -> bool:
    """Whether a mount hides the cache, or a later command of the RUN removes it or looks as if it did."""
    before = build.evaluation.before(found.instruction)
    env = before.env if before is not None else {}
    settings = {each.name: each.value for each in found.command.assignments}
    named = [env.get(name) or settings.get(name) for name in cache.variables]
    places = [
        *found.does.facts.caches,
        *found.does.values(*cache.options),
        *(place for place in named if place),
    ]
    mounts = build.mounts(found.instruction)
    workdir = before.workdir if before is not None else "/"
    if any(hides(mounts, place, workdir) for place in places):
        return True
    if any(
        mount.type in ("cache", "tmpfs", "bind") and _is_of(cache, mount.target)
        for mount in mounts
    ):
        return True
    later = [
        each
        for each in _commands(build, found)
        if each.command.span.start > found.command.span.start
    ]
    return any(_empties(cache, each, places) for each in later)


def _commands(build: Build, found: PackageInvocation) -> Iterator[Invocation]:
    for script in build.scripts(found.instruction):
        for command in script.commands:
            yield Invocation(found.instruction, script, command)


def _empties(cache: Cache, found: Invocation, places: list[str]) -> bool:
    command = found.command
    words = command.words if command.name in _FETCHING else command.words[:1]
    if any(
        "clean" in word.text for word in words
    ):  # a script or function that tidies up
        return True
    if command.name not in ("rm", "find"):
        return False
    if any(removes(found.script, command, place) for place in places):
        return True
    paths = [word.text.strip("\"'").removesuffix("*") for word in command.args]
    return any(
        _is_of(cache, path) or ("$(" in path and "cache" in path) for path in paths
    )


def _is_of(cache: Cache, path: str) -> bool:
    return f"/{path}".rstrip("/").endswith(cache.ends)


def finding(
    build: Build,
    cache: Cache,
    found: PackageInvocation,
    what: str,
    safety: Safety = Safety.SAFE,
) -> Finding:
    """What a rule says of a cache that stays, `what` it holds, with the fix that empties it at the end of the RUN."""
    program = (
        found.command.name if found.command.name == "mamba" else found.does.manager
    )
    words = f"{program} {cache.clean}"
    late = _cleaned_late(build, cache, found)
    edit = _clean(build, cache, found)
    fix = Fix(f"Add {words}", (edit,), safety) if edit is not None else None
    why = (
        f"line {late} removes it in a later layer, which saves nothing"
        if late
        else f"run {words} in the same RUN"
    )
    return Finding(found.does.subcommand.span, f"this layer keeps {what}: {why}", fix)


def together(
    found: Sequence[PackageInvocation], findings: Sequence[Finding]
) -> Finding:
    """One finding for layers of which only the first is sure to have what it speaks of."""
    first, lines = findings[0], [str(each.instruction.first_line) for each in found[1:]]
    fixes = [each.fix for each in findings if each.fix is not None]
    edits = tuple(edit for fix in fixes for edit in fix.edits)
    also = f"; so does line{'s' * (len(lines) > 1)} {', '.join(lines)}" if lines else ""
    fix = Fix(fixes[0].message, edits, fixes[0].safety) if fixes else None
    return Finding(first.span, first.message + also, fix)


def _cleaned_late(build: Build, cache: Cache, found: PackageInvocation) -> int:
    """The line of a later RUN of the stage that empties the cache; 0 without one."""
    stage = build.dockerfile.stage_of(found.instruction)
    cleans = (
        each.instruction for each in build.packages(*cache.managers, action="clean")
    )
    later = (each for each in cleans if each.span.start > found.instruction.span.start)
    return next(
        (each.first_line for each in later if build.dockerfile.stage_of(each) is stage),
        0,
    )


def _clean(build: Build, cache: Cache, found: PackageInvocation) -> Edit | None:
    """Empty it with the same program, as the same user."""
    command = found.command
    if any(wrapper.name != "sudo" for wrapper in command.wrappers) or not is_certain(
        found.script, command
    ):
        return None
    if _goes_on(build, cache, found.instruction) or _is_removed_later(
        build, cache, found
    ):
        return None
    program = len(command.all_words) - len(command.args)
    words = command.all_words[:program]
    moved = found.does.option(*cache.options) or any(
        each.name in cache.variables for each in command.assignments
    )
    if moved or any(word.value is None for word in words):
        return None
    return at_end(
        build,
        found.instruction,
        found.script,
        " ".join([*(word.text for word in words), cache.clean]),
    )


def _is_removed_later(build: Build, cache: Cache, found: PackageInvocation) -> bool:
    """Whether the rest of the RUN removes the manager itself, so that it cannot be called at the end."""
    after, names = found.command.span.start, (*cache.managers, *cache.comes_with)
    for each in _commands(build, found):
        texts = [word.text.strip("\"'") for word in each.command.args]
        if each.command.name == "rm":
            gone = [
                part
                for text in texts
                if text.startswith(("/", "$", "~"))
                for part in text.split("/")
            ]
        elif each.command.has("purge", "remove", "del", "autoremove"):
            gone = [text.partition("=")[0] for text in texts]
        else:
            continue
        if each.command.span.start > after and not set(gone).isdisjoint(names):
            return True
    return False


def _goes_on(build: Build, cache: Cache, instruction: Instruction) -> bool:
    """Whether the next RUN goes on with the same work, and can be joined with this one: that is cleaned at its end."""
    stage = build.dockerfile.stage_of(instruction)
    items = stage.instructions if stage is not None else ()
    after = bisect_right(
        items, instruction.span.start, key=lambda item: item.span.start
    )
    if after == len(items) or items[after].keyword != "RUN":
        return False
    scripts = (*build.scripts(instruction), *build.scripts(items[after]))
    only = all(
        command.name in cache.family
        for script in scripts
        for command in script.commands
    )
    return only and join(build, instruction, items[after]) is not None
