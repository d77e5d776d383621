"""Variables that change with each build, and the installs that BuildKit runs again for them.

The cache key of a RUN holds the whole environment: every ENV, and every ARG with a value, of its
stage before it, whether it reads them or not. COPY and ADD depend on a variable only where they
expand it, and what only sets the image's configuration (LABEL, CMD) has no key. Source:
moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go, dispatchRun; seen with the BuildKit of
Docker 26.1: a new value of an ARG that nothing reads runs the next RUN again, and leaves a COPY
before that RUN alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Pair, Stage
from lightship.evaluation.copies import Copying
from lightship.facts.copies.deliveries import delivery
from lightship.pyproject.manifest_names import is_manifest
from lightship.record import record
from lightship.regex import regex
from lightship.rules.caching.early_changing_variable.plain_commands import (
    plain_commands,
)
from lightship.shell.packages import read_command
from lightship.text import Span

_OWN = (
    "APP|BUILD|BUILDKITE|BITBUCKET|CI|CI_COMMIT|CIRCLE|DOCKER|DRONE|GIT|GITHUB|IMAGE|PROJECT|SCM"
    "|SOURCE|TRAVIS|VCS"
)
_NAMES = regex(
    # a commit
    rf"(?:(?:{_OWN}|HEAD|LAST|SHORT)_)*"
    r"(?:COMMIT(?:_?(?:ID|SHA1?|HASH|REF|REV|DATE|TIME|TIMESTAMP|SHORT_SHA))?|REVISION)"
    rf"|(?:(?:{_OWN}|HEAD|SHORT)_)+"
    r"(?:SHA1?|HASH|REV|REF|REF_NAME|REF_SLUG|DESCRIBE|BRANCH|SHORT_SHA)|GITSHA|GITHASH"
    # a run of CI
    r"|BUILD_?(?:DATE|TIME|DATETIME|TIMESTAMP|ID|NUMBER|NUM|NO|TAG|URL|COUNTER|VERSION)"
    r"|(?:GITHUB_)?RUN_(?:ID|NUMBER)"
    r"|CI_(?:PIPELINE|JOB)_(?:ID|IID|URL)|CREATED_AT|BUILT_AT|TIMESTAMP"
    # a release
    r"|(?:(?:APP|APPLICATION|PROJECT|SERVICE|IMAGE|RELEASE)_)?VERSION|RELEASE(?:_TAG|_DATE)?"
    r"|(?:GIT|IMAGE|DOCKER)_TAG",
    re.IGNORECASE,
)
# Defaults that stand for a value that the build gives; any other one stays until somebody edits it
_PLACEHOLDERS = frozenset(
    "unknown none null dev devel develop development local latest main master head n/a na unset"
    " undefined unspecified snapshot testing now today someday 0 0.0 0.0.0 0.0.0-dev 0.0.0.dev0"
    " unreleased".split()
)
# A branch is chosen, and stays, unless its default says that there has to be one
_BRANCHES = regex(r".*(?:BRANCH|REF_NAME|REF_SLUG)", re.IGNORECASE)
_UNKNOWN = frozenset("unknown none null n/a na unset undefined unspecified".split())
# Tools read a variable under such a name without naming it
_READ_BY_TOOLS = regex(
    r"(?:APT|BUNDLE|CARGO|DEBIAN|GO|LC|LD|NPM|PBR|PDM|PIP|PIPENV|POETRY|PYTHON|SETUPTOOLS|SSL|UV"
    r"|YARN)_.*|PYTHON.*|.*(?:PATH|HOME|FLAGS|OPTS|OPTIONS|LANG)"
)
_WORD = regex(r"\w+", re.ASCII)
# Instructions that expand no variables
_RUN_TIME = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "MAINTAINER"})


@record
class EarlyVariables:
    """Changing variables of a stage, and the installs after them that do not use them.

    `pairs` are where they are declared before the last of `runs`. `moving` are the instructions
    before that which carry them, or what is made from them: none where these carry other variables
    too, or depend on such.
    """

    pairs: tuple[Pair, ...]
    runs: tuple[Instruction, ...]
    moving: tuple[Instruction, ...]


@record
class _Known:
    """What holds for every stage.

    `defaults` are the ARG before the first FROM, `copies` what each COPY brings, and `fetched` the
    names that choose what is downloaded or installed: those change only when somebody edits them.
    """

    build: Build
    defaults: Mapping[str, Pair]
    copies: Mapping[Instruction, Copying]
    fetched: Collection[str]


def early_variables(build: Build) -> Iterator[EarlyVariables]:
    """At most one for each stage."""
    stages = build.dockerfile.stages
    if not any(map(_declares_any, stages)):
        return
    known = _Known(build, _defaults(build), _copies(build), _fetched(build))

    # By stage: whether it holds what changes with each build anyway
    changed: dict[int, bool] = {}
    for stage in stages:
        base = build.base_of(stage)
        if base is not None and changed[base.index]:
            changed[stage.index] = True
            continue
        walk = _StageWalk(known, stage)
        changed[stage.index] = walk.sources
        if walk.runs:
            pairs, runs = tuple(walk.pairs), tuple(walk.runs)
            yield EarlyVariables(pairs, runs, tuple(walk.moving()))


def _declares_any(stage: Stage) -> bool:
    return any(map(_is_declared, stage.instructions))


def _is_declared(item: Instruction) -> bool:
    """Whether it declares a variable whose name says that it changes."""
    if item.keyword != "ARG":
        return False
    return any(_NAMES.fullmatch(pair.name.text) for pair in item.pairs)


def _defaults(build: Build) -> dict[str, Pair]:
    defaults: dict[str, Pair] = {}
    for item in build.dockerfile.globals:
        for pair in item.pairs:
            defaults[pair.name.text] = pair
    return defaults


def _copies(build: Build) -> dict[Instruction, Copying]:
    return {copying.instruction: copying for copying in build.copyings()}


def _fetched(build: Build) -> set[str]:
    text = build.dockerfile.text
    spans: list[Span] = []
    spans += [call.command.span for call in build.commands("git", "curl", "wget")]
    spans += [call.command.span for call in build.package_commands]
    spans += [item.span for item in build.each("ADD")]
    names: set[str] = set()
    for span in spans:
        names.update(_WORD.findall(span.of(text)))
    return names


def _is_built(source: str) -> bool:
    """Whether it is what a build of the project makes: a wheel, or a file in `dist`."""
    return source.endswith(".whl") or source.startswith(("dist/", "./dist/"))


class _StageWalk:
    """One stage, from its start to where the variables are used, or the sources come in.

    `names` are the changing variables so far, `carriers` the instructions that set them, `declared`
    where, and `pairs` those that are declared before the last of `runs`, the installs that do not
    use them. `sources` is whether the stage brings what changes with each build anyway.
    """

    def __init__(self, known: _Known, stage: Stage) -> None:
        self.known, self.build, self.stage = known, known.build, stage
        self.names: set[str] = set()
        self.carriers: list[Instruction] = []
        self.declared: list[Pair] = []
        self.pairs: list[Pair] = []
        self.runs: list[Instruction] = []
        self.sources = False
        used = False
        for item in stage.instructions:
            self.sources = self.sources or self._brings_sources(item)
            used = used or self.sources or not self._passes(item)

    def _brings_sources(self, item: Instruction) -> bool:
        """Whether it brings sources, or what another stage has made of them."""
        if self._takes_from_stage(item):
            return True

        copying = self.known.copies.get(item)
        if copying is not None:
            brought = delivery(copying)
            if brought is None:
                return bool(copying.local)
            if any(map(_is_built, brought.sources)):
                return True
            return brought.has_sources(self.build.context)
        if item.keyword != "RUN" or not item.flags:
            return False

        for mount in self.build.mounts(item):
            if mount.type != "bind" or mount.from_:
                continue
            if not is_manifest(mount.source):
                return True
        return False

    def _takes_from_stage(self, item: Instruction) -> bool:
        if item.keyword not in ("COPY", "ADD", "RUN") or not item.flags:
            return False
        for source in self.build.evaluation.graph.sources[self.stage.index]:
            if source.instruction is item and source.stage is not None:
                return True
        return False

    def _passes(self, item: Instruction) -> bool:
        """Take in one instruction; False where it uses one of the variables, or may."""
        if item.keyword == "ARG":
            return self._declare(item)
        if not self.declared or item.keyword in _RUN_TIME:
            return True  # of what was made from overwritten variables nothing is said
        if item.keyword == "ENV":
            self._overwrite(item)
        mentioned = self._mentions(item)
        if item.keyword == "RUN":
            return not mentioned and self._passes_run(item)
        if mentioned and item.keyword in ("ENV", "LABEL"):
            self.carriers.append(item)
            return item.keyword == "LABEL" or self._derive(item)
        return not mentioned

    def _passes_run(self, run: Instruction) -> bool:
        commands = plain_commands(self.build, run)
        if commands is None:
            return False
        for command in commands:
            does = read_command(command)
            if does is not None and does.installs:
                self.runs.append(run)
                self.pairs = list(self.declared)
                break
        return True

    def _declare(self, item: Instruction) -> bool:
        changing = [pair for pair in item.pairs if self._changes(pair)]
        if not changing:
            return not self._mentions(item)
        self.names.update(pair.name.text for pair in changing)
        self.declared += changing
        self.carriers.append(item)
        return True

    def _changes(self, pair: Pair) -> bool:
        name = pair.name.text
        if _NAMES.fullmatch(name) is None or name in self.known.fetched:
            return False
        build = self.build
        if build.are_args_known and name not in (*build.given_args, *build.args):
            return False
        default = pair
        if pair.value is None:
            default = self.known.defaults.get(name, pair)
        if default.value is None:
            return _BRANCHES.fullmatch(name) is None
        value = default.value.text.strip("\"'").lower()
        if _BRANCHES.fullmatch(name):
            return value in _UNKNOWN
        return not value or value in _PLACEHOLDERS

    def _overwrite(self, item: Instruction) -> None:
        """A constant of ENV takes the place of an ARG in the environment of each RUN below."""
        for pair in item.pairs:
            name = pair.name.text
            if name not in self.names or pair.value is None:
                continue
            if self.names.isdisjoint(_WORD.findall(pair.value.text)):
                self.names.discard(name)
                self.declared = [own for own in self.declared if own.name.text != name]

    def _derive(self, item: Instruction) -> bool:
        """What ENV makes from them changes with them; False where a tool may read it."""
        for pair in item.pairs:
            if pair.value is None:
                continue
            if self.names.isdisjoint(_WORD.findall(pair.value.text)):
                continue
            if _READ_BY_TOOLS.fullmatch(pair.name.text):
                return False
            self.names.add(pair.name.text)
        return True

    def _mentions(self, item: Instruction) -> bool:
        text = item.span.of(self.build.dockerfile.text)
        if not any(name in text for name in self.names):
            return False
        return not self.names.isdisjoint(_WORD.findall(text))

    def moving(self) -> list[Instruction]:
        """The instructions that are to go after the last install, where they can go as a whole."""
        last = self.runs[-1].span.start
        going = [item for item in self.carriers if item.span.start < last]
        waiting = set(going)
        # What is set between an instruction and where it would go
        stay: set[str] = set()
        for item in reversed(self.stage.instructions):
            own = {pair.name.text for pair in item.pairs}
            if item in waiting:
                if item.keyword != "LABEL" and not own <= self.names:
                    return []
                if not stay.isdisjoint(own | self._used(item)):
                    return []
            elif item.keyword in ("ARG", "ENV") and item.span.start < last:
                stay |= own
        return going

    def _used(self, item: Instruction) -> frozenset[str]:
        step = self.build.evaluation.step(item)
        return step.used | step.unset if step is not None else frozenset()
