"""An archive is copied, and a RUN unpacks it

## What it does
Finds archives that COPY brings into the final image and that a RUN unpacks, where the RUN names
the archive at the place where COPY has put it. It is silent where that RUN also removes what it has
unpacked.

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
from itertools import islice, pairwise

from lightship.base_images.known import starts_in_root
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, clean, in_workdir, join_workdir
from lightship.evaluation.state import State
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
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
_MARKS = (".tar", ".tbz", ".tgz", ".txz", ".zip")
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
    for copying in build.copyings("COPY"):
        if copying.instruction not in build.shipped or not copying.from_context:
            continue

        for source in copying.local:
            path = _place(build, copying, source.value or "")
            call = _unpacked(build, copying.instruction, path) if path else None
            if call is None or _is_removed(build, call):
                continue

            line = call.instruction.first_line
            cure = "mount it there"
            if _takes_all(call):
                cure = "mount it there, or use ADD"
            message = (
                f"the image contains this archive and the files that line {line} "
                f"unpacks: {cure}"
            )
            yield Finding(source.word.span, message)


def _place(build: Build, copying: Copying, source: str) -> str:
    """Where an archive is copied to; empty for other files, and where that is not known."""
    name = source.rstrip("/").rpartition("/")[2]
    if not _is_archive(name) or "*" in name:
        return ""
    target = copying.destination.value
    step = copying.step
    if target is None or step is None:
        return ""

    state = step.before
    is_absolute = target.startswith("/")
    if not is_absolute and not _is_known(build, copying.instruction, state):
        return ""
    path = in_workdir(state.workdir, target)
    is_directory = target == "." or target.endswith(("/", "/."))
    if is_directory or not _is_archive(path):
        return clean(f"{path}/{name}")
    return path


def _is_archive(name: str) -> bool:
    return name.lower().endswith((*_TARS, ".zip"))


def _unpacked(build: Build, copy: Instruction, path: str) -> Invocation | None:
    """The command after the copy, in its stage, that unpacks the file."""
    stage = build.dockerfile.stage_of(copy)
    for call in build.once(_reading).get(path, ()):
        is_later = call.instruction.span.start > copy.span.start
        if is_later and build.dockerfile.stage_of(call.instruction) is stage:
            return call
    return None


def _reading(build: Build) -> dict[str, list[Invocation]]:
    """The commands that unpack, by the paths that they read."""
    reading: dict[str, list[Invocation]] = {}
    for call in build.commands(*_UNPACKING):
        words = [written(word) for word in call.command.args]
        if call.command.name != "unzip" and not _extracts(words):
            continue

        directory = _directory(build, call)
        paths: set[str] = set()
        for word in words:
            if word[:1] == "-" and not word.startswith("--file="):
                continue
            name = word.removeprefix("--file=")
            if name.startswith("/") or (name and directory):
                paths.add(in_workdir(directory or "/", name))
        for path in paths:
            reading.setdefault(path, []).append(call)
    return reading


def _is_removed(build: Build, call: Invocation) -> bool:
    """Whether the RUN removes what it has unpacked: then only the archive stays, in its layer."""
    target = _target(build, call)
    if not target:
        return False
    for removal in build.commands("rm", of=call.instruction):
        if removal.command.span.start < call.command.span.start:
            continue
        for word in removal.command.args:
            path = (word.value or "").removesuffix("/*")
            if path.startswith("/") and below(target, clean(path)) is not None:
                return True
    return False


def _target(build: Build, call: Invocation) -> str:
    """The directory that a command unpacks into; empty where that is not known."""
    for option, after in pairwise(call.command.args):
        if written(option) in ("-C", "-d", "--directory"):
            path = after.value or ""
            return clean(path) if path.startswith("/") else ""
    return _directory(build, call)


def _is_known(build: Build, instruction: Instruction, state: State) -> bool:
    """Whether the working directory is known: that of an unknown base image is not."""
    if state.workdir_known:
        return True
    stage = build.dockerfile.stage_of(instruction)
    return stage is not None and starts_in_root(build.evaluation.root(stage).name)


def _directory(build: Build, call: Invocation) -> str:
    """Where the command runs, after the `cd` before it; empty where that is not known."""
    directory = ""
    before = build.evaluation.before(call.instruction)
    if before is not None and _is_known(build, call.instruction, before):
        directory = before.workdir

    changes = call.script.named("cd")
    earlier = (change for change in changes if change.index < call.command.index)
    for change in islice(earlier, _MOST_CHANGES):
        target = change.words[1].value if len(change.words) == 2 else None
        if target is None:
            continue
        if directory or target.startswith("/"):
            directory = join_workdir(directory or "/", target).path
    return directory


def _takes_all(call: Invocation) -> bool:
    """Whether it unpacks all of a tar archive as it is, which ADD does too."""
    if call.command.name == "unzip":
        return False
    words = [written(word) for word in call.command.args]
    if any(word.startswith(_CHANGES) for word in words):
        return False

    # All but the archive, the directory after -C, and the letters of `tar xzf`
    values = [word for word in words if not word.startswith("-")]
    places = words.count("-C") + words.count("--directory")
    bundle = bool(words) and words[0].isalpha()
    return len(values) - places - bundle <= 1


def _extracts(words: list[str]) -> bool:
    """Whether tar is told to extract: `-xf`, `xzf`, `--extract`."""
    if words and words[0].isalpha() and "x" in words[0]:
        return True
    return any(_is_extracting(word) for word in words)


def _is_extracting(word: str) -> bool:
    if word.startswith("--"):
        return word in ("--extract", "--get")
    return word.startswith("-") and "x" in word


RULE = Rule(
    id="archive-copied-to-unpack",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=_MARKS),
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
