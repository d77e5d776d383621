"""uv's cache stays in the image

## What it does
Finds installs by uv whose cache stays in a layer of the final image: `uv sync`, `uv pip install`,
`uv add` and `uv tool install`. It is reported once for a file.

Build stages are left alone. So are installs with a cache mount over the cache, with `--no-cache` or
UV_NO_CACHE, with `no-cache` in the project's settings, and with a later command in the same RUN
that empties the cache; small packages by their names; and `uv sync`, and local wheels with
`--no-deps`, unless uv is told to copy. Nor does the rule speak of examples, tools and images for
development, tests or CI, unless they are pushed to a registry.

## Why is this bad?
uv keeps every package unpacked under ~/.cache/uv, together with the index pages and the wheels
that it builds. The finished image never reads them. Files of packages are hard links to the cache
where that is possible, so that the layer holds them once. Besides them `uv pip install` leaves the
index pages: 13 MB beside 103 MB of packages. `uv sync` of a lock file reads no index, and leaves
less than 1 MB beside 237 MB (both measured with uv 0.13). Where uv copies (UV_LINK_MODE=copy, or a
cache on another file system) every package is in the image twice, which is a warning.

For quick rebuilds use a cache mount instead, `--mount=type=cache,target=/root/.cache/uv`: it keeps
the cache and leaves it out of the layer.

## Fix safety
The fix adds `--no-cache` to each of these installs, and to those beside them whose cache takes
little room. It is safe: uv installs the same files with and without its cache. There is none where
the RUN mounts the cache of another package manager: a cache is wanted there, and its path wrong.

## When to ignore
Ignore it where the container installs packages at run time and should reuse the downloads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.caching.cache_mounts import cache_mounts, cache_of, meant_for
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.installs.small_packages import are_little
from lightship.facts.packages.package_caches import UV, kept_caches
from lightship.facts.packages.strict_removals import forgiving
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.pyproject.dependency import normalised
from lightship.regex import regex
from lightship.text import Edit

# What uv reads as "no" in a variable (clap's BoolishValueParser)
_NO = frozenset({"", "0", "n", "no", "f", "false", "off"})
_SETTINGS = ("uv.toml", "pyproject.toml")
_NO_CACHE = regex(r"(?m)^[^\S\n]*(?:no-cache\s*=\s*true|cache-dir\s*=)")


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build) or "UV_NO_CACHE" in build.repository.cache_settings:
        return
    kept = [
        call
        for call in kept_caches(build, UV)
        if not _is_off(build, call) and not _leaves_nothing(build, call)
    ]
    cached = _cached_syncs(build, kept)
    kept = [call for call in kept if not _installs_project_alone(build, call, cached)]
    if not kept or _is_off_in_settings(build):
        return

    first = kept[0]
    copies = any(_copies(build, call) for call in kept)
    what = "uv's cache"
    severity = None
    if copies:
        what = "a second copy of every package in uv's cache"
        severity = Severity.WARNING
    other = _other_mount(build, kept)
    cure = "add --no-cache"
    if other:
        cure = f"mount {cache_of(build, first) or 'it'} in place of {other}"
    message = f"this layer keeps {what}: {cure}"
    if len(kept) > 1:
        message = f"{len(kept)} layers keep {what}: {cure}"

    edits = tuple(_edits(build))
    later = forgiving(build, first.instruction, ("/root/.cache/uv",))
    fix = None
    if edits and later is not None and not other:
        fix = Fix("Add --no-cache", (*edits, *later))
    yield Finding(first.does.subcommand.span, message, fix, severity)


def _other_mount(build: Build, kept: Sequence[PackageInvocation]) -> str:
    """The cache of another package manager that one of the RUN mounts, so that a cache is wanted.

    Empty where none does.
    """
    for call in kept:
        for _mount, target in cache_mounts(build, call.instruction):
            if meant_for(target):
                return target
    return ""


def _leaves_nothing(build: Build, call: PackageInvocation) -> bool:
    """Whether all that it keeps are hard links to what it installs, or next to nothing."""
    if _is_little(call):
        return True
    is_linked = call.does.name == "sync" or _takes_wheels_alone(call)
    return is_linked and not _copies(build, call)


def _is_little(call: PackageInvocation) -> bool:
    """Whether it is given the names of small packages alone."""
    does = call.does
    if does.requirements or does.reads_more or not does.packages:
        return False
    if any(package.kind != "registry" or package.extras for package in does.packages):
        return False
    return are_little(normalised(package.name) for package in does.packages)


def _takes_wheels_alone(call: PackageInvocation) -> bool:
    """Whether it asks no index: wheels of a directory, without what they depend on."""
    does = call.does
    if does.option("--no-deps") is None or does.requirements or does.reads_more:
        return False
    names = [word.text.strip("\"'") for word in does.operands]
    return bool(names) and all(
        name.endswith(".whl") and "://" not in name for name in names
    )


def _cached_syncs(
    build: Build, kept: Sequence[PackageInvocation]
) -> Mapping[Stage, int]:
    """By stage, where the first `uv sync` of the dependencies alone stands that keeps no cache."""
    runs = {item.instruction for item in kept}
    first: dict[Stage, int] = {}
    for call in build.packages("uv", action="sync"):
        is_first = call.does.option("--no-install-project", "--no-install-workspace")
        stage = build.dockerfile.stage_of(call.instruction)
        if is_first and stage is not None and call.instruction not in runs:
            first.setdefault(stage, call.command.span.start)
    return first


def _installs_project_alone(
    build: Build, call: PackageInvocation, cached: Mapping[Stage, int]
) -> bool:
    """Whether a `uv sync` before it, whose cache is kept out, has installed the dependencies."""
    stage = build.dockerfile.stage_of(call.instruction)
    if call.does.name != "sync" or stage is None:
        return False
    start = cached.get(stage)
    return start is not None and start < call.command.span.start


def _is_off(build: Build, call: PackageInvocation) -> bool:
    does = call.does
    if does.no_cache or does.option("--dry-run"):
        return True
    if any(word.text.startswith("$") for word in does.operands):
        return True  # may be any option
    value = environment_of(build, call).get("UV_NO_CACHE", "")
    return value is None or value.lower() not in _NO


def _is_off_in_settings(build: Build) -> bool:
    """Whether a settings file in the root of the context turns the cache off, or moves it."""
    context = build.context
    if context is None:
        return False
    for name in _SETTINGS:
        text = context.read(name) or ""
        if _NO_CACHE.search(text):
            return True
    return False


def _copies(build: Build, call: PackageInvocation) -> bool:
    """Whether uv is told to copy packages from its cache."""
    modes = call.does.values("--link-mode")
    if modes:
        return modes[-1] == "copy"
    return environment_of(build, call).get("UV_LINK_MODE") == "copy"


def _edits(build: Build) -> Iterator[Edit]:
    """The option for each install of the RUN that keep a cache, however little of it.

    Nothing where one cannot be given it.
    """
    runs = {call.instruction for call in kept_caches(build, UV)}
    calls = [
        call
        for call in build.packages("uv")
        if call.instruction in runs and call.does.installs and not _is_off(build, call)
    ]
    if not all(takes_words(call.script) for call in calls):
        return
    for call in calls:
        yield after_word(call.script, call.does.subcommand, "--no-cache")


_UV = "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nWORKDIR /app\n"
_COPY = f"{_UV}ENV UV_LINK_MODE=copy\nCOPY pyproject.toml uv.lock ./\n"

RULE = Rule(
    id="uv-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=UV.managers),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad=f"{_COPY}RUN uv sync --locked --no-dev",
            fixed=f"{_COPY}RUN uv sync --no-cache --locked --no-dev",
        ),
        Example(
            bad=f"{_UV}ENV UV_LINK_MODE=copy\nRUN uv pip install --system \\\n    # the server\n"
            "    flask==3.1.2",
            fixed=f"{_UV}ENV UV_LINK_MODE=copy\nRUN uv pip install --no-cache --system \\\n"
            "    # the server\n    flask==3.1.2",
        ),
        Example(
            bad=f"{_COPY}RUN uv sync --locked --no-dev --no-install-project\nCOPY . .\n"
            "RUN uv sync --locked --no-dev",
            fixed=f"{_COPY}RUN uv sync --no-cache --locked --no-dev --no-install-project\n"
            "COPY . .\nRUN uv sync --no-cache --locked --no-dev",
        ),
        Example(
            bad=f"{_UV}RUN uv tool install ruff==0.14.0",
            fixed=f"{_UV}RUN uv tool install --no-cache ruff==0.14.0",
        ),
        Example(
            bad=f'{_UV}RUN ["uv", "pip", "install", "--system", "flask==3.1.2"]',
            fixed=f'{_UV}RUN ["uv", "pip", "install", "--no-cache", "--system", "flask==3.1.2"]',
        ),
        Example(
            bad=f"{_UV}RUN <<EOF\nset -e\nuv venv\nuv pip install flask==3.1.2\nEOF",
            fixed=f"{_UV}RUN <<EOF\nset -e\nuv venv\nuv pip install --no-cache flask==3.1.2\nEOF",
        ),
        Example(
            bad=f"{_UV}ENV UV_NO_CACHE=0\nRUN uv pip install --system flask==3.1.2",
            fixed=f"{_UV}ENV UV_NO_CACHE=0\n"
            "RUN uv pip install --no-cache --system flask==3.1.2",
        ),
        Example(
            bad=f"{_UV}RUN uv cache clean && sh -c 'uv pip install --system flask==3.1.2'",
            fixed=f"{_UV}RUN uv cache clean && "
            "sh -c 'uv pip install --no-cache --system flask==3.1.2'",
        ),
        Example(
            good="FROM ghcr.io/astral-sh/uv:0.9-python3.13-trixie-slim\nCOPY w /w\n"
            "RUN uv pip install --system --no-deps /w/*.whl"
        ),
        Example(good=f"{_COPY}RUN uv sync --no-cache --locked --no-dev"),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev"
        ),
        Example(good=f"{_COPY}RUN uv -n sync --locked --no-dev"),
        Example(
            good=f"{_COPY}"
            "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev"
        ),
        Example(
            good=f"{_COPY}"
            "RUN --mount=type=cache,target=/root/.cache uv sync --locked --no-dev"
        ),
        Example(
            good=f"{_COPY}ENV UV_CACHE_DIR=/uv\n"
            "RUN --mount=type=cache,target=/uv uv sync --locked --no-dev"
        ),
        Example(good=f"{_COPY}ENV UV_NO_CACHE=1\nRUN uv sync --locked --no-dev"),
        Example(good=f"{_COPY}RUN UV_NO_CACHE=true uv sync --locked --no-dev"),
        Example(
            good=f"{_COPY}ARG NO_CACHE\nENV UV_NO_CACHE=$NO_CACHE\n"
            "RUN export UV_NO_CACHE=1 && uv sync --locked --no-dev"
        ),
        Example(good=f"{_COPY}RUN uv sync --locked --no-dev && uv cache clean"),
        Example(good=f"{_COPY}RUN uv sync --locked --no-dev && rm -rf ~/.cache/uv"),
        Example(good=f"{_COPY}RUN uv sync --locked --no-dev && rm -rf /root/.cache"),
        Example(
            good=f'{_COPY}RUN uv sync --locked --no-dev && rm -rf "$(uv cache dir)"'
        ),
        Example(
            good=f"{_COPY}RUN uv sync --locked --no-dev --cache-dir=/c && rm -r /c"
        ),
        Example(
            good=f"{_UV.replace('-slim', '-slim AS build', 1)}COPY pyproject.toml uv.lock ./\n"
            "RUN uv sync --locked --no-dev\nFROM python:3.14-slim\n"
            "COPY --from=build /app/.venv /app/.venv"
        ),
        Example(
            good=f"{_UV}ENV UV_LINK_MODE=copy\nCOPY . .\nRUN uv sync --locked --no-dev",
            files={
                "pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n"
                "[tool.uv]\nno-cache = true\n",
                "uv.lock": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good=f"{_UV.replace('-slim', '-slim AS dev', 1)}RUN uv pip install --system a==1"
        ),
        Example(
            good=f"{_COPY}RUN --mount=type=cache,target=/root/.cache/uv "
            "uv sync --locked --no-dev --no-install-project\nCOPY . .\n"
            "RUN uv sync --locked --no-dev"
        ),
        Example(good=f"{_COPY}ARG OPTIONS\nRUN uv sync --locked --no-dev $OPTIONS"),
        Example(good=f"{_UV}RUN uv --version && uv python install 3.14"),
    ),
)
