"""Tools that apt-get puts into the final image, and that nothing is known to call.

A build tells whether it needs them, a run whether the program does; so these are changes to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lightship.base_images.full import missing_libraries
from lightship.build import Build, PackageInvocation
from lightship.cache.plan.plan import Side
from lightship.dockerfile.places import holds_comment
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.requirement_files import requirements_of
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.proof.idle_files import words_of_context
from lightship.shell.packages import Package
from lightship.text import Edit, Span, apply_edits
from lightship.wording.lists import listed

# Package -> the commands by which it would be called
_TOOLS = {
    "curl": ("curl",),
    "wget": ("wget",),
    "git": ("git",),
    "unzip": ("unzip",),
    "vim": ("vim",),
    "nano": ("nano",),
    "htop": ("htop",),
    "procps": ("ps", "top", "pgrep", "pkill"),
}
_COMPILERS = {
    "build-essential": ("gcc", "g++", "make", "cc"),
    "gcc": ("gcc", "cc"),
    "g++": ("g++", "c++"),
    "make": ("make",),
}
# Those of which it is not read what they install
_OTHERS = (
    "poetry",
    "pdm",
    "pipenv",
    "conda",
    "npm",
    "yarn",
    "pnpm",
    "gem",
    "cargo",
    "go",
)
_MANAGERS = ("apt-get", "apt")


def idle_tools(side: Side) -> ChangeMaker | None:
    """The removal of all such tools from the installs; None where there are none."""
    found = list(_idle(side.build))
    if not found:
        return None
    names = dict.fromkeys(package.name for _, packages in found for package in packages)
    title = f"Remove {listed(names)}, which nothing is known to call"
    return ChangeMaker(title, _without_tools, is_simpler=True)


def _idle(build: Build) -> Iterator[tuple[PackageInvocation, list[Package]]]:
    """The installs of the final image with the tools in them that nothing calls."""
    texts: list[str] | None = None
    known = _TOOLS if _may_compile(build) else {**_TOOLS, **_COMPILERS}
    for call in build.packages(*_MANAGERS, action="install"):
        if call.instruction not in build.shipped:
            continue
        tools = [package for package in call.does.packages if package.name in known]
        if not tools:
            continue
        if texts is None:
            context = build.context
            texts = list(words_of_context(context)) if context is not None else []
        idle = [tool for tool in tools if not _is_called(build, tool, texts)]
        if idle:
            yield call, idle


def _may_compile(build: Build) -> bool:
    """Whether something that is installed may have no wheel, so that a compiler has work."""
    if any(build.packages(*_OTHERS)):
        return True
    names: set[str] = set()
    for call in build.packages("pip", "uv"):
        if not call.does.installs:
            continue
        files = requirements_of(build, call)
        packages = call.does.packages
        is_known = files is not None and all(
            item.kind == "registry" for item in packages
        )
        if not is_known or any(file.missing for file in files or ()):
            return True
        names.update(package.name.lower() for package in packages)
        for file in files or ():
            if any(item.url for item in file.dependencies):
                return True
            names.update(item.name for item in file.dependencies)
    libraries = missing_libraries(())
    return any(name in libraries for name in names)


def _is_called(build: Build, tool: Package, texts: Sequence[str]) -> bool:
    """Whether a command of the Dockerfile or a word of the context is one of its commands."""
    commands = _TOOLS.get(tool.name) or _COMPILERS[tool.name]
    called = build.commands(keywords=("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"))
    if any(call.command.name in commands for call in called):
        return True
    words = "|".join(map(re.escape, commands))
    pattern = re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])")
    return any(pattern.search(text) for text in texts if text != build.dockerfile.text)


def _without_tools(now: Side) -> NewTexts | None:
    build = now.build
    edits: list[Edit] = []
    for call, tools in _idle(build):
        edits += _removal(build, call, tools)
    if not edits:
        return None
    text = apply_edits(build.dockerfile.text, edits)
    return NewTexts(text, {})


def _removal(
    build: Build, call: PackageInvocation, tools: Sequence[Package]
) -> Sequence[Edit]:
    """Take the words out; where that is all that is installed, the whole RUN."""
    if len(tools) < len(call.does.packages):
        words = [tool.word for tool in tools]
        return without(build, call.script, call.command.words, words) or ()
    if not _only_installs(build, call):
        return ()
    span = call.instruction.span
    end = span.end
    text = build.dockerfile.text
    if text[end : end + 1] == "\n":
        end += 1
    if text[: span.start].endswith("\n\n") and text[end : end + 1] == "\n":
        end += 1  # one blank line is enough
    whole = Span(span.start, end)
    return () if holds_comment(build.dockerfile, span) else (Edit(whole, ""),)


def _only_installs(build: Build, call: PackageInvocation) -> bool:
    """Whether a RUN does nothing but this one install."""
    own = call.instruction
    commands = build.commands(keywords=("RUN",), of=own)
    names = {each.command.name for each in commands}
    installs = list(build.packages(*_MANAGERS, action="install", of=own))
    return len(installs) == 1 and names <= {"apt-get", "apt", "rm"}
