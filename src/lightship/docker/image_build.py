"""`docker build`, with its own arguments: which image it made, and from which Dockerfile.

Facts: docker/cli, cli/command/image/build.go, and docker/buildx, commands/build.go, for which flags
stand alone; pflag for how flags may be written. What is not in the table takes a value, as most
flags do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from lightship.errors import EngineError
from lightship.record import record

_ALONE = frozenset(
    "--check --compress --debug --disable-content-trust --force-rm --help --load --no-cache "
    "--pull --push --quiet --rm --squash --stream -D -h -q".split()
)
_LONG = {"-f": "--file", "-t": "--tag", "-o": "--output"}
_DOCKERFILES = ("Dockerfile", "dockerfile")
_CONTAINERFILES = (
    "Containerfile",
    "containerfile",
)  # podman's names, which docker does not look for


@record
class BuildArguments:
    """The arguments of a build.

    `flags` are by their long names, with their values; `context` is the build context.
    """

    arguments: tuple[str, ...]
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    context: str = ""

    def last(self, flag: str) -> str:
        """The value of a flag that counts; empty where it is not given."""
        return self.flags.get(flag, ("",))[-1]


@record
class BuildExit:
    """What a build came to: `image` is empty where it failed, or made none."""

    code: int
    image: str = ""


def read_arguments(arguments: Sequence[str]) -> BuildArguments:
    """The arguments of `docker build`, as it reads them itself."""
    flags: dict[str, list[str]] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += waiting
        elif word == "-" or not word.startswith("-"):
            rest.append(word)
        else:
            for flag, value in _flags(word, waiting):
                flags.setdefault(_LONG.get(flag, flag), []).append(value)
    return BuildArguments(
        tuple(arguments),
        {flag: tuple(values) for flag, values in flags.items()},
        rest[-1] if rest else "",
    )


def _flags(word: str, following: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The flags of a word, with the value from the next word where it needs one.

    Such as `--file=F`, `--file F` and `-qfF`.
    """
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        yield flag, value if equals or flag in _ALONE else next(following, "")
        return
    for at, letter in enumerate(word[1:], 2):
        if f"-{letter}" in _ALONE:
            yield f"-{letter}", ""
            continue
        yield (
            f"-{letter}",
            word[at:].removeprefix("=") if at < len(word) else next(following, ""),
        )
        return


def find_dockerfile(asked: BuildArguments) -> str:
    """The path of the Dockerfile on this machine.

    Empty where it is on standard input, or in a context elsewhere.
    """
    named = asked.last("--file")
    if not os.path.isdir(asked.context):
        return ""
    if named:
        return named if os.path.isfile(named) else ""
    return next(_files(asked.context, (*_DOCKERFILES, *_CONTAINERFILES)), "")


def build(asked: BuildArguments) -> BuildExit:
    """Run `docker build`.

    What it prints goes to standard error: standard output is for what is told of the image.

    A Containerfile is taken where there is no Dockerfile, as podman does. An EngineError where
    docker does not start.
    """
    with tempfile.TemporaryDirectory(prefix="lightship-") as folder:
        file = asked.last("--iidfile") or os.path.join(folder, "iid")
        command = ["docker", "build", *_added(asked, file), *asked.arguments]
        sys.stdout.flush()
        try:
            code = subprocess.run(command, stdout=sys.stderr, check=False).returncode  # noqa: S603 - what the user asks for
        except OSError as error:
            raise EngineError(f"docker cannot be started: {error.strerror}") from error
        return BuildExit(code, "" if code else _image(asked, file))


def _added(asked: BuildArguments, iidfile: str) -> list[str]:
    """The flags that are ours."""
    files_only = "--output" in asked.flags and "type=" not in asked.last("--output")
    files_only |= any(
        f"type={kind}" in asked.last("--output") for kind in ("local", "tar")
    )  # they refuse an id
    added = [] if "--iidfile" in asked.flags or files_only else ["--iidfile", iidfile]
    if "--file" not in asked.flags and not any(_files(asked.context, _DOCKERFILES)):
        added += [
            word
            for path in list(_files(asked.context, _CONTAINERFILES))[:1]
            for word in ("--file", path)
        ]
    return added


def _image(asked: BuildArguments, iidfile: str) -> str:
    """The name that the build gave to its image, else its id; empty where it made none."""
    try:
        with open(iidfile, encoding="ascii", errors="replace") as text:
            found = text.read(200).strip()
    except OSError:
        return ""
    return asked.last("--tag") if found and asked.last("--tag") else found


def _files(context: str, names: Sequence[str]) -> Iterator[str]:
    paths = (os.path.join(context, name) for name in names) if context else iter(())
    return (path for path in paths if os.path.isfile(path))
