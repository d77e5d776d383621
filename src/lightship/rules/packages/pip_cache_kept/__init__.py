"""pip's download cache stays in the image

## What it does
Finds `pip install` commands whose download cache stays in a layer of the final image.

Build stages are left alone. So are installs with a cache mount over the cache, with
PIP_NO_CACHE_DIR (any value: pip takes even `0` and `off` as "no cache"), on Red Hat's Python
images, which set that variable, with the pip of Ubuntu 14.04 and Debian 8, which keeps none, where
root installs on Jupyter's images, whose HOME belongs to jovyan, so that pip turns its cache off,
and with a command in the same RUN that removes the cache. Where the packages are known and are less
than about 10 MB together, it is only a note. Not reported are an install of a megabyte or two, such
as `pip install --upgrade pip`, a few megabytes on top of an image of gigabytes, a branch without
its dependencies, the repository's own project where the distribution has its libraries (`apt-get
install python3-numpy`), wheels that an earlier stage made, and anything on an image that has the
dependencies already, as its name says (`acme/shop-deps`). Nor is anything where the container
installs packages when it starts, which then come out of the cache. Examples, tools and images for
development, tests or CI are left alone, unless they are pushed to a registry.

## Why is this bad?
pip keeps every file that it downloads, and every wheel that it builds, under ~/.cache/pip. The
finished image never reads them: they make it bigger by about the size of the packages.

For quick rebuilds use a cache mount instead, `--mount=type=cache,target=/root/.cache/pip`: it keeps
the cache and leaves it out of the layer.

## Fix safety
The fix adds `--no-cache-dir`. It is safe: pip installs the same files with and without its cache.

## When to ignore
Ignore it where the container installs packages at run time and should reuse the downloads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import basename

from lightship.base_images.known import switches_pip_cache_off
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.caching.cache_mounts import cache_of
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.packages.package_caches import is_worked_on
from lightship.facts.packages.strict_removals import forgiving
from lightship.facts.stages.final_image import is_shipped
from lightship.facts.start.start_files import start_files, text_of
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.packages.pip_cache_kept.amounts import (
    brings_little,
    brings_much,
    has_packages,
)
from lightship.rules.packages.pip_cache_kept.old_pips import keeps_no_cache
from lightship.rules.packages.pip_cache_kept.others_home import is_in_others_home
from lightship.shell.cleaning import removes
from lightship.text import Edit

_VARIABLE = "PIP_NO_CACHE_DIR"
_CACHE = "/root/.cache/pip"
_CONFIGURED = regex(r"(?<!-)\bno-cache-dir[ \t]*=|config set \S*no-cache-dir")
_PIP_INSTALL = regex(r"(?m)^[^#\n]*\bpip[\d.]*[ \t]+install\b")


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build) or _VARIABLE in build.repository.cache_settings:
        return
    if build.lineage:
        base = build.evaluation.root(build.lineage[0]).name
        if switches_pip_cache_off(base) or has_packages(base):
            return

    if is_worked_on(build, ("PIP_CACHE_DIR",)) or _installs_at_start(build):
        return

    settled = _settled_at(build)
    large: list[PackageInvocation] = []
    small: list[PackageInvocation] = []
    for call in _kept(build):
        group = small if brings_little(build, call, settled) else large
        group.append(call)

    edits_of_small = tuple(edit for call in small for edit in _edits(call))
    for call in large:
        fix = None
        edits = _edits(call)
        if edits:
            if call is large[0]:
                edits += edits_of_small
            later = forgiving(build, call.instruction, ("/root/.cache/pip",))
            if later is not None:
                fix = Fix("Add --no-cache-dir", (*edits, *later))
        message = "this layer keeps pip's cache: add --no-cache-dir"
        severity = None if brings_much(build, call) else Severity.INFO
        yield Finding(call.does.subcommand.span, message, fix, severity)


def _installs_at_start(build: Build) -> bool:
    """Whether the container's start script installs packages: it takes them from the cache."""
    texts = [text_of(build, file) or "" for file in start_files(build)]
    return any(map(_PIP_INSTALL.search, texts))


