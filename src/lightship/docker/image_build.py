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
from itertools import islice

from lightship.errors import EngineError
from lightship.processes import signalled_with_parent
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
                name = _LONG.get(flag, flag)
                flags.setdefault(name, []).append(value)
    values = {flag: tuple(given) for flag, given in flags.items()}
    context = rest[-1] if rest else ""
    return BuildArguments(tuple(arguments), values, context)


def split_words(
    arguments: Sequence[str], other: Mapping[str, bool]
) -> tuple[list[str], list[str]]:
    """The words that are another command's options, and those of `docker build`.

    `other` are its long options, and whether each takes a value. An option of that name is always
    its own, but not a word that is the value of a flag of docker's, nor what follows a `--`.
    """
    own: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        name, equals, _ = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
        elif name in other:
            takes_next = other[name] and not equals
            own += [word, *islice(waiting, int(takes_next))]
        else:
            rest += [word, *islice(waiting, int(_takes_next(word)))]
    return own, rest


def _takes_next(word: str) -> bool:
    """Whether the value of the word's flag is the word after it."""
    if word == "-" or not word.startswith("-"):
        return False
    following = iter(("next",))
    read = list(_flags(word, following))
    return bool(read) and not list(following)


def _flags(word: str, following: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The flags of a word, with the value from the next word where it needs one.

    Such as `--file=F`, `--file F` and `-qfF`.
    """
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        if not equals and flag not in _ALONE:
            value = next(following, "")
        yield flag, value
        return

    for end, letter in enumerate(word[1:], 2):
        flag = f"-{letter}"
        if flag in _ALONE:
            yield flag, ""
            continue
        # The rest of the word is the value.
        rest = word[end:]
        yield flag, rest.removeprefix("=") if rest else next(following, "")
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
    names = (*_DOCKERFILES, *_CONTAINERFILES)
    return _first_file(asked.context, names)


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
            # What the user asks for
            done = subprocess.run(  # noqa: S603
                command,
                stdout=sys.stderr,
                check=False,
                preexec_fn=signalled_with_parent(),
            )
        except OSError as error:
            raise EngineError(f"docker cannot be started: {error.strerror}") from error
        return BuildExit(
            done.returncode, "" if done.returncode else _image(asked, file)
        )


def _added(asked: BuildArguments, iidfile: str) -> list[str]:
    """The flags that are ours."""
    added: list[str] = []
    if "--iidfile" not in asked.flags and not _makes_only_files(asked):
        added += ["--iidfile", iidfile]
    if "--file" in asked.flags or _first_file(asked.context, _DOCKERFILES):
        return added
    containerfile = _first_file(asked.context, _CONTAINERFILES)
    if containerfile:
        added += ["--file", containerfile]
    return added


def _makes_only_files(asked: BuildArguments) -> bool:
    """Whether the build makes no image, so that docker refuses to write its id."""
    if "--output" not in asked.flags:
        return False
    output = asked.last("--output")
    return "type=" not in output or "type=local" in output or "type=tar" in output


def _image(asked: BuildArguments, iidfile: str) -> str:
    """The name that the build gave to its image, else its id; empty where it made none."""
    try:
        with open(iidfile, encoding="ascii", errors="replace") as text:
            image_id = text.read(200).strip()
    except OSError:
        return ""
    if not image_id:
        return ""
    return asked.last("--tag") or image_id


def _first_file(context: str, names: Sequence[str]) -> str:
    """The path of the first of these files that is in the context; empty for none."""
    if not context:
        return ""
    for name in names:
        path = os.path.join(context, name)
        if os.path.isfile(path):
            return path
    return ""
