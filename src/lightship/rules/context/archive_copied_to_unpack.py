"""An archive is copied, and a RUN unpacks it

## What it does
Finds archives that COPY brings into the final image and that a RUN unpacks, where the RUN names
the archive at the place where COPY has put it.

## Why is this bad?
COPY makes a layer with the archive, and RUN one with its contents. The image contains both, even
where the RUN removes the archive: the layer below keeps it.

ADD unpacks a whole tar archive of the build context, and leaves no archive in the image. A RUN
can also read it from a mount: `RUN --mount=type=bind,source=a.tar.gz,target=/a.tar.gz tar -xf
/a.tar.gz -C /opt`. There is no fix, because ADD unpacks all of it, with the owners that the
archive names.

## When to ignore
Ignore it where the archive is small, or the program needs it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lightship.base_images.known import starts_in_root
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import clean, in_workdir, join_workdir
from lightship.evaluation.state import State
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.shell.specs import written

_TARS = (
    ".tar",
    ".tar.bz2",
    ".tar.gz",
    ".tar.xz",
    ".tar.z",
    ".tar.zst",
    ".tbz",
    ".tbz2",
    ".tgz",
    ".txz",
)
_MARKS = (".tar", ".tb", ".tg", ".tx", ".zip")
_UNPACKING = ("bsdtar", "tar", "unzip")
_MOST_CHANGES = 100  # of directory, before one command
_CHANGES = (
    "--strip",
    "--transform",
    "--xform",
    "--wildcards",
    "--exclude",
    "--to-stdout",
    "-O",
    "-T",
    "--files-from",
)


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    if not any(end in text for end in _MARKS):
        return
    for copying in build.copyings("COPY"):
        if copying.instruction not in build.shipped or not copying.from_context:
            continue
        for source in copying.local:
            path = _place(build, copying, source.value or "")
            found = _unpacked(build, copying.instruction, path) if path else None
            if found is not None:
                cure = (
                    "mount it there, or use ADD"
                    if _takes_all(found)
                    else "mount it there"
                )
                line = found.instruction.first_line
                yield Finding(
                    source.word.span,
                    f"the image contains this archive and the files that line {line} "
                    f"unpacks: {cure}",
                )


def _place(build: Build, copying: Copying, source: str) -> str:
    """Where an archive is copied to; empty for other files, and where that is not known."""
    name = source.rstrip("/").rpartition("/")[2]
    target, step = copying.destination.value, copying.step
    if (
        not name.lower().endswith((*_TARS, ".zip"))
        or target is None
        or step is None
        or "*" in name
    ):
        return ""
    if not target.startswith("/") and not _is_known(
        build, copying.instruction, step.before
    ):
        return ""
    path = in_workdir(step.before.workdir, target)
    is_directory = (
        target.endswith(("/", "/."))
        or target == "."
        or not path.lower().endswith((*_TARS, ".zip"))
    )
    return clean(f"{path}/{name}") if is_directory else path


def _unpacked(build: Build, copy: Instruction, path: str) -> Invocation | None:
    """The command after the copy, in its stage, that unpacks the file."""
    stage = build.dockerfile.stage_of(copy)
    for found in build.once(_reading).get(path, ()):
        behind = found.instruction.span.start > copy.span.start
        if behind and build.dockerfile.stage_of(found.instruction) is stage:
            return found
    return None


def _reading(build: Build) -> dict[str, list[Invocation]]:
    """The commands that unpack, by the paths that they read."""
    reading: dict[str, list[Invocation]] = {}
    for found in build.commands(*_UNPACKING):
        words = [written(word) for word in found.command.args]
        if found.command.name == "unzip" or _extracts(words):
            directory = _directory(build, found)
            files = [
                word.removeprefix("--file=")
                for word in words
                if word[:1] != "-" or word.startswith("--file=")
            ]
            names = (
                name for name in files if name.startswith("/") or (name and directory)
            )
            for path in {in_workdir(directory or "/", name) for name in names}:
                reading.setdefault(path, []).append(found)
    return reading


def _is_known(build: Build, instruction: Instruction, state: State) -> bool:
    """Whether the working directory is known: that of an unknown base image is not."""
    if state.workdir_known:
        return True
    stage = build.dockerfile.stage_of(instruction)
    return stage is not None and starts_in_root(build.evaluation.root(stage).name)


def _directory(build: Build, found: Invocation) -> str:
    """Where the command runs, after the `cd` before it; empty where that is not known."""
    before = build.evaluation.before(found.instruction)
    directory = (
        before.workdir
        if before is not None and _is_known(build, found.instruction, before)
        else ""
    )
    changes = (
        earlier
        for earlier in found.script.named("cd")
        if earlier.index < found.command.index
    )
    for change in islice(changes, _MOST_CHANGES):
        if len(change.words) == 2 and change.words[1].value is not None:
            to = change.words[1].value
            directory = (
                join_workdir(directory or "/", to).path
                if directory or to.startswith("/")
                else ""
            )
    return directory


def _takes_all(found: Invocation) -> bool:
    """Whether it unpacks all of a tar archive as it is, which ADD does too."""
    words = [written(word) for word in found.command.args]
    if found.command.name == "unzip" or any(
        word.startswith(_CHANGES) for word in words
    ):
        return False
    values = [word for word in words if not word.startswith("-")]
    places = sum(word in ("-C", "--directory") for word in words)
    bundle = bool(words) and words[0].isalpha()  # `tar xzf`
    return len(values) - places - bundle <= 1


def _extracts(words: list[str]) -> bool:
    """Whether tar is told to extract: `-xf`, `xzf`, `--extract`."""
    return any(
        word in ("--extract", "--get")
        or ("x" in word and word.isalpha() and at == 0)
        or (word[:1] == "-" and word[1:2] != "-" and "x" in word)
        for at, word in enumerate(words)
    )


RULE = Rule(
    id="archive-copied-to-unpack",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.SIZE,
    aliases=("DL3010",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
        "in-an-earlier-stage": "other stages that build on it may need the archive",
    },
    examples=(
        Example(
            bad="COPY a.tar.gz /tmp/\nRUN tar -xf /tmp/a.tar.gz -C /opt && rm /tmp/a.tar.gz"
        ),
        Example(bad="WORKDIR /app\nCOPY files/a.tgz .\nRUN tar xzf a.tgz"),
        Example(
            bad="COPY a.tar.xz /srv/b.tar.xz\nRUN cd /srv && \\\n    # all\n"
            "    tar --extract --file=b.tar.xz"
        ),
        Example(bad='COPY ["a.zip", "/tmp/"]\nRUN unzip -q /tmp/a.zip -d /opt'),
        Example(
            bad="COPY a.tar.gz /tmp/\nRUN <<EOF\nset -e\ntar -C /opt -xzf /tmp/a.tar.gz\nEOF"
        ),
        Example(bad="COPY a.tar.gz /tmp/\nRUN bash -c 'tar -xf /tmp/a.tar.gz'"),
        Example(bad='COPY a.tar.gz /tmp/\nRUN ["tar", "-xf", "/tmp/a.tar.gz"]'),
        Example(good="ADD a.tar.gz /opt/"),
        Example(
            good="RUN --mount=type=bind,source=a.tar.gz,target=/a.tar.gz tar -xf /a.tar.gz -C /opt"
        ),
        Example(good="COPY a.tar.gz /tmp/\nRUN tar -xf /srv/a.tar.gz"),
        Example(
            good="COPY a.tar.gz /srv/\nRUN tar -czf /srv/b.tar.gz /srv/a.tar.gz && tar -tf "
            "/srv/a.tar.gz"
        ),
        Example(
            good="FROM debian:13-slim AS unpack\nCOPY a.tar.gz /\nRUN tar -xf /a.tar.gz\n"
            "FROM debian:13-slim\nCOPY --from=unpack /a /a"
        ),
    ),
)