def _edits(call: PackageInvocation) -> tuple[Edit, ...]:
    if not takes_words(call.script):
        return ()
    return (after_word(call.script, call.does.subcommand, "--no-cache-dir"),)


def _kept(build: Build) -> Iterator[PackageInvocation]:
    """The installs of the final image whose cache stays."""
    configured = _configured_at(build)
    removals: Mapping[Instruction, Sequence[Invocation]] | None = None
    last: dict[tuple[Instruction, str], int] = {}
    for call in build.packages("pip"):
        run = call.instruction
        if not call.does.installs or run not in build.shipped or _keeps_none(call):
            continue
        if run.span.start >= configured or keeps_no_cache(build, call):
            continue
        if is_in_others_home(build, call):
            continue

        if removals is None:
            removals = _removals(build)
        if not _is_kept_out(build, call, removals.get(run, ()), last):
            yield call


def _settled_at(build: Build) -> float:
    """Where a requirements file is first installed: later the project itself is all that comes."""
    for call in build.packages("pip", "uv"):
        is_shipped_here = call.instruction in build.shipped
        if is_shipped_here and call.does.installs and call.does.requirements:
            return call.command.span.start
    return float("inf")


def _keeps_none(call: PackageInvocation) -> bool:
    """Whether an option or a variable of the script says so; pip takes an option that is cut
    short, too.
    """
    for option in call.does.options:
        name = option.name
        if name.startswith("--no-ca") or name in ("--no-index", "--dry-run", "--help"):
            return True
    at = call.script.text.text.find(_VARIABLE)
    return 0 <= at < call.command.words[0].at


def _removals(build: Build) -> dict[Instruction, list[Invocation]]:
    """By RUN the commands that remove files, or purge pip's cache."""
    by_run: dict[Instruction, list[Invocation]] = {}
    for removal in build.commands("rm", "find"):
        by_run.setdefault(removal.instruction, []).append(removal)
    for purge in build.packages("pip", action="clean"):
        run = purge.instruction
        call = Invocation(run, purge.script, purge.command)
        by_run.setdefault(run, []).append(call)
    return by_run


def _is_kept_out(
    build: Build,
    call: PackageInvocation,
    removals: Iterable[Invocation],
    last: dict[tuple[Instruction, str], int],
) -> bool:
    """Whether the environment switches the cache off, a mount hides it, or a later command
    removes it.

    `last` is where the last command of a RUN stands that empties a place, as far as that is known
    already.
    """
    run = call.instruction
    before = build.evaluation.before(run)
    env = before.env if before is not None else {}
    if env.get(_VARIABLE):
        return True

    mounts = build.mounts(run)
    targets = (mount.target.rstrip("/") for mount in mounts)
    if any(target.endswith(("/.cache", "/.cache/pip")) for target in targets):
        return True

    workdir = before.workdir if before is not None else "/"
    for place in _places(build, call, env):
        key = (run, place)
        if key not in last:
            last[key] = max(_emptied(removals, place), default=-1)
        if last[key] > call.command.span.start or hides(mounts, place, workdir):
            return True
    return False


def _places(
    build: Build, call: PackageInvocation, env: Mapping[str, str | None]
) -> list[str]:
    """Where pip may keep its cache."""
    places = [_CACHE, *call.does.values("--cache-dir")]
    known = cache_of(build, call)
    if known is not None:
        places.append(known)  # as the script sets it, too
    places += [
        assignment.value
        for assignment in call.command.assignments
        if assignment.name == "PIP_CACHE_DIR" and assignment.value
    ]
    places.append(env.get("PIP_CACHE_DIR") or _CACHE)
    if "XDG_CACHE_HOME" in env:
        places.append(f"{env['XDG_CACHE_HOME']}/pip")
    if "HOME" in env:
        places.append(f"{env['HOME']}/.cache/pip")
    return places


def _emptied(removals: Iterable[Invocation], place: str) -> Iterator[int]:
    """Where commands stand that empty the place; `pip cache purge` empties any."""
    for removal in removals:
        is_purge = not removal.command.name.startswith(("rm", "find"))
        if is_purge or removes(removal.script, removal.command, place):
            yield removal.command.span.start


