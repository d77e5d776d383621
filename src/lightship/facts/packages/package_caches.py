"""Caches that package managers leave in a layer of the image, and what takes them out of it again.

Sources: dnf(8) and yum(8) `clean`, dnf5-caching(7), zypper(8) `clean`, `conda clean`, mamba's and
micromamba's `clean`, `npm cache` and npm's `cache` setting, classic yarn's `cache`, `uv cache`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.caching.cache_mounts import TOOLS, cache_of
from lightship.facts.values.command_values import value
from lightship.record import record
from lightship.shell.interpreters import SHELLS

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
# Options of `conda clean` for the index of channels; what says yes for the user
_INDEX = frozenset({"-i", "--index-cache", "-iy", "-yi"})
_ASKING = frozenset({"-y", "--yes", "-q", "--quiet"})
# The cache goes into another root, which may be thrown away
_ELSEWHERE = ("--installroot", "--root")
_HIDING = ("cache", "tmpfs", "bind")
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
    """For each RUN of the final image in which `cache` stays: the last command that fills it.

    There is none where another command works on the cache, which is wanted then.
    """
    if is_worked_on(build, cache.variables):
        return
    fills: dict[Instruction, PackageInvocation] = {}
    cleans: dict[Instruction, int] = {}
    for call in build.packages(*cache.managers):
        instruction = call.instruction
        start = call.command.span.start
        if call.does.action == "clean":
            if cleans_index_alone(cache, call):
                continue
            earlier = cleans.get(instruction, 0)
            cleans[instruction] = max(start, earlier)
        elif instruction in build.shipped and _fills(call):
            last = fills.get(instruction)
            if last is None or start_of(last) < start:
                fills[instruction] = call

    for instruction, call in fills.items():
        cleaned = cleans.get(instruction, 0)
        if cleaned > start_of(call):
            continue
        if not _is_kept_out(build, cache, call):
            yield call


def cleans_index_alone(cache: Cache, call: PackageInvocation) -> bool:
    """Whether `conda clean --index-cache` is all that it does: the downloads stay."""
    if cache is not CONDA:
        return False
    texts = [word.text for word in call.command.args]
    options = {text for text in texts if text.startswith("-")}
    if _INDEX.isdisjoint(options):
        return False
    others = options - _INDEX
    return others <= _ASKING


def is_worked_on(build: Build, variables: Sequence[str]) -> bool:
    """Whether a command of the final image does something else to a cache than to remove it.

    It names it by the variable that says where it is: `chown -R app "$UV_CACHE_DIR"`.
    """
    uses: list[str] = []
    for name in variables:
        uses += (f"${name}", f"${{{name}}}")
    if not _has_any(build.dockerfile.text, uses):
        return False

    for call in build.commands():
        command = call.command
        if command.name == "rm" or command.has("-delete"):
            continue
        if call.instruction not in build.shipped:
            continue
        for word in command.args:
            if _has_any(word.text, uses):
                return True
    return False


def _has_any(text: str, parts: Sequence[str]) -> bool:
    return any(part in text for part in parts)


def start_of(call: Invocation | PackageInvocation) -> int:
    """Where its command begins in the text of the Dockerfile."""
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
    workdir = "/"
    before = build.evaluation.before(call.instruction)
    if before is not None:
        workdir = before.workdir

    mounts = build.mounts(call.instruction)
    places = list(_places(build, cache, call))
    for place in places:
        if hides(mounts, place, workdir):
            return True
    for mount in mounts:
        if mount.type not in _HIDING:
            continue
        if _is_of(cache, mount.target):
            return True

    start = start_of(call)
    for later in commands_of(build, call):
        if start_of(later) <= start:
            continue
        if _empties(cache, later, places):
            return True
    return False


def _places(build: Build, cache: Cache, call: PackageInvocation) -> Iterator[str]:
    """Where the cache may lie."""
    does = call.does
    yield from does.facts.caches
    if does.manager in TOOLS:
        known = cache_of(build, call)
        if known is not None:
            yield known  # as the script sets it, too

    invocation = Invocation(call.instruction, call.script, call.command)
    for text in does.values(*cache.options):
        yield value(build, invocation, text) or text

    assigned: dict[str, str | None] = {}
    for assignment in call.command.assignments:
        assigned[assignment.name] = assignment.value
    before = build.evaluation.before(call.instruction)
    env = before.env if before is not None else {}

    for name in cache.variables:
        place = env.get(name)
        if not place:
            place = assigned.get(name)
        if place:
            yield place


def commands_of(build: Build, call: PackageInvocation) -> Iterator[Invocation]:
    """All commands of the instruction that makes the call."""
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
    from lightship.shell.cleaning import removes  # noqa: PLC0415 - few RUN remove files

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
