"""Caches that package managers leave in a layer of the image, and what takes them out of it again.

Sources: dnf(8) and yum(8) `clean`, dnf5-caching(7), zypper(8) `clean`, `conda clean`, mamba's and
micromamba's `clean`, `npm cache` and npm's `cache` setting, classic yarn's `cache`, `uv cache`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.edits import moves
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.endings import at_end, is_certain
from lightship.facts.edits.runs import has_ignore, is_plain, join
from lightship.facts.values.command_values import value
from lightship.lint.finding import Finding, Fix, Safety
from lightship.record import record
from lightship.shell.cleaning import removes
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.text import Edit

# With them nothing is installed
_WITHOUT = (
    "--assumeno",
    "--download-only",
    "--downloadonly",
    "--dry-run",
    "--help",
    "--offline",
    "--simulate",
    "--version",
    "-h",
)
# They run, or fetch, a script in their words
_FETCHING = SHELLS | {".", "curl", "source", "wget"}
# The cache goes into another root, which may be thrown away
_ELSEWHERE = ("--installroot", "--root")
_HIDING = ("cache", "tmpfs", "bind")
# Subcommands with which package managers remove
_REMOVALS = ("purge", "remove", "del", "autoremove")
_NODE = (
    "node",
    "nodejs",
    "nodejs-current",
    "nodejs-npm",
    "npm",
    "node_modules",
    ".nvm",
)


@record
class Cache:
    """The cache that `managers` share.

    `clean` are the words that empty it, after the manager's own. `ends` are how paths of it end,
    wherever it lies; `variables` and `options` name another place. `family` are the commands of RUN
    that are joined where they follow each other. `comes_with` are the packages and directories that
    hold the manager.
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

UV = Cache(
    ("uv",),
    "cache clean",
    ("/.cache", "/uv", "/uv-cache", "/.uv-cache", "/.uv_cache"),
    ("UV_CACHE_DIR",),
    ("--cache-dir",),
)


def kept_caches(build: Build, cache: Cache) -> Iterator[PackageInvocation]:
    """For each RUN of the final image in which `cache` stays: the last command that fills it."""
    fills: dict[Instruction, PackageInvocation] = {}
    cleans: dict[Instruction, int] = {}
    for call in build.packages(*cache.managers):
        instruction = call.instruction
        start = call.command.span.start
        if call.does.action == "clean":
            earlier = cleans.get(instruction, 0)
            cleans[instruction] = max(start, earlier)
        elif instruction in build.shipped and _fills(call):
            last = fills.get(instruction)
            if last is None or _start_of(last) < start:
                fills[instruction] = call

    for instruction, call in fills.items():
        cleaned = cleans.get(instruction, 0)
        if cleaned > _start_of(call):
            continue
        if not _is_kept_out(build, cache, call):
            yield call


def _start_of(call: Invocation | PackageInvocation) -> int:
    return call.command.span.start


def _fills(call: PackageInvocation) -> bool:
    does = call.does
    if not does.installs:
        return False
    if does.option(*_WITHOUT):
        return False
    for option in does.options:
        if option.name in _ELSEWHERE:
            return False

    if does.action != "install":
        return True
    if does.name.startswith("env "):
        return True
    return bool(does.packages or does.requirements)


def _is_kept_out(build: Build, cache: Cache, call: PackageInvocation) -> bool:
    """Whether a mount hides the cache, or the rest of the RUN removes it, or looks as if it did."""
    before = build.evaluation.before(call.instruction)
    workdir = before.workdir if before is not None else "/"
    mounts = build.mounts(call.instruction)
    places = list(_places(build, cache, call))
    for place in places:
        if hides(mounts, place, workdir):
            return True
    for mount in mounts:
        if mount.type in _HIDING and _is_of(cache, mount.target):
            return True

    start = _start_of(call)
    for later in _commands(build, call):
        if _start_of(later) <= start:
            continue
        if _empties(cache, later, places):
            return True
    return False


def _places(build: Build, cache: Cache, call: PackageInvocation) -> Iterator[str]:
    """Where the cache may lie."""
    does = call.does
    yield from does.facts.caches
    invocation = Invocation(call.instruction, call.script, call.command)
    for text in does.values(*cache.options):
        yield value(build, invocation, text) or text

    assigned: dict[str, str | None] = {}
    for assignment in call.command.assignments:
        assigned[assignment.name] = assignment.value
    before = build.evaluation.before(call.instruction)
    env = before.env if before is not None else {}

    for name in cache.variables:
        place = env.get(name) or assigned.get(name)
        if place:
            yield place


