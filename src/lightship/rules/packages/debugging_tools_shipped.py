"""Editors and tools for debugging are installed in the final image

## What it does
Finds editors (vim, nano, emacs), monitors (htop, iotop), tracers (strace, ltrace), manual pages and
old network tools (net-tools, telnet) that a RUN installs in the final image with the package
manager of the distribution.

The rule is silent where something uses the tool: a command of the Dockerfile, a script or program
in the build context, a source of the repository that names it, ENV EDITOR; and where a comment
names it. It is also silent in images that start no program of their own or are for interactive use,
such as those with a shell (also at the end of a start script: `welcome && bash`), Jupyter or a
desktop, and in images for development.

A fix that removes the packages from the install is shown and never applied, because people may rely
on them.

## Why is this bad?
Nobody edits files in a container that is replaced with every release, but everybody pulls the
tools, and each one is more code that needs security fixes and that helps an intruder. vim with its
runtime adds 40 MB on Debian.

`docker debug`, `kubectl debug`, or a second container in the same namespaces bring the tools on
the day they are needed.

## When to ignore
Ignore it where people work in the running container.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import comments_near
from lightship.facts.edits.word_edits import without
from lightship.facts.stages.final_image import is_worked_in
from lightship.facts.start.purpose import ends_in_shell, runs_program
from lightship.facts.start.start_files import start_files, text_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.packages import Package
from lightship.shell.words import Word
from lightship.wording.lists import listed

_MANAGERS = ("apt-get", "apt", "aptitude", "apk", "dnf", "microdnf", "yum", "zypper")
# Packages: the commands that they bring. Debian 13 (apt-file), Alpine and Fedora call them alike.
_TOOLS = """
    vim vim-tiny vim-nox vim-enhanced vim-minimal vim-gtk3: vim vi vimdiff view
    neovim: nvim
    nano: nano
    emacs emacs-nox emacs-nox-common: emacs
    joe: joe
    mc: mc mcedit
    htop: htop
    atop: atop
    iotop: iotop
    iftop: iftop
    nmon: nmon
    glances: glances
    sysstat: iostat sar pidstat mpstat
    strace: strace
    ltrace: ltrace
    man-db: man
    net-tools: ifconfig netstat route arp
    telnet inetutils-telnet busybox-extras: telnet
"""
# Strings of programs that have nothing to do with the commands of that name
_WORDS = frozenset(("view", "man", "route"))
# People work in such an image
_FOR_PEOPLE = (
    "jupyter",
    "code-server",
    "sshd",
    "openssh-server",
    "ttyd",
    "xfce",
    "vnc",
    "rstudio",
    "devcontainer",
    "gitpod",
    "editor=",
    "visual=",
    "editor ",
)
# What only people call: shells, and what a user becomes root with
_SHELLS = frozenset(("bash-completion", "fish", "screen", "sudo", "tmux", "zsh"))
# A comment that says what such tools are there for
_ON_PURPOSE = ("debug", "troubleshoot", "diagnos", "interactive")
_SOURCES = (".sh", ".bash", ".py", ".conf", ".ini", ".yml", ".yaml", ".toml")
_MOST_FILES = 300
_LARGEST_FILE = 1 << 16


def check(build: Build) -> Iterator[Finding]:
    if is_worked_in(build) or not runs_program(build) or ends_in_shell(build):
        return
    if build.mentions(*_FOR_PEOPLE) or _has_shell_for_people(build):
        return
    if _starts_for_people(build):
        return

    for call in build.packages(*_MANAGERS, action="install"):
        if call.instruction not in build.shipped or call.does.option("--virtual"):
            continue

        comments = comments_near(build.dockerfile, call.instruction)
        if any(mark in comments for mark in _ON_PURPOSE):
            continue
        if call.script.inside(call.command, "if", "case"):
            continue  # an ARG may ask for them

        tools = [package for package in call.does.packages if _is_idle(build, package)]
        tools = [package for package in tools if not _is_quoted(build, package)]
        if tools and not _are_removed(build, call, tools):
            yield _finding(build, call, tools)


def _starts_for_people(build: Build) -> bool:
    """Whether a script that the image starts with opens something to work in, such as Jupyter."""
    for file in start_files(build):
        text = (text_of(build, file) or "").lower()
        if any(mark in text for mark in _FOR_PEOPLE):
            return True
    return False


def _has_shell_for_people(build: Build) -> bool:
    for call in build.packages(*_MANAGERS, action="install"):
        if call.instruction not in build.shipped:
            continue
        for package in call.does.packages:
            if package.name in _SHELLS:
                return True
    return False


@cache
def _commands() -> Mapping[str, tuple[str, ...]]:
    """By package, the commands that it brings."""
    rows: dict[str, tuple[str, ...]] = {}
    for line in _TOOLS.strip().splitlines():
        packages, _, commands = line.partition(":")
        for package in packages.split():
            rows[package] = tuple(commands.split())
    return rows


def _is_idle(build: Build, package: Package) -> bool:
    """Whether it is such a tool, and nothing is known to use it."""
    commands = _commands().get(package.name)
    if commands is None or package.kind != "registry":
        return False
    if package.name in build.once(_words_of_comments):
        return False
    if not build.once(_used_commands).isdisjoint(commands):
        return False
    return not any(_is_named_in_sources(build, command) for command in commands)


def _is_quoted(build: Build, package: Package) -> bool:
    """Whether a program of the repository has its name as a string: as the editor that it opens.

    Sources may lie outside the build context, as where the image installs a wheel.
    """
    any_quoted = None if build.context is None else build.context.any_quoted
    if any_quoted is None:
        return False
    commands = _commands()[package.name]
    return any_quoted([name for name in commands if name not in _WORDS])


def _used_commands(build: Build) -> frozenset[str]:
    """The names of all commands that the build and the container run."""
    keywords = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
    calls = build.commands(keywords=keywords)
    return frozenset(call.command.name for call in calls)


def _words_of_comments(build: Build) -> frozenset[str]:
    """The words of the Dockerfile's comments: one that names a tool says what it is for."""
    words: set[str] = set()
    for line in build.dockerfile.text.splitlines():
        comment = line.lstrip()
        if comment.startswith("#"):
            words.update(_split(comment.replace(":", " ").lower()))
    return frozenset(words)


