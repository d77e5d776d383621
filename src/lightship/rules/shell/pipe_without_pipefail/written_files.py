"""What a pipe writes, and what stops the build where that is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean
from lightship.facts.copies.stage_copies import stage_copies
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.failing import ends_build

# Where apt looks for keys: without the key, the next `apt-get update` stops
_KEYS = ("keyring", "trusted.gpg", "/etc/apt/")
_SOURCES = (".list", ".sources")
# The key that a source of packages names, wherever it lies
_SIGNED_BY = regex(r"(?i)\bsigned-by[=:][ \t]*([^\s\]\"',]+)")
_SEARCHES = ("grep", "egrep", "fgrep")
_TESTS = ("test", "[", "[[")
# They fail with an empty file, which they name in one of their words
_NEED_CONTENT = ("dpkg", "gpg", "patch", "rpm", "tar", "unzip")
# They succeed where a text is missing, or count it
_OTHER_WAY = frozenset({"-v", "--invert-match", "-L"})


def is_file_checked(
    build: Build, instruction: Instruction, script: Script, failing: Command
) -> bool:
    """Whether a later command stops without what the pipe of a command writes."""
    checks = build.once(_checks)
    for path in _written(script, failing):
        if _is_key(path) or clean(path) in build.once(_copied_keys):
            return True
        if path in build.once(_named_keys):
            return True
        if checks.get((instruction, path), -1) > failing.span.end:
            return True
    return False


def _written(script: Script, failing: Command) -> Iterator[str]:
    """The files that tee, dd, or the redirect at its end, writes after a command of a pipe."""
    for command in script.pipe(failing):
        if command.stage <= failing.stage:
            continue
        if command.name == "tee":
            yield from (text for text in command.argument_texts if text[:1] != "-")
            continue
        if command.name == "dd":
            yield from _outputs_of_dd(command)
            continue
        # Not for a key: gpg, which writes it so, fails by itself
        for redirect in command.redirects:
            is_output = redirect.operator.startswith(">") and redirect.fd in (None, 1)
            target = redirect.target
            if is_output and target is not None and not _is_key(target.text):
                yield target.text


def _outputs_of_dd(command: Command) -> Iterator[str]:
    """The file that dd writes: `of=FILE`."""
    for text in command.argument_texts:
        name, equals, path = text.partition("=")
        if equals and name == "of":
            yield path


def _named_keys(build: Build) -> frozenset[str]:
    """The files that the Dockerfile names as keys of sources of packages."""
    return frozenset(_SIGNED_BY.findall(build.dockerfile.text))


def _is_key(path: str) -> bool:
    if path.endswith(_SOURCES):
        return False
    return any(part in path for part in _KEYS)


def _copied_keys(build: Build) -> frozenset[str]:
    """The files of stages that COPY --from puts where apt looks for keys."""
    copied: set[str] = set()
    for copy in stage_copies(build):
        if _is_key(copy.destination):
            copied.add(copy.source)
    return frozenset(copied)


def _checks(build: Build) -> Mapping[tuple[Instruction, str], int]:
    """By RUN and file, where the last command stands that stops without a text in the file."""
    checks: dict[tuple[Instruction, str], int] = {}
    for call in build.commands(*_SEARCHES, *_TESTS, *_NEED_CONTENT):
        if not ends_build(call.script, call.command):
            continue
        for checked in _checked(call.command):
            checks[call.instruction, checked] = call.command.span.start
    return checks


def _checked(command: Command) -> Iterator[str]:
    """The files that a command looks through: `grep -q text FILE`, `test -s FILE`."""
    texts = command.argument_texts
    if command.name in _NEED_CONTENT:
        yield from texts
    elif command.name in _SEARCHES:
        operands = [text for text in texts if not text.startswith("-")]
        if _OTHER_WAY.isdisjoint(texts) and len(operands) == 2:
            yield operands[1]
    else:
        words = [text for text in texts if text not in ("]", "]]")]
        if len(words) == 2 and words[0] == "-s":
            yield words[1]
