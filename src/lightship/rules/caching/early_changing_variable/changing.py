"""Variables that are another with each build, and the installs that BuildKit runs again for them.

A RUN has in its cache key the whole environment: every ENV, and every ARG with a value, of its stage before it, whether
it reads them or not. COPY and ADD depend on a variable only where they expand it, and what only sets the image's
configuration (LABEL, CMD) has no key. Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go, dispatchRun;
seen with the BuildKit of Docker 26.1: a new value of an ARG that nothing reads runs the next RUN again, and leaves a
COPY before that RUN alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Pair, Stage
from lightship.evaluation.copies import Copying
from lightship.facts.copies.deliveries import delivery
from lightship.pyproject.manifests import is_manifest
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.packages import read_command
from lightship.shell.python import is_python, module_call

_OWN = "APP|BUILD|BUILDKITE|BITBUCKET|CI|CI_COMMIT|CIRCLE|DOCKER|DRONE|GIT|GITHUB|IMAGE|PROJECT|SCM|SOURCE|TRAVIS|VCS"
_NAMES = regex(
    # a commit
    rf"(?:(?:{_OWN}|HEAD|LAST|SHORT)_)*(?:COMMIT(?:_?(?:ID|SHA1?|HASH|REF|REV|DATE|TIME|TIMESTAMP|SHORT_SHA))?|REVISION)"
    rf"|(?:(?:{_OWN}|HEAD|SHORT)_)+(?:SHA1?|HASH|REV|REF|REF_NAME|REF_SLUG|DESCRIBE|BRANCH|SHORT_SHA)|GITSHA|GITHASH"
    # a run of CI
    r"|BUILD_?(?:DATE|TIME|DATETIME|TIMESTAMP|ID|NUMBER|NUM|NO|TAG|URL|COUNTER|VERSION)|(?:GITHUB_)?RUN_(?:ID|NUMBER)"
    r"|CI_(?:PIPELINE|JOB)_(?:ID|IID|URL)|CREATED_AT|BUILT_AT|TIMESTAMP"
    # a release
    r"|(?:(?:APP|APPLICATION|PROJECT|SERVICE|IMAGE|RELEASE)_)?VERSION|RELEASE(?:_TAG|_DATE)?|(?:GIT|IMAGE|DOCKER)_TAG",
    re.IGNORECASE,
)
# Defaults that stand for a value that the build gives; any other is one that stays until somebody edits it
_PLACEHOLDERS = frozenset(
    """unknown none null dev devel develop development local latest main master head n/a na unset undefined unspecified
    snapshot testing now today someday 0 0.0 0.0.0 0.0.0-dev 0.0.0.dev0 unreleased""".split()
)
# What is made from a variable under such a name is read by tools without being named
_READ_BY_TOOLS = regex(
    r"(?:APT|BUNDLE|CARGO|DEBIAN|GO|LC|LD|NPM|PBR|PDM|PIP|PIPENV|POETRY|PYTHON|SETUPTOOLS|SSL|UV|YARN)_.*|PYTHON.*|"
    r".*(?:PATH|HOME|FLAGS|OPTS|OPTIONS|LANG)"
)
_WORD = regex(r"\w+", re.ASCII)
_RUN_TIME = frozenset(
    {"CMD", "ENTRYPOINT", "HEALTHCHECK", "MAINTAINER"}
)  # they expand nothing
_PLAIN = frozenset(
    """: [ add-apt-repository addgroup adduser apt-key apt-mark awk basename bunzip2 bzip2 cat cd chmod chown
    corepack cp curl cut date debconf-set-selections dirname dos2unix dpkg dpkg-reconfigure echo egrep exit
    export false fgrep find gpg grep groupadd groupmod gunzip gzip head id install ldconfig ln locale-gen
    localedef ls md5sum mkdir mktemp mv nproc popd printf pushd pwd rm rmdir rpm rpmkeys sed set sha1sum
    sha256sum sha512sum sleep sort tail tar tee test touch tr true truncate umask uname unlink unset unxz unzip
    update-alternatives update-ca-certificates update-locale useradd userdel usermod wc wget which xz""".split()
)


_ASKING = frozenset(
    {
        "cache",
        "check",
        "config",
        "env",
        "freeze",
        "list",
        "python",
        "show",
        "store",
        "venv",
    }
)


@record
class EarlyVariables:
    """Changing variables of a stage, and the installs behind them that have no use for them.

    `pairs` are where they are declared before the last of `runs`. `moving` are the instructions before that which carry
    them, or what is made from them: none where these carry other variables too, or depend on such.
    """

    stage: Stage
    pairs: tuple[Pair, ...]
    runs: tuple[Instruction, ...]
    moving: tuple[Instruction, ...]


def early_variables(build: Build) -> Iterator[EarlyVariables]:
    """At most one for each stage."""
    defaults = {
        pair.name.text: pair for item in build.dockerfile.globals for pair in item.pairs
    }
    copies: Mapping[Instruction, Copying] | None = None
    changed: dict[
        int, bool
    ] = {}  # by stage: whether it holds what changes with each build anyway
    for stage in build.dockerfile.stages:
        if copies is None and any(map(_is_declared, stage.instructions)):
            copies = {each.instruction: each for each in build.copyings()}
    if copies is None:
        return
    fetched = _fetched(build)
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        if base is not None and changed[base.index]:
            changed[stage.index] = True
            continue
        walk = _Walk(build, stage, defaults, copies, fetched)
        changed[stage.index] = walk.sources
        if walk.runs:
            yield EarlyVariables(
                stage, tuple(walk.pairs), tuple(walk.runs), tuple(walk.moving())
            )


def _is_declared(instruction: Instruction) -> bool:
    return instruction.keyword == "ARG" and any(
        _NAMES.fullmatch(pair.name.text) for pair in instruction.pairs
    )


def _fetched(build: Build) -> set[str]:
    """Names that choose what is downloaded or installed: those change only when somebody chooses anew."""
    text = build.dockerfile.text
    spans = [found.command.span for found in build.commands("git", "curl", "wget")]
    spans += [found.command.span for found in build.package_commands]
    spans += [item.span for item in build.each("ADD")]
    return {name for span in spans for name in _WORD.findall(span.of(text))}


class _Walk:
    """One stage, from its start to where the variables are used, or the sources come in."""

    def __init__(
        self,
        build: Build,
        stage: Stage,
        defaults: Mapping[str, Pair],
        copies: Mapping[Instruction, Copying],
        fetched: Collection[str],
    ) -> None:
        self.build, self.stage, self.defaults, self.copies, self.fetched = (
            build,
            stage,
            defaults,
            copies,
            fetched,
        )
        self.names: set[str] = set()
        self.carriers: list[Instruction] = []
        self.declared: list[Pair] = []
        self.pairs: list[Pair] = []  # those before the last of `runs`
        self.runs: list[Instruction] = []
        self.sources = False
        used = False
        for item in stage.instructions:
            self.sources = self.sources or self._brings_sources(item)
            used = used or self.sources or not self._passes(item)

    def _brings_sources(self, item: Instruction) -> bool:
        """Whether it brings what changes with each build anyway: sources, or what another stage has made of them."""
        if item.keyword in ("COPY", "ADD", "RUN") and item.flags:
            sources = self.build.evaluation.graph.sources[self.stage.index]
            if any(
                source.instruction is item and source.stage is not None
                for source in sources
            ):
                return True
        if item in self.copies:
            copying = self.copies[item]
            found = delivery(copying)
            return (
                found.has_sources(self.build.context)
                if found is not None
                else bool(copying.local)
            )
        mounts = self.build.mounts(item) if item.keyword == "RUN" and item.flags else ()
        return any(
            mount.type == "bind" and not mount.from_ and not is_manifest(mount.source)
            for mount in mounts
        )

    def _passes(self, item: Instruction) -> bool:
        """Take in one instruction; False where it uses one of the variables, or may."""
        if item.keyword == "ARG":
            return self._declare(item)
        if not self.names or item.keyword in _RUN_TIME:
            return True
        mentioned = self._mentions(item)
        if item.keyword == "RUN":
            commands = _plain_commands(self.build, item)
            if mentioned or commands is None:
                return False
            if any(
                does is not None and does.installs
                for does in map(read_command, commands)
            ):
                self.runs.append(item)
                self.pairs = list(self.declared)
            return True
        if mentioned and item.keyword in ("ENV", "LABEL"):
            self.carriers.append(item)
            return item.keyword == "LABEL" or self._derive(item)
        return not mentioned

    def _declare(self, item: Instruction) -> bool:
        changing = [pair for pair in item.pairs if self._changes(pair)]
        self.names.update(pair.name.text for pair in changing)
        self.declared += changing
        if changing:
            self.carriers.append(item)
        return bool(changing) or not self._mentions(item)

    def _changes(self, pair: Pair) -> bool:
        if _NAMES.fullmatch(pair.name.text) is None or pair.name.text in self.fetched:
            return False
        default = (
            pair if pair.value is not None else self.defaults.get(pair.name.text, pair)
        )
        value = (
            (default.value.text if default.value is not None else "")
            .strip("\"'")
            .lower()
        )
        return not value or value in _PLACEHOLDERS

    def _derive(self, item: Instruction) -> bool:
        """What ENV makes from them changes with them."""
        for pair in item.pairs:
            if pair.value is not None and _names_in(pair.value.text) & self.names:
                if _READ_BY_TOOLS.fullmatch(pair.name.text):
                    return False
                self.names.add(pair.name.text)
        return True

    def _mentions(self, item: Instruction) -> bool:
        text = item.span.of(self.build.dockerfile.text)
        return any(name in text for name in self.names) and not self.names.isdisjoint(
            _WORD.findall(text)
        )

    def moving(self) -> list[Instruction]:
        """The instructions that are to go behind the last install, where they can go as a whole."""
        last = self.runs[-1].span.start
        found = [item for item in self.carriers if item.span.start < last]
        waiting = set(found)
        stay: set[str] = (
            set()
        )  # what is set between an instruction and where it would go
        for item in reversed(self.stage.instructions):
            own = {pair.name.text for pair in item.pairs}
            if item in waiting:
                step = self.build.evaluation.step(item)
                used = (step.used | step.unset) if step is not None else frozenset()
                if (item.keyword != "LABEL" and not own <= self.names) or not (
                    own | used
                ).isdisjoint(stay):
                    return []
            elif item.keyword in ("ARG", "ENV") and item.span.start < last:
                stay |= own
        return found


def _names_in(text: str) -> set[str]:
    return set(_WORD.findall(text))


def _plain_commands(build: Build, run: Instruction) -> list[Command] | None:
    """The commands of a RUN; None where one of them may read any variable."""
    scripts = build.scripts(run)
    if not scripts or any(script.opaque or script.errors for script in scripts):
        return None
    commands = [command for script in scripts for command in script.commands]
    return (
        commands if all(_is_plain(command, scripts) for command in commands) else None
    )


def _is_plain(command: Command, scripts: Collection[Script]) -> bool:
    """Whether a command reads no variables but those that are its own: a package manager, a tool of the system."""
    does = read_command(command)
    if does is not None:
        local = any(
            package.kind in ("directory", "url") or package.editable
            for package in does.packages
        )
        return not local and (
            does.action != "other" or does.name.partition(" ")[0] in _ASKING
        )
    if command.name in (".", "source"):
        return any(word.suffix.endswith("activate") for word in command.args)
    if is_python(command.name):
        return module_call(command.words, "venv") is not None
    return (
        command.name in _PLAIN
        or not command.words
        or any(script.outer is command for script in scripts)
    )