def _is_named_in_sources(build: Build, command: str) -> bool:
    words = build.once(_words_of_sources)
    return command in words


def _words_of_sources(build: Build) -> frozenset[str]:
    """The words of scripts, programs and settings in the build context."""
    context = build.context
    if context is None:
        return frozenset()
    words: set[str] = set()
    number = 0
    for file in context.sent:
        if not file.path.endswith(_SOURCES):
            continue
        number += 1
        if number > _MOST_FILES:
            break
        text = context.read(file.path) or ""
        if len(text) <= _LARGEST_FILE:
            words.update(_split(text))
    return frozenset(words)


def _split(text: str) -> list[str]:
    for mark in "\"'`[](),;|&/":
        text = text.replace(mark, " ")
    return text.split()


def _are_removed(build: Build, call: PackageInvocation, tools: list[Package]) -> bool:
    """Whether the same RUN removes one of them again."""
    names = {package.name for package in tools}
    for other in build.packages(*_MANAGERS, action="remove", of=call.instruction):
        if other.does.reads_more:
            return True
        if not names.isdisjoint(package.name for package in other.does.packages):
            return True
    return False


def _finding(build: Build, call: PackageInvocation, tools: list[Package]) -> Finding:
    words = [package.word for package in tools]
    names = listed(package.name for package in tools)
    verb = "is" if len(tools) == 1 else "are"
    message = (
        f"{names} {verb} shipped, and nothing here is known to use it: leave it out"
    )
    if len(tools) > 1:
        message = f"{names} {verb} shipped, and nothing here is known to use them: leave them out"
    return Finding(words[0].span, message, _fix(build, call, words))


def _fix(build: Build, call: PackageInvocation, words: list[Word]) -> Fix | None:
    if len(words) >= len(call.does.packages):
        return None
    edits = without(build, call.script, call.command.words, words)
    if not edits:
        return None
    return Fix("Remove them from the install", edits, Safety.MANUAL)


_APT = "RUN apt-get update && apt-get install -y --no-install-recommends "
_END = ' && rm -rf /var/lib/apt/lists/*\nUSER 10001:10001\nCMD ["/app/server"]'

RULE = Rule(
    id="debugging-tools-shipped",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(
        text=(
            "vim",
            "nano",
            "emacs",
            "joe",
            "mc",
            "top",
            "nmon",
            "glances",
            "sysstat",
            "trace",
            "man-db",
            "net-tools",
            "telnet",
            "busybox-extras",
        )
    ),
    production_only=True,
    practice=Practice.SECURITY,
    missed={
        "if-branch": "an ARG may ask for them",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the package is not known, or may be given when the image is built"
        ),
    },
    examples=(
        Example(
            bad=f"{_APT}libpq5 vim htop{_END}",
        ),
        Example(
            bad="RUN apt-get update \\\n    && apt-get install -y --no-install-recommends \\\n"
            "        nano \\\n        libpq5 \\\n        net-tools \\\n"
            '    && rm -rf /var/lib/apt/lists/*\nUSER 1\nCMD ["/app/server"]',
        ),
        Example(
            bad="FROM alpine:3.24\nRUN apk add --no-cache vim\nUSER 1\n"
            'CMD ["/app/server"]'
        ),
        Example(
            bad="FROM fedora:44\nRUN dnf install -y strace python3 && dnf clean all\nUSER 1\n"
            'CMD ["python3", "-m", "shop"]',
        ),
        Example(good=f"{_APT}libpq5{_END}"),
        Example(good=f"{_APT}libpq5 vim{_END}".replace("/app/server", "bash")),
        # Somebody works there, after a welcome
        Example(
            good=f"{_APT}vim{_END}".replace(
                '["/app/server"]', '["bash", "-c", "welcome && bash"]'
            ),
        ),
        Example(
            good=f"{_APT}vim{_END}".replace('\nCMD ["/app/server"]', ""),
        ),
        Example(good=f"{_APT}nano{_END}".replace("USER", "ENV EDITOR=nano\nUSER")),
        Example(
            good=f"{_APT}net-tools && ifconfig && rm -rf /x{_END}",
        ),
        Example(
            good=f"{_APT}vim && make && apt-get purge -y vim{_END}",
        ),
        Example(good=f"FROM debian:trixie-slim AS dev\n{_APT}vim{_END}"),
        Example(
            good=f"FROM debian:trixie-slim AS build\n{_APT}vim{_END}\nFROM scratch\n"
            'COPY --from=build /app /app\nUSER 1\nCMD ["/app"]'
        ),
        Example(
            good=f"COPY --chmod=755 start.sh /app/server\n{_APT}net-tools{_END}",
            files={
                "start.sh": "#!/bin/sh\nIP=$(ifconfig eth0 | grep inet)\nexec shop $IP\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good=f"{_APT}nano openssh-server{_END}",
        ),
        Example(good=f"# nano: to edit the settings\n{_APT}nano{_END}"),
        Example(good=f"# SYSSTAT collects figures\n{_APT}sysstat{_END}"),
        Example(good=f"{_APT}curl iputils-ping procps{_END}"),
    ),
)
