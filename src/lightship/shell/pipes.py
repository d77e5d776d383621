"""Pipes in which a failure goes unseen.

Without pipefail, the status of a pipeline is that of its last command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from lightship.regex import regex
from lightship.shell.python_calls import without_python
from lightship.shell.specs import written
from lightship.shell.tree import Command, Script

# Their failure says nothing, or is none: output of their own, filters, and lists that others look
# through. `grep` fails where it finds nothing, and `find` or `ldd` for a single entry of many.
_NEVER_FAIL = frozenset(
    """: apt-cache apt-mark arch awk basename cat column cut date dirname dpkg dpkg-query echo
    egrep env expr fgrep find fmt fold gawk getconf grep head id ldd ls lsb_release mawk nl nproc
    paste printf ps rev rpm scanelf sed seq sort strings tac tail tee tr true uname uniq wc
    yes""".split()
)
# Where they list, they fail for one entry of many, or where the list is empty
_LISTS = {
    "crontab": frozenset({"-l"}),
    "apk": frozenset({"info", "list"}),
    "apt": frozenset({"list"}),
    "pip": frozenset({"list", "freeze", "show"}),
    "pip3": frozenset({"list", "freeze", "show"}),
    "conda": frozenset({"list"}),
}
# What only arranges or shortens what a log shows
_FOR_THE_LOG = frozenset(
    "cat column egrep fgrep grep head less more nl sort tac tail uniq wc".split()
)
# `fc-list`, `npm ls`, `systemctl status`: they show what there is
_SHOWS = regex(r"(?:.*[-_])?(?:list|ls|info|show|stat|status|version|versions|env)")
_PRINTS_VERSION = ("--version", "-version")
_SUMS = frozenset(
    "b2sum cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum".split()
)

_DECODERS = frozenset({"base64", "base32", "xxd"})
# Package managers that refuse an install without the name of a package
_NEED_NAMES = frozenset({"dnf", "dnf5", "gem", "microdnf", "yum"})
_UNPACKERS = frozenset(
    "bunzip2 bzcat gunzip unlzma unxz unzstd xzcat zcat zstdcat".split()
)


def unseen_failures(script: Script) -> Iterator[Command]:
    """The commands whose failure goes unseen, and would end the script with pipefail.

    Commands that do not fail are not among them, nor those whose reader may close the pipe before
    all is written: there pipefail turns success into failure. Nor those whose last reader itself
    fails when nothing comes.
    """
    if all(item.length == 1 for item in script.pipelines):
        return
    pipes: dict[int, list[Command]] = defaultdict(list)
    stops: dict[int, int] = {}  # the last stage that may stop early
    for command in script.commands:
        pipes[command.pipeline].append(command)
        if may_stop_early(command):
            stops[command.pipeline] = command.stage
    dropped = _dropped(script)

    for command in script.commands:
        item = script.pipelines[command.pipeline]
        is_last = command.stage + 1 >= item.length
        if is_last or item.pipefail or _says_nothing(command):
            continue
        if stops.get(command.pipeline, -1) > command.stage:
            continue
        if _is_harmless(script, pipes[command.pipeline], command):
            continue
        if _counts(script, command.pipeline, dropped, pipes):
            yield command


def _is_harmless(script: Script, pipe: Sequence[Command], command: Command) -> bool:
    """Whether the pipe fails with a command, or nothing needs what it gives."""
    last = pipe[-1]
    if last.stage > command.stage and _misses(last):
        return True
    return _is_shown(script, pipe, command) or _decodes_constant(pipe, command)


def _is_shown(script: Script, pipe: Sequence[Command], command: Command) -> bool:
    """Whether a command only shows what there is, and the pipe puts it in order for the log."""
    if script.blocks[command.block].kind in ("substitution", "process"):
        return False
    filters = [other for other in pipe if other.stage > command.stage]
    if any(other.redirects or other.name not in _FOR_THE_LOG for other in filters):
        return False
    words = [command.name, *(word.value or "" for word in command.args[:1])]
    return any(_SHOWS.fullmatch(word.lstrip("-")) for word in words)


def _says_nothing(command: Command) -> bool:
    """Whether its failure says nothing, or it only prints its version."""
    return only_lists(command) or command.has(*_PRINTS_VERSION)


def _decodes_constant(pipe: Sequence[Command], decoder: Command) -> bool:
    """Whether it decodes a text of the script itself: `echo 'bHM=' | base64 -d | sh`."""
    if decoder.name not in _DECODERS:
        return False
    before = [command for command in pipe if command.stage < decoder.stage]
    if len(before) != 1 or before[0].name not in ("echo", "printf"):
        return False
    return all(word.value is not None for word in before[0].args)


def counted_pipes(script: Script) -> Iterator[tuple[Command, ...]]:
    """The pipes without pipefail whose status reaches the end of the script, or ends it."""
    pipes: dict[int, list[Command]] = defaultdict(list)
    for command in script.commands:
        pipes[command.pipeline].append(command)

    dropped = _dropped(script)
    for at, pipe in pipes.items():
        item = script.pipelines[at]
        if item.length == 1 or item.pipefail:
            continue
        if _counts(script, at, dropped, pipes):
            yield tuple(pipe)


def _needs_all(command: Command) -> bool:
    """Whether it fails where nothing comes, or only a part.

    With pipefail the status would be its own just the same.
    """
    name = command.name
    if command.wrapped_by("xargs"):
        return _installs_nothing(command)
    if name == "tar":
        return not command.has("--create") and not _has_letter(command, "c")
    if name in ("gpg", "gpg2"):
        return command.has("--dearmor", "--import")
    if name == "jq":
        if command.has("-e", "--exit-status"):
            return True
        return _has_letter(command, "e")
    if name == "apt-key":
        return "add" in command.values
    return name in _UNPACKERS


def _installs_nothing(command: Command) -> bool:
    """Whether it is `xargs pip install` or its like, refused without a name."""
    xargs = [word.text for wrapper in command.wrappers for word in wrapper.words]
    if "--no-run-if-empty" in xargs or any(_short(text, "r") for text in xargs):
        return False
    if command.name in _NEED_NAMES:
        operands = [word.value for word in command.args if word.text[:1] != "-"]
        return operands == ["install"]
    words = [word.value for word in without_python(command.words)]
    return words[:2] in (["pip", "install"], ["pip3", "install"])


def _has_letter(command: Command, letter: str) -> bool:
    return any(_short(word.text, letter) for word in command.args)


def _short(text: str, letter: str) -> bool:
    """Whether a letter is one of several options in one word."""
    letters = text[1:]
    if not text.startswith("-") or not letters.isalpha():
        return False
    return letter in letters


def only_lists(command: Command) -> bool:
    """Whether its failure says nothing, or is none."""
    if command.name in _NEVER_FAIL:
        return True
    words = without_python(command.words)
    is_module = len(words) < len(command.words)
    name = written(words[0]) if is_module else command.name
    listing = _LISTS.get(name)
    return listing is not None and not listing.isdisjoint(command.values)


def may_stop_early(command: Command) -> bool:
    """Whether it may close its input before the end: head, `grep -q`, `grep -m 1`."""
    if command.name != "grep":
        return command.name == "head"
    return _has_option(command, ("--quiet", "--silent"), "qm")


def _has_option(command: Command, names: Collection[str], letters: str) -> bool:
    """Whether an option of those names is given, or one of those letters in any word of letters."""
    wanted = set(letters)
    for word in command.args:
        text = word.text
        if text in names:
            return True
        is_letters = text.startswith("-") and not text.startswith("--")
        if is_letters and not wanted.isdisjoint(text):
            return True
    return False


def _misses(command: Command) -> bool:
    """Whether it fails without input, as `grep`, `tar -x` and `sha256sum -c` do.

    Or never, as `| true` means it to be.
    """
    if command.name in ("true", ":") or _needs_all(command):
        return True
    if command.name in _SUMS:
        return command.has("-c", "--check", "-sc", "-cs")
    if command.name not in ("grep", "egrep", "fgrep"):
        return False
    return not _has_option(command, ("--invert-match", "--count"), "vc")


def _fails_all(command: Command) -> bool:
    """Whether it is `exit` or `exit 1`: after `||` it passes the failure on."""
    if command.name != "exit":
        return False
    return all((word.value or "0") != "0" for word in command.args)


def _dropped(script: Script) -> set[int]:
    """The pipelines whose status is lost to what follows.

    That is `|| other`, or `; other` without errexit.
    """
    ends = {command.pipeline for command in script.commands if _fails_all(command)}
    dropped: set[int] = set()
    next_in: dict[int, int] = {}
    # Whether the status of the and-or list from a pipeline on is lost
    lost: dict[int, bool] = {}
    for at in reversed(range(len(script.pipelines))):
        item = script.pipelines[at]
        follower = next_in.get(item.block)
        next_in[item.block] = at
        if follower is None:
            lost[at] = False
            continue

        operator = script.pipelines[follower].operator
        is_list = operator in ("&&", "||")
        if operator == "&&":
            lost[at] = lost[follower]
        elif operator == "||":
            lost[at] = follower not in ends
        else:
            lost[at] = bool(operator)
        if lost[at] and (is_list or not item.errexit):
            dropped.add(at)
    return dropped


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
        if item.block == 0:
            return True
        block = script.blocks[item.block]
        if block.kind in ("condition", "process", "function") or block.pipeline < 0:
            return False
        if block.kind == "substitution":
            # Its status counts in `NAME=$(...)` alone
            holders = pipes.get(block.pipeline, ())
            if len(holders) != 1 or holders[0].words:
                return False
        at = block.pipeline
