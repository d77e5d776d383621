"""A command that builds, and the build or the files that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.builds.bake.bake_overrides import read_override
from lightship.builds.build_paths import (
    Setting,
    checked,
    dockerfile_in,
    is_remote,
    local,
)
from lightship.builds.commands.called_with import ToldWord, called_with
from lightship.builds.commands.docker_words import DockerCommand
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.compose.projects import usual_compose_file
from lightship.builds.definition import (
    BakeOverride,
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    CalledWith,
    Found,
    Inline,
    Unresolved,
    Written,
)
from lightship.builds.file_outputs import called_for_files
from lightship.builds.workspace import ROOTED, Workspace, folder_of, joined
from lightship.record import record
from lightship.repository_facts import GivenLabel
from lightship.shell.tree import Command
from lightship.text import Lines

# Their values begin with a name, which counts without what follows it
_NAMED = ("--build-arg", "--set", "--label")
_PODMANS = frozenset({"podman", "buildah"})


@record(eq=False)
class BuildCommand:
    """A command that builds, where it runs, and its words."""

    workspace: Workspace
    source: ScriptText
    command: Command
    docker: DockerCommand
    told: Sequence[ToldWord]
    folder: str
    written: Written

    @property
    def called(self) -> CalledWith:
        """The command and its options beside what a definition says."""
        return called_with(self.command.name, self.docker, self.told, self.written.path)

    def refused(self, why: str) -> list[Found]:
        """The command as one that cannot be resolved."""
        return [Unresolved(self.written, why, self.called)]


def build_of(call: BuildCommand) -> list[Found]:
    """The build of one `docker build`, or of kaniko, whose context is an option."""
    values = _values(call)
    context = _context(call)
    if call.docker.kind == "kaniko":
        context = _kaniko_context(values)
    file = _last(values, "-f", "--file", "--dockerfile")
    target = _last(values, "--target")
    for part in (context, file, target):
        if part.text is None and part.why:
            return call.refused(part.why)
    if context.text is None:
        return call.refused("it names no build context")
    if context.text == "-":
        return call.refused("its context is standard input")
    if is_remote(context.text):
        return call.refused(f"its context is remote: {context.text}")

    placed = local(call.folder, context)
    assert placed is not None
    inline = _inline(call) if file.text == "-" else None
    if placed.text is None:
        return call.refused(placed.why)
    dockerfile = _dockerfile(call, placed.text, file, inline)
    if dockerfile.text is None:
        return call.refused(dockerfile.why)
    build = BuildDefinition(
        dockerfile.text,
        placed.text,
        call.source.kind,
        (call.written,),
        call.source.why,
        target.text or None,
        _arguments(values),
        _platforms(values),
        _contexts(values, call.folder),
        inline=inline,
        names=_names(values),
        is_published=any(item.text == "--push" for item in call.told),
        called=call.called,
        is_exported=called_for_files(call.called),
        labels=_labels(values, call.written.path),
    )
    return [checked(call.workspace, build)]


def called_files(call: BuildCommand) -> list[Found]:
    """The files that `docker compose` or `bake` is given."""
    is_bake = call.docker.kind == "bake"
    kind = BuildSourceKind.BAKE if is_bake else BuildSourceKind.COMPOSE
    paths = []
    for name, value in _values(call):
        if name not in ("-f", "--file"):
            continue
        path = joined(call.folder, value.text) if value.text is not None else None
        if path is None:
            return call.refused(value.why or f"{value.text} is outside the repository")
        if not call.workspace.is_file(path):
            return call.refused(f"{path} is not a file of the repository")
        paths.append(path)

    folder = call.folder
    if paths and not is_bake:
        folder = folder_of(paths[0])
    if not paths and not is_bake and usual_compose_file(call.workspace, folder) is None:
        return []
    named = [call.told[at] for at in call.docker.operands]
    only = [item.text for item in named if not item.why]
    if call.docker.starts is not None and len(only) < len(named):
        only = []  # it may start any of them
    overrides = tuple(_overrides(call)) if is_bake else ()
    paths_in_order = tuple(paths)
    return [
        BuildCall(
            kind,
            call.written,
            folder,
            paths_in_order,
            tuple(only),
            overrides,
            call.called,
            call.docker.starts,
        )
    ]


def _overrides(call: BuildCommand) -> Iterator[BakeOverride]:
    """What `--set` of bake says."""
    for name, value in _values(call):
        if name == "--set" and value.text is not None:
            written = Written(call.written.path, value.line)
            override = read_override(value.text, value.why, written=written)
            if override is not None:
                yield override


def _values(call: BuildCommand) -> list[tuple[str, Setting]]:
    """Each option with its value."""
    found = []
    for option in call.docker.options:
        if option.word >= len(call.told):
            continue
        item = call.told[option.word]
        text: str | None = item.text[option.at :]
        if item.why and option.name in _NAMED:
            # The name is known; the quote before it is still there, as nothing was expanded
            text = item.text[option.at :].partition("=")[0].lstrip("\"'")
        elif item.why:
            text = None
        found.append((option.name, Setting(text, item.line, item.why)))
    return found


def _last(values: Iterable[tuple[str, Setting]], *names: str) -> Setting:
    """The value that counts; without text and reason where there is none."""
    matching = [value for name, value in values if name in names]
    return matching[-1] if matching else Setting(None, 0)


def _context(call: BuildCommand) -> Setting:
    """The operand; a variable without quotes beside it may hold options."""
    operands = [call.told[at] for at in call.docker.operands]
    known = [item for item in operands if not item.why]
    if len(known) == 1:
        return Setting(known[0].text, known[0].line)
    if known:
        return Setting(None, known[0].line, "it names several build contexts")
    if operands:
        return Setting(None, operands[0].line, operands[0].why)
    return Setting(None, 0)


def _kaniko_context(values: Iterable[tuple[str, Setting]]) -> Setting:
    """`--context`, with `--context-sub-path` in it."""
    context = _last(values, "-c", "--context")
    below = _last(values, "--context-sub-path")
    if context.text is None or (below.text is None and not below.why):
        text = context.text.removeprefix("dir://") if context.text else context.text
        return Setting(text, context.line, context.why)
    if below.text is None:
        return below
    return Setting(f"{context.text.removeprefix('dir://')}/{below.text}", context.line)


def _dockerfile(
    call: BuildCommand, context: str, file: Setting, inline: Inline | None
) -> Setting:
    """`-f` counts from the working directory; for buildah from the context too."""
    if inline is not None:
        return Setting(inline.path, inline.line)
    if file.text == "-":
        return Setting(None, file.line, "its Dockerfile is standard input")
    looks_beside = call.command.name in _PODMANS or call.docker.kind == "kaniko"
    usual = joined(context, "Containerfile")
    if file.text is None:
        has_own = usual is not None and call.workspace.is_file(usual)
        if call.command.name in _PODMANS and has_own:
            return Setting(usual, 0)
        return dockerfile_in(call.workspace, context, None)

    if _is_from_sibling(call, file.text):
        why = "its context is the directory of the caller, which is beside its own"
        return Setting(None, file.line, why)
    placed = local(call.folder, file)
    assert placed is not None
    is_there = placed.text is not None and call.workspace.is_file(placed.text)
    beside = joined(context, file.text)
    if looks_beside and not is_there and beside and call.workspace.is_file(beside):
        return Setting(beside, file.line)
    return placed


def _is_from_sibling(call: BuildCommand, path: str) -> bool:
    """Whether `-f` leads out of the directory and back into it: nobody starts it there.

    `docker build -f ../common/Dockerfile .` in `common` is for the directories beside it.
    """
    if not call.source.is_file or not path.startswith("../"):
        return False
    placed = joined(call.folder, path)
    if placed is None or call.folder == ".":
        return False
    return placed.startswith(f"{call.folder}/")


def _pairs(values: Iterable[tuple[str, Setting]], option: str) -> dict[str, str | None]:
    """`NAME=value`; a name alone takes its value from the environment."""
    found: dict[str, str | None] = {}
    for name, value in values:
        if name == option and value.text is not None:
            key, equals, text = value.text.partition("=")
            found[key] = text if equals and not value.why else None
    return found


def _arguments(values: Iterable[tuple[str, Setting]]) -> dict[str, str | None]:
    """The build arguments; where the repository lies is known to nobody."""
    found = _pairs(values, "--build-arg")
    for name, value in found.items():
        if value is not None and ROOTED in value:
            found[name] = None
    return found


def _labels(values: Iterable[tuple[str, Setting]], path: str) -> dict[str, GivenLabel]:
    """`--label KEY=VALUE` of a command in the file `path`; a key alone is an empty label."""
    found: dict[str, GivenLabel] = {}
    for name, value in values:
        if name != "--label" or not value.text:
            continue
        key, _equals, text = value.text.partition("=")
        # A word with something that is not known keeps its quotes: "a.b"="$(commit)"
        key = key.strip("\"'")
        is_known = not value.why and ROOTED not in text
        if "$" not in key:
            found[key] = GivenLabel(text if is_known else None, path, value.line)
    return found


def _platforms(values: Iterable[tuple[str, Setting]]) -> tuple[str, ...]:
    texts = [
        value.text for name, value in values if name == "--platform" and value.text
    ]
    return listed_platforms(",".join(texts))


def listed_platforms(text: str) -> tuple[str, ...]:
    """Platforms between commas or on lines, each once."""
    parts = [part.strip() for part in text.replace("\n", ",").split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _contexts(
    values: Iterable[tuple[str, Setting]], folder: str
) -> dict[str, str | None]:
    found = _pairs(values, "--build-context")
    for name, value in found.items():
        if value is not None and not is_remote(value):
            found[name] = joined(folder, value)
    return found


def _names(values: Iterable[tuple[str, Setting]]) -> tuple[str, ...]:
    return tuple(
        value.text for name, value in values if name in ("-t", "--tag") and value.text
    )


def _inline(call: BuildCommand) -> Inline | None:
    """A Dockerfile in a here-document."""
    for redirect in call.command.redirects:
        body = redirect.body
        if body is not None and body.text:
            line = Lines(call.source.text).line(body.offset(0))
            place = call.source.place(line)
            return Inline(body.text, place.path, place.line)
    return None