def _configured_at(build: Build) -> float:
    """Where a configuration file of pip is first written or copied; what it says is not known."""
    for instruction in build.each("RUN", "COPY", "ADD"):
        text = instruction.line.text
        if "no-cache-dir" in text and ("pip.conf" in text or "config set" in text):
            return instruction.span.start
        if instruction.keyword != "RUN" and "pip.conf" in text:
            return instruction.span.start
        if instruction.keyword == "RUN" and _configures(build, instruction):
            return instruction.span.start
    return float("inf")


def _configures(build: Build, run: Instruction) -> bool:
    """Whether a RUN starts a script of the build context that switches the cache off."""
    context = build.context
    if context is None or ".sh" not in run.line.text:
        return False
    names: set[str] = set()
    for script in build.scripts(run):
        for command in script.commands:
            words = (word.text.strip("\"'") for word in command.words[:2])
            names.update(basename(word) for word in words if word.endswith(".sh"))
    for file in context.sent:
        if file.name not in names:
            continue
        text = context.read(file.path) or ""
        if _VARIABLE in text or _CONFIGURED.search(text) is not None:
            return True
    return False


RULE = Rule(
    id="pip-cache-kept",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=("pip",)),
    aliases=("DL3042", "semgrep/missing-pip-no-cache-dir", "parfum/pipUseNoCacheDir"),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad="RUN pip install flask==3.1.2",
            fixed="RUN pip install --no-cache-dir flask==3.1.2",
        ),
        Example(
            bad="RUN python3 -m pip install \\\n  # the server\n  -r requirements.txt",
            fixed="RUN python3 -m pip install --no-cache-dir \\\n  # the server\n"
            "  -r requirements.txt",
        ),
        Example(
            bad='RUN ["pip3.14", "install", "flask"]',
            fixed='RUN ["pip3.14", "install", "--no-cache-dir", "flask"]',
        ),
        Example(
            bad="RUN <<EOF\nset -e\n. /venv/bin/activate\npip install flask\nEOF",
            fixed="RUN <<EOF\nset -e\n. /venv/bin/activate\npip install --no-cache-dir flask\nEOF",
        ),
        Example(
            bad="RUN rm -rf ~/.cache && sh -c 'pip install flask'",
            fixed="RUN rm -rf ~/.cache && sh -c 'pip install --no-cache-dir flask'",
        ),
        Example(
            bad="FROM python:3.14 AS base\nRUN pip install flask\nFROM base\n"
            "ENV PIP_NO_CACHE_DIR=1",
            fixed="FROM python:3.14 AS base\nRUN pip install --no-cache-dir flask\nFROM base\n"
            "ENV PIP_NO_CACHE_DIR=1",
        ),
        Example(good="RUN pip install --no-cache-dir flask==3.1.2"),
        Example(
            good="RUN --mount=type=cache,target=/root/.cache pip install flask==3.1.2"
        ),
        Example(good="ENV PIP_NO_CACHE_DIR=off\nRUN pip install flask==3.1.2"),
        Example(good="ARG PIP_NO_CACHE_DIR=1\nRUN pip install flask==3.1.2"),
        Example(good="RUN PIP_NO_CACHE_DIR=1 pip install flask==3.1.2"),
        Example(good="RUN pip install flask==3.1.2 && rm -rf ~/.cache/pip"),
        Example(good="RUN pip install flask==3.1.2; pip cache purge"),
        Example(
            good="FROM registry.access.redhat.com/ubi9/python-312:9.6\nRUN pip install flask==3.1.2"
        ),
        Example(
            good="RUN pip config set global.no-cache-dir true\nRUN pip install flask==3.1.2"
        ),
        Example(
            good="FROM python:3.14 AS build\nRUN pip install build==1.4.0\nFROM scratch\n"
            "COPY --from=build /a /a"
        ),
        Example(
            good="RUN pip download flask==3.1.2 && uv pip install --no-cache flask==3.1.2"
        ),
        Example(
            good="ENV PIP_CACHE_DIR=/cache\nRUN --mount=type=cache,id=pip,target=/cache pip "
            "install flask==3.1.2",
        ),
    ),
)
