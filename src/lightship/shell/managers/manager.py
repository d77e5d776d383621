"""What is known of a package manager, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lightship.record import record


@record(eq=False)
class Manager:
    """One package manager and its command line.

    `subcommands` maps each subcommand, of one or more words, to what it does: install, sync (what
    the project's own files ask for), update (the index only), upgrade, remove, clean (a cache),
    download, or other. The key "" stands for the command alone. `options` are written
    `-s/--long/--alias`, with `=` at the end of those that take a value; the first long name is the
    one that an Option gets. `spelling` is how a package is named with its version.

    `yes` are options that answer its questions. `project` says that an install that names nothing
    installs the project's dependencies.

    `no_cache` are options that keep its cache out of the layer, `no_cache_env` variables that do
    the same. `caches` are the directories that it fills when root runs it in a usual image, its own
    first; `cache_env` are variables and `cache_options` options that name another one.

    `single_dash` says that `-tags` is a name after one dash, not a group of letters. `also` are
    other commands with the same command line.
    """

    name: str
    subcommands: Mapping[str, str]
    options: str = ""
    spelling: str = "plain"
    yes: frozenset[str] = frozenset()
    project: bool = False
    no_cache: tuple[str, ...] = ()
    no_cache_env: tuple[str, ...] = ()
    caches: tuple[str, ...] = ()
    cache_env: tuple[str, ...] = ()
    cache_options: tuple[str, ...] = ()
    single_dash: bool = False
    also: tuple[str, ...] = ()


def actions(**words: str) -> dict[str, str]:
    """`install="add install"` as a table from subcommand to action; `_` stands for a blank."""
    table = {}
    for action, names in words.items():
        for name in names.split():
            table[name.replace("_", " ")] = action
    return table


@cache
def options_of(manager: Manager) -> dict[str, tuple[str, bool]]:
    """Each spelling of each option: its first long name, and whether it takes a value."""
    table = {}
    for entry in manager.options.split():
        value = entry.endswith("=")
        names = entry.rstrip("=").split("/")
        long_names = [name for name in names if name.startswith("--")]
        first = long_names[0] if long_names else names[0]
        for name in names:
            table[name] = (first, value)
    return table


@cache
def longest_subcommand(manager: Manager) -> int:
    """Of how many words a subcommand consists at most."""
    return max(name.count(" ") + 1 for name in manager.subcommands)
