"""Tools that are in the image for what it starts, or for who runs it."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.tool_installs import ToolInstall
from lightship.regex import regex

# What starts the MCP servers that its settings name, mostly by `uvx NAME`
_HOSTS = (
    "StdioServerParameters",
    "StdioClientTransport",
    "MCPServerStdio",
    "MultiServerMCPClient",
    "mcpServers",
)
_SERVER = regex(r"\"command\"\s*:\s*\"(?:[\w./-]*/)?uvx?\"")
# `virtualenvs.create`, `POETRY_VIRTUALENVS_IN_PROJECT`, `in-project = true`, an activated one
_OWN_PLACE = regex(
    r"(?i)virtualenvs|virtual_env|in-project|venv/bin|poetry env info|activate\b|poetry export"
)
_FILLING = frozenset({"RUN", "COPY", "ADD"})


def starts_servers(build: Build, programs: tuple[str, ...]) -> bool:
    """Whether the program starts MCP servers by uv, as far as its sources and settings tell."""
    for text in sources_of(build, programs):
        if any(mark in text for mark in _HOSTS):
            return True
    return any(map(_SERVER.search, sources_of(build, (".json",))))


def is_last(build: Build, install: ToolInstall, tools: Sequence[ToolInstall]) -> bool:
    """Whether the last RUN installs it, where nothing in the build has a use for it any more.

    So it is there for who runs the image, unless another stage has it, too, for the build.
    """
    run = install.instruction
    if run is None or run.keyword != "RUN" or not build.lineage:
        return False
    last = build.lineage[-1].instructions
    fillers = [item for item in last if item.keyword in _FILLING]
    if not fillers or fillers[-1] is not run:
        return False
    if any(item.tool == install.tool and item.instruction is not run for item in tools):
        return False
    return not build.has_command(install.tool, f"{install.tool}x")


def may_be_called(build: Build, tool: str) -> bool:
    """Whether what the image starts may call the tool for a reason that no file here shows.

    It is a program that the build has cloned, or Poetry's environment is where only `poetry run`
    finds it.
    """
    return _is_cloned(build) or (tool == "poetry" and _has_hidden_environment(build))


def _is_cloned(build: Build) -> bool:
    """Whether a clone stays in the final image: its sources are not known."""
    for call in build.commands("git"):
        run = call.instruction
        if run in build.shipped and call.command.has("clone"):
            removals = build.commands("rm", of=run)
            if not any(removals):
                return True
    return False


def _has_hidden_environment(build: Build) -> bool:
    """Whether Poetry installs into an environment in its cache, whose name is made up.

    It does not where it is told another place, or finds one that is active.
    """
    texts = [build.dockerfile.text]
    if build.context is not None:
        texts.append(build.context.read("poetry.toml") or "")
    if any(_OWN_PLACE.search(text) for text in texts):
        return False
    installs = build.packages("poetry", action="sync")
    return any(call.instruction in build.shipped for call in installs)
