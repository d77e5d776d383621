"""Pipes in which a failure goes unseen: the status of a pipeline is that of its last command, without pipefail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from lightship.shell.tree import Command, Script

# Their failure says nothing, or is none: output of their own, filters, and lists that others look through. `grep` fails
# where it finds nothing, and `find` or `ldd` for a single entry of many.
_NEVER_FAIL = frozenset(
    """: apt-cache apt-mark arch awk basename cat column cut date dirname dpkg dpkg-query echo egrep env expr
    fgrep find fmt fold gawk getconf grep head id ldd ls lsb_release mawk nl nproc paste printf ps rev rpm
    scanelf sed seq sort strings tac tail tee tr true uname uniq wc yes""".split()
)
# Where they list, they fail for one entry of many, or where the list is empty
_LISTS = {
    "crontab": frozenset({"-l"}),
    "apk": frozenset({"info", "list"}),
    "apt": frozenset({"list"}),
}
_NONE: frozenset[str] = frozenset()
_SUMS = frozenset(
    "b2sum cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum".split()
)

_UNPACKERS = frozenset(
    "bunzip2 bzcat gunzip unlzma unxz unzstd xzcat zcat zstdcat".split()
)


def unseen_failures(script: Script) -> Iterator[Command]:
    """The commands whose failure goes unseen, and would end the script with pipefail.

    Commands that do not fail are not among them, nor those whose reader may close the pipe before all is written:
    there pipefail turns success into failure. Nor those whose last reader itself fails when nothing comes.
    """
    if all(item.length == 1 for item in script.pipelines):
        return
    pipes: dict[int, list[Command]] = defaultdict(list)
    for command in script.commands:
        pipes[command.pipeline].append(command)
    dropped = _drops(script)
    stops = {
        command.pipeline: command.stage
        for command in script.commands
        if _stops_early(command)
    }  # the last
    for command in script.commands:
        item = script.pipelines[command.pipeline]
        if command.stage + 1 >= item.length or item.pipefail or _cannot_fail(command):
            continue
        last = pipes[command.pipeline][-1]
        if stops.get(command.pipeline, -1) > command.stage or (
            last.stage > command.stage and _misses(last)
        ):
            continue
        if _counts(script, command.pipeline, dropped, pipes):
            yield command


def readers(script: Script) -> dict[int, Command]:
    """The last command of each pipeline, whose status counts."""
    found: dict[int, Command] = {}
    for command in script.commands:
        before = found.get(command.pipeline)
        if before is None or before.stage <= command.stage:
            found[command.pipeline] = command
    return found


def needs_all(command: Command) -> bool:
    """Whether it fails where nothing comes, or only a part: its own message is all that is seen of the failure."""
    if command.name == "tar":
        return not command.has("-c", "--create")
    if command.name in ("gpg", "gpg2"):
        return command.has("--dearmor", "--import")
    if command.name == "jq":
        return any(
            word.text in ("-e", "--exit-status") or _short(word.text, "e")
            for word in command.args
        )
    return command.name in _UNPACKERS or (
        command.name == "apt-key" and "add" in command.values
    )


def _short(text: str, letter: str) -> bool:
    """Whether a letter is one of several options in one word."""
    return (
        text[:1] == "-" and text[1:2] != "-" and text[1:].isalpha() and letter in text
    )


def _cannot_fail(command: Command) -> bool:
    return command.name in _NEVER_FAIL or not _LISTS.get(
        command.name or "", _NONE
    ).isdisjoint(command.values)


def _stops_early(command: Command) -> bool:
    """Whether it may close its input before the end: head, `grep -q`, `grep -m 1`."""
    if command.name != "grep":
        return command.name == "head"
    options = [word.text for word in command.args if word.text.startswith("-")]
    return any(
        text in ("--quiet", "--silent") or (text[1:2] != "-" and set("qm") & set(text))
        for text in options
    )


def _misses(command: Command) -> bool:
    """Whether it fails without input, as `grep` and `sha256sum -c` do, or never, as `| true` means it to be."""
    if command.name in ("true", ":"):
        return True
    if command.name in _SUMS:
        return command.has("-c", "--check", "-sc", "-cs")
    options = [word.text for word in command.args if word.text.startswith("-")]
    counts = any(
        text in ("--invert-match", "--count")
        or (text[1:2] != "-" and set("vc") & set(text))
        for text in options
    )
    return command.name in ("grep", "egrep", "fgrep") and not counts


def _fails_all(command: Command) -> bool:
    """Whether it is `exit` or `exit 1`: behind `||` it passes the failure on."""
    return command.name == "exit" and all(
        (word.value or "0") != "0" for word in command.args
    )


def _drops(script: Script) -> set[int]:
    """The pipelines whose status is lost to what follows: `|| other`, or `; other` without errexit."""
    ends = {command.pipeline for command in script.commands if _fails_all(command)}
    found: set[int] = set()
    next_in: dict[int, int] = {}
    lost: dict[
        int, bool
    ] = {}  # whether the status of the and-or list from here on is lost
    for at in range(len(script.pipelines) - 1, -1, -1):
        item = script.pipelines[at]
        follower = next_in.get(item.block)
        operator = script.pipelines[follower].operator if follower is not None else ""
        lost[at] = (
            lost[follower]
            if follower is not None and operator == "&&"
            else bool(operator)
        )
        if operator == "||" and follower in ends:
            lost[at] = False
        if lost[at] and (operator in ("&&", "||") or not item.errexit):
            found.add(at)
        next_in[item.block] = at
    return found


def _counts(
    script: Script,
    at: int,
    dropped: Collection[int],
    pipes: Mapping[int, Sequence[Command]],
) -> bool:
    """Whether the status of the pipeline reaches the end of the script, or ends it."""
    while True:
        item = script.pipelines[at]
        if item.negated or item.background or at in dropped:
            return False
        block = script.blocks[item.block]
        if item.block == 0:
            return True
        if block.kind in ("condition", "process", "function") or block.pipeline < 0:
            return False
        inside = pipes.get(block.pipeline, ())
        if block.kind == "substitution" and (len(inside) != 1 or inside[0].words):
            return False
        at = block.pipeline
