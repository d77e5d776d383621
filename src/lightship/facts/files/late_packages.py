"""Packages of the distribution that a later layer removes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.files.leftover import Leftover
from lightship.facts.values.command_values import value
from lightship.shell.build_tools import is_build_tool
from lightship.shell.specs import Package
from lightship.text import Span

_SYSTEM = frozenset("apt apk rpm zypper".split())
_KINDS = frozenset("registry group variable".split())
# A few megabytes each, with what they bring along, by the package lists of Debian 13 and Alpine
_LITTLE = frozenset(
    """apt-transport-https bash bzip2 ca-certificates curl dirmngr dos2unix file gnupg gnupg2 gpg
    gpg-agent gzip jq less lsb-release nano net-tools patch procps rsync sudo tar tzdata unzip wget
    xz xz-utils zip""".split()
)

# Who has installed a package, by the system that it is a package of and its name
_Installed = dict[tuple[str, str], Instruction]


def late_packages(build: Build) -> Iterator[Leftover]:
    """Packages that a RUN removes, and an earlier one of the final image has installed.

    Those of a virtual package of apk go by its name. A few small ones are not worth a word.
    """
    actions = {call.does.action for call in build.package_commands}
    if "remove" not in actions:
        return

    installed: _Installed = {}
    for call in build.package_commands:
        if call.instruction not in build.shipped:
            continue
        system = call.does.facts.spelling
        if system not in _SYSTEM:
            continue

        spans = _spans(build, call)
        action = call.does.action
        if action == "remove":
            yield from _removed(installed, call, spans)
        if action != "install":
            continue

        names = list(spans)
        names += call.does.values("--virtual")
        for name in filter(None, names):
            package = (system, name)
            installed[package] = call.instruction


def _spans(build: Build, call: PackageInvocation) -> dict[str, Span]:
    """The packages that a command names, and where."""
    spans: dict[str, Span] = {}
    for package in call.does.packages:
        if package.kind not in _KINDS:
            continue
        name = _name(build, call, package)
        spans[name] = package.word.span
    return spans


def _name(build: Build, call: PackageInvocation, package: Package) -> str:
    """The name of a package, or what a variable stands for.

    As it is written where that is not known.
    """
    if package.name:
        return package.name
    word = package.word
    assigned = _assigned(call, word.variable)
    if assigned is not None:
        return assigned

    invocation = Invocation(call.instruction, call.script, call.command)
    unquoted = word.text.strip('"')
    known = value(build, invocation, unquoted)
    return known or word.text


def _assigned(call: PackageInvocation, variable: str | None) -> str | None:
    """What the script has set a variable to before the command."""
    end = call.command.index
    earlier = call.script.commands[:end]
    for command in reversed(earlier):
        if command.words:  # its assignments are its own
            continue
        for assignment in command.assignments:
            if assignment.name != variable:
                continue
            if assignment.value is not None:
                return assignment.value
    return None


def _removed(
    installed: _Installed,
    call: PackageInvocation,
    spans: Mapping[str, Span],
) -> Iterator[Leftover]:
    """The packages that another instruction has installed, together for each."""
    system = call.does.facts.spelling
    groups: dict[Instruction, list[str]] = {}
    for name in spans:
        # What the RUN that installs it removes itself is in no layer
        package = (system, name)
        maker = installed.pop(package, None)
        if maker is None:
            continue
        if maker is call.instruction:
            continue
        names = groups.setdefault(maker, [])
        names.append(name)

    for maker, names in groups.items():
        if _LITTLE.issuperset(names):
            continue
        first = names[0]
        is_much = any(_is_for_building(call, name) for name in names)
        yield Leftover(
            "packages",
            maker,
            call.instruction,
            names=tuple(names),
            span=spans[first],
            much=is_much,
        )


def _is_for_building(call: PackageInvocation, name: str) -> bool:
    """Whether a package is a tool to build with, which is large."""
    if "build" in name:
        return True
    return is_build_tool(call.does.manager, name)
