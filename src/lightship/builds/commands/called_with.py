"""How a command starts a build: its program, and the options that say how, not what, it builds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.commands.docker_words import DockerCommand
from lightship.builds.definition import BuildOption, CalledWith, Written
from lightship.record import record

_WITH_VALUES = {
    "--cache-from": "cache-from",
    "--cache-to": "cache-to",
    "--cache-repo": "cache-repo",
    "--cache": "cache",
    "--output": "output",
    "-o": "output",
    "--secret": "secret",
    "--builder": "builder",
    "--platform": "platform",
    "--push": "push",
    "--load": "load",
    "--no-cache": "no-cache",
    "--pull": "pull",
    "--set": "set",
    "--build-arg": "build-arg",
    "--no-cache-filter": "no-cache-filter",
    "--layers": "layers",
}
# Those that stand alone; with `=false` they say the contrary, and have a value
_SWITCHES = ("--push", "--load", "--no-cache", "--pull", "--layers", "--no-push")
_BUILDXES = frozenset({"docker-buildx", "buildx"})


@record
class ToldWord:
    """A word of a command: its text as far as it is known, and why it is not."""

    text: str
    line: int
    why: str = ""


def called_with(
    name: str, docker: DockerCommand, told: Sequence[ToldWord], path: str
) -> CalledWith:
    """What a command is started with; `name` is its program, `path` the file it stands in."""
    options = (*_valued(docker, told, path), *_switches(told, path))
    return CalledWith(_program(name, docker, told), options)


def _program(name: str, docker: DockerCommand, told: Sequence[ToldWord]) -> str:
    if docker.kind in ("bake", "compose", "kaniko"):
        return docker.kind
    if name in _BUILDXES or any(item.text == "buildx" for item in told[:3]):
        return "docker buildx build"
    if name in ("buildah", "podman", "nerdctl"):
        return name
    return "docker build"


def _valued(
    docker: DockerCommand, told: Sequence[ToldWord], path: str
) -> Iterator[BuildOption]:
    for option in docker.options:
        name = _WITH_VALUES.get(option.name)
        if name is None or option.word >= len(told):
            continue
        word = told[option.word]
        text = word.text[option.at :]
        if word.why:
            # As it is written: nothing was expanded, and its quotes are still there
            text = text.strip("\"'")
        yield BuildOption(name, text, Written(path, word.line), not word.why)


def _switches(told: Sequence[ToldWord], path: str) -> Iterator[BuildOption]:
    for word in told:
        if word.text in _SWITCHES:
            yield BuildOption(word.text[2:], "", Written(path, word.line))
