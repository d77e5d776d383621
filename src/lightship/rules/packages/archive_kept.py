"""A downloaded archive stays in the image after it is unpacked

## What it does
Finds archives and packages that curl or wget saves in a layer of the final image, that the same
RUN or a later one of the stage unpacks or installs, and that nothing removes.

Build stages are left alone, also one in a file of its own (nothing pushes its image, and other
Dockerfiles of the repository copy files out of it), images for development, tests or CI, and
examples, unless they are pushed to a registry. So are packages of a few kilobytes that only bring
the key of a repository (`cuda-keyring_1.1-1_all.deb`), downloads into a mount, and RUN in which a
command may remove the archive under a name that is not known.

## Why is this bad?
The image holds everything twice, once packed: anyone who pulls it pays for the archive as well.
Removing it in a later RUN does not help, because the layer keeps it.

Remove it in the same RUN, or do not save it: `curl -fsSL … | tar -xz`.

## Fix safety
The fix removes the archive at the end of the RUN, where that has unpacked it. It is unsafe, because
a program may want to read the archive at run time.

## When to ignore
Ignore it where the archive itself is part of the image's content.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.edits.endings import at_end, is_certain
from lightship.facts.packages.downloads import Download, downloads
from lightship.facts.stages.final_image import is_shipped
from lightship.facts.values.directories import (
    directories_of,
    directory_of,
    in_directory,
)
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.cleaning import removes
from lightship.shell.commands import Command, Script
from lightship.shell.specs import written

_ENDS = tuple(
    """.tar .tar.gz .tgz .tar.xz .txz .tar.bz2 .tbz2 .tar.zst .zip .deb .rpm .apk .7z""".split()
)
_UNPACKERS = frozenset(
    """tar bsdtar unzip dpkg apt apt-get rpm dnf microdnf yum zypper apk 7z 7za 7zr unrar jar
    cpio gdebi dpkg-deb""".split()
)
# They replace the archive by what was in it, or move it
_CONSUMING = frozenset(
    "gunzip unxz bunzip2 unzstd gzip xz bzip2 zstd mv unlink shred truncate".split()
)
# Packages of a few kilobytes: the key and address of a repository
_IS_SMALL = regex(
    r"(?:[\w.+-]*-)?(?:keyring|archive-keyring|apt-source|apt-config|repo|release)"
    r"(?:[-_.]?(?:latest[\w.-]*|[\w.]*\d[\w.+~-]*))?(?:[_.](?:all|noarch))?\.(?:deb|rpm)"
    r"|packages-microsoft-prod\.(?:deb|rpm)"
)
_MOST = 50  # downloads that are looked at
_PLACED = frozenset({"P", "--directory-prefix", "--output-dir", "--remote-name-all"})
_PLAIN = regex(r"[\w./+:=@%-]+")
_UNKNOWN = ("$", "`", "{")
_LONGEST_NAME = 45


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    for download in downloads(build)[:_MOST]:
        call = download.call
        name = basename(download.target)
        if call.instruction not in build.shipped or not name.lower().endswith(_ENDS):
            continue
        if _IS_SMALL.fullmatch(name):
            continue
        if any(mark in download.target for mark in _UNKNOWN):
            continue
        if not download.fetch.options.isdisjoint(_PLACED):
            continue

        path = in_directory(directory_of(build, call), download.target)
        if path is None or _is_elsewhere(build, call, path):
            continue
        unpacked = _unpacked_in(build, call, path)
        if unpacked is not None:
            yield _finding(build, download, path, unpacked)


def _is_elsewhere(build: Build, call: Invocation, path: str) -> bool:
    before = build.evaluation.before(call.instruction)
    workdir = before.workdir if before is not None else "/"
    return hides(build.mounts(call.instruction), path, workdir)


def _unpacked_in(build: Build, call: Invocation, path: str) -> Instruction | None:
    """The RUN that unpacks what was fetched; None where there is none, or the stage removes it."""
    name = basename(path)
    start = call.command.span.start
    stage = build.dockerfile.stage_of(call.instruction)
    unpacked: Instruction | None = None
    for later in build.commands():
        command = later.command
        if command.span.start <= start:
            continue
        if build.dockerfile.stage_of(later.instruction) is not stage:
            continue
        if _may_remove(later.script, command, path):
            return None
        if unpacked is None and command.name in _UNPACKERS and _names(command, name):
            unpacked = later.instruction
    return unpacked


def _names(command: Command, name: str) -> bool:
    return any(basename(written(word)) == name for word in command.args)


def _may_remove(script: Script, command: Command, path: str) -> bool:
    name = basename(path)
    if command.name == "find":
        return command.has("-delete", "-exec", "-execdir", "-print0") or bool(
            script.pipeline_of(command).length > 1
        )
    if command.name == "tar":
        return command.has("--remove-files")
    if command.name in _CONSUMING:
        return any(_may_be(written(word), path) for word in command.args)
    if not command.name:
        return True  # a variable, which may be any command
    if command.name in ("clean", "cleanup") or command.name.endswith((".sh", "clean")):
        return True
    if command.name != "rm":
        return False
    if removes(script, command, path):
        return True
    return any(_may_be(written(word), path) for word in command.args) or name == ""


def _may_be(text: str, path: str) -> bool:
    """Whether an operand may mean the file or a directory above it."""
    if text.startswith("-"):
        return False
    if any(mark in text for mark in _UNKNOWN):
        return True
    if text.startswith("/"):
        return fnmatchcase(path, text) or path.startswith(f"{text.rstrip('/')}/")
    last = basename(text.rstrip("/"))
    if last in (".", ".."):
        return True
    parts = path.strip("/").split("/")
    return any(fnmatchcase(part, last) for part in parts)


def _finding(
    build: Build, download: Download, path: str, unpacked: Instruction
) -> Finding:
    call = download.call
    name = basename(path)
    if len(name) > _LONGEST_NAME:
        name = "the archive"
    message = (
        f"{name} stays in the image after it is unpacked: remove it in the same RUN"
    )
    if unpacked is not call.instruction:
        message = (
            f"{name} stays in the image: download, unpack and remove it in one RUN"
        )
        return Finding(call.command.span, message)

    fix = None
    if is_certain(call.script, call.command) and _PLAIN.fullmatch(path):
        shown = _as_seen_at_end(build, download, path)
        edit = None
        if shown is not None:
            edit = at_end(build, call.instruction, call.script, f"rm {shown}")
        if edit is not None:
            fix = Fix(f"Remove {name}", (edit,), Safety.UNSAFE)
    return Finding(call.command.span, message, fix)


def _as_seen_at_end(build: Build, download: Download, path: str) -> str | None:
    """The path; only its name where the script ends in the directory of the file.

    None where it depends on the WORKDIR of a base image, which is not known.
    """
    call = download.call
    before = build.evaluation.before(call.instruction)
    workdir = before.workdir if before is not None else "/"
    directories = directories_of(call.script, workdir)
    last = call.script.commands[-1]
    if last.name != "cd" and directories[last.index] == dirname(path):
        return basename(path)
    if before is not None and before.workdir_known:
        return path

    # A script that goes to a directory by its whole path is there from wherever it starts
    elsewhere = directories_of(call.script, "/elsewhere")[call.command.index]
    return path if in_directory(elsewhere, download.target) == path else None


_URL = "https://example.org/tool.tgz"
_SUM = 'echo "0 tool.tgz" | sha256sum -c -'

RULE = Rule(
    id="archive-kept",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(commands=("curl", "wget")),
    aliases=("parfum/tarSomethingRmTheSomething",),
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the name of the archive is not known"
        ),
        "loop function": "it may be removed elsewhere",
    },
    examples=(
        Example(
            bad=f"RUN wget -q {_URL} && tar -xzf tool.tgz -C /usr/local",
            fixed=f"RUN wget -q {_URL} && tar -xzf tool.tgz -C /usr/local && rm tool.tgz",
        ),
        Example(
            bad=f"WORKDIR /opt\nRUN curl -fsSLO {_URL} \\\n    # unpack\n    && tar -xzf tool.tgz",
            fixed=f"WORKDIR /opt\nRUN curl -fsSLO {_URL} \\\n    # unpack\n    && tar -xzf "
            "tool.tgz \\\n    && rm tool.tgz",
        ),
        Example(
            bad="RUN curl -fsSL https://example.org/x -o /tmp/aws.zip && unzip -q /tmp/aws.zip",
            fixed="RUN curl -fsSL https://example.org/x -o /tmp/aws.zip && unzip -q /tmp/aws.zip "
            "&& rm /tmp/aws.zip",
        ),
        Example(
            bad="RUN cd /tmp && wget https://example.org/a.deb && dpkg -i a.deb && cd / && "
            "rm -rf /var/lib/apt/lists/*",
            fixed="RUN cd /tmp && wget https://example.org/a.deb && dpkg -i a.deb && cd / && "
            "rm -rf /var/lib/apt/lists/* && rm /tmp/a.deb",
        ),
        Example(  # the base image may have set WORKDIR
            bad=f"FROM acme/base:1\nRUN wget -q {_URL} && tar -xzf tool.tgz",
            fixed=f"FROM acme/base:1\nRUN wget -q {_URL} && tar -xzf tool.tgz && rm tool.tgz",
        ),
        Example(
            bad=f"FROM acme/base:1\nRUN wget -q {_URL} && tar -xzf tool.tgz && cd /usr",
            fixed=f"FROM acme/base:1\nRUN wget -q {_URL} && tar -xzf tool.tgz && cd /usr",
        ),
        Example(good=f"RUN wget -q {_URL} && tar -xzf tool.tgz && rm tool.tgz"),
        Example(good=f"RUN wget -q {_URL} && tar -xzf tool.tgz && rm -f *.tgz"),
        Example(
            good=f"RUN cd /tmp && wget -q {_URL} && tar -xzf tool.tgz && rm -rf /tmp/*"
        ),
        Example(
            good=f"WORKDIR /src\nRUN wget -q {_URL} && tar -xf tool.tgz && rm -rf /src"
        ),
        Example(
            good=f"RUN d=$(mktemp -d) && cd $d && wget {_URL} && tar -xf tool.tgz && rm -r $d"
        ),
        Example(
            good=f"RUN --mount=type=tmpfs,target=/tmp cd /tmp && wget -q {_URL} && tar -xf tool.tgz"
        ),
        Example(good=f"RUN set -o pipefail && curl -fsSL {_URL} | tar -xz"),
        Example(good=f"RUN wget -q {_URL} && {_SUM}"),
        Example(
            good="FROM debian:trixie-slim AS build\n"
            f"RUN wget -q {_URL} && tar -xf tool.tgz\nFROM scratch\nCOPY --from=build /tool /"
        ),
        Example(
            good="RUN wget -q https://example.org/a.tar.gz && gunzip a.tar.gz && tar -xf a.tar"
        ),
        Example(
            good=f"RUN wget -q {_URL} && tar -xf tool.tgz && mv tool.tgz /srv/www/"
        ),
        Example(
            good=f"RUN wget -q {_URL} && tar -xf tool.tgz && find . -name '*.tgz' -delete"
        ),
    ),
)
