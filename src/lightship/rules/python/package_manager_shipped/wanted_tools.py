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