def _commands(build: Build, call: PackageInvocation) -> Iterator[Invocation]:
    for script in build.scripts(call.instruction):
        for command in script.commands:
            yield Invocation(call.instruction, script, command)


def _empties(cache: Cache, call: Invocation, places: list[str]) -> bool:
    command = call.command
    words = command.words
    if command.name not in _FETCHING:
        words = words[:1]
    for word in words:
        if "clean" in word.text:  # a script or function that tidies up
            return True
    if command.name not in ("rm", "find"):
        return False

    for place in places:
        if removes(call.script, command, place):
            return True
    for word in command.args:
        path = word.text.strip("\"'")
        path = path.removesuffix("*")
        if _is_of(cache, path):
            return True
        if "$(" in path and "cache" in path:
            return True
    return False


def _is_of(cache: Cache, path: str) -> bool:
    place = f"/{path}".rstrip("/")
    return place.endswith(cache.ends)


def finding(
    build: Build,
    cache: Cache,
    call: PackageInvocation,
    what: str,
    safety: Safety = Safety.SAFE,
) -> Finding:
    """What a rule says of a cache that stays, and of `what` it holds.

    The fix empties it at the end of the RUN.
    """
    program = call.command.name
    if program != "mamba":
        program = call.does.manager
    words = f"{program} {cache.clean}"

    advice = f"run {words} in the same RUN"
    line = _cleaned_late(build, cache, call)
    if line:
        advice = f"line {line} removes them in a later layer, which saves nothing"
    message = f"this layer keeps {what}: {advice}"

    fix = None
    edit = _clean(build, cache, call)
    if edit is not None:
        needless = _needless_cleaning(build, cache, call)
        title = f"Move {words} to the end" if needless else f"Add {words}"
        fix = Fix(title, (*needless, edit), safety)
    span = call.does.subcommand.span
    return Finding(span, message, fix)


def together(
    calls: Sequence[PackageInvocation],
    findings: Sequence[Finding],
) -> Finding:
    """One finding for layers of which only the first is sure to have what it speaks of."""
    first = findings[0]
    message = first.message
    later = calls[1:]
    lines = [str(call.instruction.first_line) for call in later]
    if lines:
        subject = "so does line" if len(lines) == 1 else "so do lines"
        problem, colon, advice = message.partition(": ")
        message = f"{problem}, and {subject} {', '.join(lines)}{colon}{advice}"

    fixes = [finding.fix for finding in findings if finding.fix is not None]
    if not fixes:
        return Finding(first.span, message)

    edits: list[Edit] = []
    for fix in fixes:
        edits.extend(fix.edits)
    model = fixes[0]
    fix = Fix(model.message, tuple(edits), model.safety)
    return Finding(first.span, message, fix)


def _cleaned_late(build: Build, cache: Cache, call: PackageInvocation) -> int:
    """The line of a later RUN of the stage that empties the cache; 0 without one."""
    start = call.instruction.span.start
    stage = build.dockerfile.stage_of(call.instruction)
    for cleaning in build.packages(*cache.managers, action="clean"):
        instruction = cleaning.instruction
        if instruction.span.start <= start:
            continue
        if build.dockerfile.stage_of(instruction) is stage:
            return instruction.first_line
    return 0


def _clean(build: Build, cache: Cache, call: PackageInvocation) -> Edit | None:
    """Empty it with the same program, as the same user."""
    command = call.command
    for wrapper in command.wrappers:
        if wrapper.name != "sudo":
            return None
    if not is_certain(call.script, command):
        return None
    if _is_moved(cache, call):
        return None
    if _goes_on(build, cache, call.instruction):
        return None
    if _is_removed_later(build, cache, call):
        return None

    texts: list[str] = []
    own = len(command.all_words) - len(command.args)
    for word in command.all_words[:own]:
        if word.value is None:
            return None
        texts.append(word.text)
    texts.append(cache.clean)
    text = " ".join(texts)
    return at_end(build, call.instruction, call.script, text)


