"""The builds that a script starts, wherever the script is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from lightship.builds.build_paths import (
    Setting,
    checked,
    dockerfile_in,
    is_remote,
    local,
)
from lightship.builds.build_words import may_build
from lightship.builds.commands.docker_words import BUILDERS, DockerCommand, read_docker
from lightship.builds.commands.known_words import (
    ScriptScope,
    known_text,
    note_assignments,
)
from lightship.builds.compose.projects import usual_compose_file
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Found,
    Inline,
    Unresolved,
    Written,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import Workspace, folder_of, joined
from lightship.record import record
from lightship.shell.parse import parse
from lightship.shell.tree import Command, Script
from lightship.shell.words import Word
from lightship.text import Lines, Mapped

_MOVES = frozenset({"cd", "pushd"})
_MOST_MOVES = 200  # that are followed in one script
_PODMANS = frozenset({"podman", "buildah"})


@record(eq=False)
class ScriptText:
    """A script, and what is known of where it runs.

    `place_of` gives the place in a file for a line of the script. `folders` are the
    directories where it may be started, the likeliest first. `why` says what the script is.
    `variables` are set outside; `reasons` are those that stand for something that is not known.
    """

    text: str
    path: str
    folders: tuple[str, ...]
    kind: BuildSourceKind
    why: str
    place_of: Callable[[int], Written] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_file: bool = False

    def place(self, line: int) -> Written:
        """Where a line of the script is written; both count from 1."""
        if self.place_of is None:
            return Written(self.path, line)
        return self.place_of(line)


@record
class _Told:
    """A word of a command: its text as far as it is known, and why it is not."""

    text: str
    line: int
    why: str = ""


@record(eq=False)
class _BuildingCommand:
    """A command that builds, where it runs, and its words."""

    workspace: Workspace
    source: ScriptText
    command: Command
    docker: DockerCommand
    told: Sequence[_Told]
    folder: str
    written: Written

    def refused(self, why: str) -> list[Found]:
        """The command as one that cannot be resolved."""
        return [Unresolved(self.written, why)]


def script_builds(workspace: Workspace, source: ScriptText) -> Iterator[Found]:
    """What a script builds; where it may be started in several directories, what all say."""
    if not may_build(source.text.encode("utf-8", "replace")):
        return
    script = parse(Mapped.plain(source.text, 0), "bash")
    by_folder = [_run(workspace, source, script, folder) for folder in source.folders]
    for answers in zip(*by_folder, strict=True):
        yield from _agreed(answers)


def _agreed(answers: Sequence[list[Found]]) -> Iterator[Found]:
    """What one command builds: the answer that exists.

    Where several do, and differ, it cannot be known.
    """
    valid: dict[object, list[Found]] = {}
    for found in answers:
        if found and not isinstance(found[0], Unresolved):
            valid.setdefault(_meaning(found[0]), found)
    if len(valid) == 1:
        yield from next(iter(valid.values()))
    elif not valid:
        yield from answers[0]
    elif not all(isinstance(found[0], BuildCall) for found in valid.values()):
        yield _ambiguous([found[0] for found in valid.values()])


def _meaning(item: Found) -> object:
    """What two answers have to share."""
    if isinstance(item, BuildDefinition):
        return item.dockerfile, item.context
    if isinstance(item, BuildCall):
        return item.paths, item.folder
    return item.why


def _ambiguous(items: Sequence[Found]) -> Unresolved:
    folders = []
    written = Written("")
    for item in items:
        if isinstance(item, BuildDefinition):
            folders.append(item.context)
            written = item.source
        elif isinstance(item, BuildCall):
            folders.append(item.folder)
            written = item.written
    where = " or ".join(folders)
    why = f"its context is {where}, depending on where it is started"
    return Unresolved(written, why)


def _run(
    workspace: Workspace, source: ScriptText, script: Script, folder: str
) -> list[list[Found]]:
    """What each command builds where the script is started in a directory."""
    own = source.path if source.is_file else ""
    scope = ScriptScope(folder, own, source.variables, source.reasons)
    lines = Lines(source.text)
    folders: dict[int, str | None] = {}
    moves = 0
    results: list[list[Found]] = []
    for command in script.commands:
        scope.folder = folders.get(command.index, folder)
        note_assignments(scope, command, source.text)
        if command.name in _MOVES and moves < _MOST_MOVES:
            moves += 1
            after = _moved(scope, command)
            for heir in script.heirs(command):
                folders[heir.index] = after
        elif command.name == "popd":
            for heir in script.heirs(command):
                folders[heir.index] = folder
        elif _may_be_builder(command):
            results.append(_command_builds(workspace, source, command, scope, lines))
    return results


def _moved(scope: ScriptScope, command: Command) -> str | None:
    """The working directory after `cd`; None where it is not known."""
    words = [word for word in command.args if word.text not in ("-P", "-L", "--")]
    if len(words) != 1 or scope.folder is None or words[0].text == "-":
        return None
    try:
        return joined(scope.folder, known_text(words[0].text, scope))
    except UnknownValueError:
        return None


def _may_be_builder(command: Command) -> bool:
    """Whether a command may build: by its name, or as `$DOCKER build`."""
    if command.name:
        return command.name in BUILDERS
    texts = [word.text for word in command.words[1:3]]
    return bool(texts) and texts[0] in ("build", "buildx", "compose")


def _command_builds(
    workspace: Workspace,
    source: ScriptText,
    command: Command,
    scope: ScriptScope,
    lines: Lines,
) -> list[Found]:
    told = list(_told(command.words, scope, source, lines))
    name = command.name
    if not name:
        # `${DOCKER:-docker}` is known; `$ENGINE` is docker, or something that takes the same
        name = "docker" if told[0].why else told[0].text.rpartition("/")[2]
    docker = read_docker([item.text for item in told], name)
    if docker is None:
        return []

    written = source.place(lines.line(command.span.start))
    if scope.folder is None and docker.kind == "compose":
        return []  # most likely it starts what is elsewhere
    if scope.folder is None:
        why = "the directory where it runs is not known"
        return [Unresolved(written, why)]
    call = _BuildingCommand(
        workspace, source, command, docker, told, scope.folder, written
    )
    if docker.kind in ("compose", "bake"):
        return _called_files(call)
    return _build(call)


def _told(
    words: Sequence[Word], scope: ScriptScope, source: ScriptText, lines: Lines
) -> Iterator[_Told]:
    for word in words:
        line = source.place(lines.line(word.span.start)).line
        if word.value is not None:
            yield _Told(word.value, line)
            continue
        try:
            text = known_text(word.text, scope)
        except UnknownValueError as error:
            yield _Told(word.text, line, str(error))
            continue
        is_split = not word.quoted and word.text.startswith("$")
        for part in text.split() if is_split else [text]:
            yield _Told(part, line)


def _build(call: _BuildingCommand) -> list[Found]:
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
        _pairs(values, "--build-arg"),
        _platforms(values),
        _contexts(values, call.folder),
        inline=inline,
        names=_names(values),
        is_published=any(item.text == "--push" for item in call.told),
    )
    return [checked(call.workspace, build)]


def _called_files(call: _BuildingCommand) -> list[Found]:
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
    only = [call.told[at].text for at in call.docker.operands if not call.told[at].why]
    return [BuildCall(kind, call.written, folder, tuple(paths), tuple(only))]


def _values(call: _BuildingCommand) -> list[tuple[str, Setting]]:
    """Each option with its value."""
    found = []
    for option in call.docker.options:
        if option.word >= len(call.told):
            continue
        item = call.told[option.word]
        text: str | None = item.text[option.at :]
        if item.why and option.name == "--build-arg":
            text = item.text[option.at :].partition("=")[0]  # the name is known
        elif item.why:
            text = None
        found.append((option.name, Setting(text, item.line, item.why)))
    return found


def _last(values: Iterable[tuple[str, Setting]], *names: str) -> Setting:
    """The value that counts; without text and reason where there is none."""
    matching = [value for name, value in values if name in names]
    return matching[-1] if matching else Setting(None, 0)


def _context(call: _BuildingCommand) -> Setting:
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
    call: _BuildingCommand, context: str, file: Setting, inline: Inline | None
) -> Setting:
    """`-f` counts from the working directory; for buildah from the context too."""
    if inline is not None:
        return Setting(call.written.path, inline.line)
    if file.text == "-":
        return Setting(None, file.line, "its Dockerfile is standard input")
    looks_beside = call.command.name in _PODMANS or call.docker.kind == "kaniko"
    usual = joined(context, "Containerfile")
    if file.text is None:
        has_own = usual is not None and call.workspace.is_file(usual)
        if call.command.name in _PODMANS and has_own:
            return Setting(usual, 0)
        return dockerfile_in(call.workspace, context, None)

    placed = local(call.folder, file)
    assert placed is not None
    is_there = placed.text is not None and call.workspace.is_file(placed.text)
    beside = joined(context, file.text)
    if looks_beside and not is_there and beside and call.workspace.is_file(beside):
        return Setting(beside, file.line)
    return placed


def _pairs(values: Iterable[tuple[str, Setting]], option: str) -> dict[str, str | None]:
    """`NAME=value`; a name alone takes its value from the environment."""
    found: dict[str, str | None] = {}
    for name, value in values:
        if name == option and value.text is not None:
            key, equals, text = value.text.partition("=")
            found[key] = text if equals and not value.why else None
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


def _inline(call: _BuildingCommand) -> Inline | None:
    """A Dockerfile in a here-document."""
    for redirect in call.command.redirects:
        body = redirect.body
        if body is not None and body.text:
            line = Lines(call.source.text).line(body.offset(0))
            return Inline(body.text, call.source.place(line).line)
    return None
