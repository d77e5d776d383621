"""How a server listens on all addresses of its container."""

from __future__ import annotations

from itertools import pairwise

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.word_edits import at_end, inside
from lightship.facts.start.bindings import LOOPBACK, Binding
from lightship.facts.start.built_services import built_services
from lightship.facts.start.container_lines import container_lines
from lightship.facts.start.launch import Launch
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.shell.specs import written
from lightship.text import Edit

ALL = "0.0.0.0"  # noqa: S104 - it is what the fix writes
_ALL_OF = {"[::1]": "[::]", "::1": "::"}
_PORTS = regex(r"(?m)^[^\S\n]*[\"']?(?:ports|expose)[\"']?:")
_PUBLISHED = regex(r"(?:^|\s)(?:-p|--publish|--expose)[ =]?\S")


def opened(build: Build, launch: Launch, binding: Binding) -> Fix | None:
    """The fix of an address in the Dockerfile; None for one in a script."""
    if launch.script is None:
        return None

    edits: tuple[Edit, ...] | None
    server = binding.server
    word = binding.word
    safety = Safety.UNSAFE
    if word is not None:
        is_written = not written(word).isdigit()
        if is_written and not _is_published(build):
            safety = Safety.MANUAL
        edit = _open(word, binding)
        edits = (edit,) if edit else None
    else:
        address = f"{ALL}:{server.port}" if server.with_port else ALL
        edits = at_end(launch.script, launch.words, *server.options[:1], address)
    if not edits:
        return None
    return Fix("Listen on all addresses of the container", edits, safety)


def _is_published(build: Build) -> bool:
    """Whether something says that the port is reached from outside the container."""
    if any(build.each("EXPOSE")):
        return True
    if any(map(_PORTS.search, built_services(build))):
        return True
    return any(map(_PUBLISHED.search, container_lines(build) or ()))


def _open(word: Word, binding: Binding) -> Edit | None:
    """All addresses in the place of the one in the word."""
    text = written(word)
    if text.isdigit():
        return inside(word, text, f"{ALL}:{text}")
    host = next(name for name in LOOPBACK if binding.address.startswith(name))
    return inside(word, host, _ALL_OF.get(host, ALL))


def opened_by_port(build: Build, launch: Launch) -> Fix | None:
    """PORT, where no other port is exposed: gunicorn then listens everywhere on it."""
    exposed: set[str] = set()
    for instruction in build.each("EXPOSE"):
        exposed.update(word.text.partition("/")[0] for word in instruction.args)
    if launch.script is None or (exposed and "8000" not in exposed):
        return None
    lines = ("ENV PORT=8000",)
    edit = moves.before_block(build.dockerfile, _start_of(build, launch), lines)
    return Fix("Set PORT", (edit,), Safety.UNSAFE)


def _start_of(build: Build, launch: Launch) -> Instruction:
    """The ENTRYPOINT directly before a CMD: nothing is put between the two."""
    last = launch.instruction
    stage = build.dockerfile.stage_of(last)
    items = stage.instructions if stage is not None else ()
    for before, item in pairwise(items):
        if item is last and before.keyword == "ENTRYPOINT":
            return before
    return last