def _needless_cleaning(
    build: Build,
    cache: Cache,
    call: PackageInvocation,
) -> tuple[Edit, ...]:
    """What takes out other calls that empty the cache, once it is emptied at the end of the RUN.

    That is one before it in the RUN, and a RUN of its own after it, if no other layer keeps the
    cache.
    """
    edits: list[Edit] = []
    stage = build.dockerfile.stage_of(call.instruction)
    for cleaning in build.packages(*cache.managers, action="clean"):
        instruction = cleaning.instruction
        if instruction is call.instruction:
            # Those of RPM may renew the index that the install reads
            if cleaning.script is call.script and not cache.family:
                edit = dropped(build, cleaning.script, cleaning.command)
                if edit is not None:
                    edits.append(edit)
            continue
        is_here = build.dockerfile.stage_of(instruction) is stage
        if is_here and _only_cleans(build, cache, cleaning, call):
            removal = moves.remove(build.dockerfile, instruction)
            edits.append(removal)
    # More than one would have to be tried together
    return tuple(edits[:1])


def _only_cleans(
    build: Build,
    cache: Cache,
    cleaning: PackageInvocation,
    call: PackageInvocation,
) -> bool:
    """Whether a RUN after the install does nothing but empty a cache that then is empty."""
    instruction = cleaning.instruction
    if not is_plain(instruction) or instruction.flags:
        return False
    if has_ignore(build, instruction):
        return False
    if not moves.is_closed(build.dockerfile, instruction):
        return False
    if not _has_one_command(build, instruction):
        return False

    start = instruction.span.start
    stage = build.dockerfile.stage_of(instruction)
    # Those that the fix of another install empties come before it
    for other in kept_caches(build, cache):
        if build.dockerfile.stage_of(other.instruction) is not stage:
            continue
        if _start_of(other) > start:
            return False
        if other.instruction is call.instruction:
            continue
        is_last = _start_of(call) > _start_of(other)
        if not is_last or _clean(build, cache, other) is None:
            return False
    return _start_of(call) < start


def _has_one_command(build: Build, run: Instruction) -> bool:
    scripts = build.scripts(run)
    if len(scripts) != 1:
        return False
    [script] = scripts
    return len(script.commands) == 1


def _is_moved(cache: Cache, call: PackageInvocation) -> bool:
    """Whether this command alone has its cache elsewhere."""
    if call.does.option(*cache.options):
        return True
    names = [assignment.name for assignment in call.command.assignments]
    return any(name in cache.variables for name in names)


def _is_removed_later(build: Build, cache: Cache, call: PackageInvocation) -> bool:
    """Whether the rest of the RUN removes the manager, so that it cannot be called at the end."""
    holders = {*cache.managers, *cache.comes_with}
    holders |= _groups_with(build, holders)
    start = _start_of(call)
    for later in _commands(build, call):
        if _start_of(later) <= start:
            continue
        removed = set(_removed_by(later.command))
        if removed & holders:
            return True
        if any(package.startswith("$") for package in removed):
            return True  # a variable, which may name the manager
    return False


def _groups_with(build: Build, names: set[str]) -> set[str]:
    """The virtual packages of apk that hold one of `names`: `apk del` removes both."""
    groups: set[str] = set()
    for call in build.packages("apk", action="install"):
        packages = {package.name for package in call.does.packages}
        if packages & names:
            groups.update(call.does.values("--virtual"))
    return groups


def _removed_by(command: Command) -> Iterator[str]:
    """The parts of the paths, or the packages, that a command removes."""
    is_removal = command.has(*_REMOVALS)
    for word in command.args:
        text = word.text.strip("\"'")
        if command.name == "rm":
            if text.startswith(("/", "$", "~")):
                parts = text.lstrip("$").split("/")
                yield from parts
        elif is_removal:
            package, _, _ = text.partition("=")
            yield package


def _goes_on(build: Build, cache: Cache, instruction: Instruction) -> bool:
    """Whether the next RUN continues the same work, and can be joined with this one.

    Then the cache is emptied at the end of that.
    """
    following = _next_in_stage(build, instruction)
    if following is None or following.keyword != "RUN":
        return False
    for run in (instruction, following):
        for script in build.scripts(run):
            for command in script.commands:
                if command.name not in cache.family:
                    return False
    return join(build, instruction, following) is not None


def _next_in_stage(build: Build, instruction: Instruction) -> Instruction | None:
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return None
    # There may be thousands
    items = stage.instructions
    start = instruction.span.start
    after = bisect_right(items, start, key=lambda item: item.span.start)
    if after == len(items):
        return None
    return items[after]
