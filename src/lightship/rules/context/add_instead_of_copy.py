"""ADD copies local files, where COPY would do

## What it does
Finds ADD instructions that use none of ADD's extra features.

The rule is silent where a source is a URL, a git repository or an archive, or may be one because
a variable has no value, and where `--unpack`, `--checksum` or `--keep-git-dir` show that ADD is
meant.

## Why is this bad?
ADD does three more things: it fetches URLs, clones git repositories, and unpacks every local file
that turns out to be a tar archive, whatever its name. Where none of that is wanted, COPY makes it
clear, and a file that happens to be an archive is not unpacked.

## Fix safety
The fix writes COPY. It is safe where no source can be an archive: judged by its content where the
build context is known, and otherwise because it is a directory or has another suffix. It is
unsafe where that is unknown, and there is none where a source has a variable that COPY might not
accept.

## When to ignore
Ignore it where the file is sometimes an archive that should be unpacked.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.archives import would_unpack
from lightship.dockerfile.tree import Word
from lightship.evaluation.copies import Copying, Operand
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit

_ONLY_ADD = frozenset({"checksum", "keep-git-dir", "unpack"})


def check(build: Build) -> Iterator[Finding]:
    for adding in build.copyings("ADD"):
        if any(flag.name in _ONLY_ADD for flag in adding.instruction.flags):
            continue

        unpacks = [_unpacks(build, source) for source in adding.sources]
        if True in unpacks:
            continue

        keyword = adding.instruction.name
        yield Finding(
            keyword.span,
            "ADD is not needed for local files: use COPY",
            _fix(adding, keyword, unpacks),
        )


def _unpacks(build: Build, source: Operand) -> bool | None:
    """Whether ADD does more than COPY with it, or may; None where only the content would tell."""
    if source.kind == "heredoc":
        return False
    if source.kind != "file":
        return True

    path = source.value
    if path is None:
        path = source.word.text
        if not _is_path(path):
            return True
    return would_unpack(build.context, path)


def _is_path(text: str) -> bool:
    """Whether a source is a path with a suffix or a name, whatever its variables contain."""
    name = text.rpartition("/")[2]
    suffix = name.rpartition(".")[2]
    return text[0] not in "$\"'" and "$" not in suffix


def _fix(adding: Copying, keyword: Word, unpacks: list[bool | None]) -> Fix | None:
    if any(source.varies for source in adding.sources):
        return None

    # Written as the Dockerfile writes its keywords
    copy = "COPY"
    if keyword.text.islower():
        copy = "copy"
    elif keyword.text.istitle():
        copy = "Copy"

    safety = Safety.UNSAFE if None in unpacks else Safety.SAFE
    return Fix("Use COPY", (Edit.replace(keyword.span, copy),), safety)


RULE = Rule(
    id="add-instead-of-copy",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("ADD",)),
    aliases=(
        "DL3020",
        "DS-0005",
        "AVD-DS-0005",
        "CKV_DOCKER_4",
        "CIS-DI-0009",
        "semgrep/prefer-copy-over-add",
        "parfum/DL3020",
    ),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where the variable may have another value"
        ),
    },
    examples=(
        Example(bad="ADD requirements.txt /app/", fixed="COPY requirements.txt /app/"),
        Example(bad="ADD . /app", fixed="COPY . /app"),
        Example(
            bad="add --chown=1000:1000 src/ /src/",
            fixed="copy --chown=1000:1000 src/ /src/",
        ),
        Example(
            bad='ADD ["my file.txt", "/srv/"]', fixed='COPY ["my file.txt", "/srv/"]'
        ),
        Example(
            bad="ADD \\\n    # the program\n    a.py b.py /app/",
            fixed="COPY \\\n    # the program\n    a.py b.py /app/",
        ),
        Example(bad="ONBUILD ADD . /app", fixed="ONBUILD COPY . /app"),
        Example(
            bad="ADD <<EOF /etc/motd\nhello\nEOF",
            fixed="COPY <<EOF /etc/motd\nhello\nEOF",
        ),
        Example(
            bad="ADD start /start",
            fixed="COPY start /start",
            files={"start": "#!/bin/sh\n"},
        ),
        Example(bad="ADD site.zip /srv/", fixed="COPY site.zip /srv/"),
        Example(bad="ARG JAR=target/app.jar\nADD $JAR /app.jar"),
        Example(bad="ARG VERSION\nADD target/app-$VERSION.jar /app.jar"),
        Example(good="COPY requirements.txt /app/"),
        Example(good="ADD rootfs.tar.xz /"),
        Example(good="ADD https://example.com/app.conf /etc/"),
        Example(good="ADD https://example.com/app.conf local.conf /etc/"),
        Example(good="ADD git@github.com:moby/buildkit.git#v0.26.0 /src"),
        Example(good="ADD --unpack=false page.html /srv/"),
        Example(good="ARG SOURCE\nADD $SOURCE /srv/"),
        Example(good="ARG FILE\nADD build/$FILE /srv/"),
        Example(
            good="ADD layers/* /", files={"layers/base.tar": "", "layers/app.tar": ""}
        ),
    ),
)
