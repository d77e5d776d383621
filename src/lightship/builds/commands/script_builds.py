"""The builds that a script starts, wherever the script is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.build_words import may_build
from lightship.builds.commands.build_command import (
    BuildCommand,
    build_of,
    called_files,
)
from lightship.builds.commands.called_with import ToldWord
from lightship.builds.commands.docker_words import BUILDERS, read_docker
from lightship.builds.commands.known_words import (
    ScriptScope,
    is_whole_array,
    known_text,
    shell_values,
)
from lightship.builds.commands.loops import runs
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.commands.shell_assignments import note_assignments
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import Workspace, joined
from lightship.shell.parse import parse
from lightship.shell.tree import Command, Script
from lightship.shell.words import Word
from lightship.text import Lines, Mapped

_MOVES = frozenset({"cd", "pushd"})
_PERHAPS = ("if", "case", "while", "until", "function")  # what is in them may not run
# They say a command, and do not run it
_PRINT = frozenset({"echo", "printf", "print", "log", "info", "warn", "error", "die"})
_BUILDS = frozenset({"build", "buildx", "image", "compose", "bud"})
_MOST_MOVES = 200  # that are followed in one script


def script_builds(workspace: Workspace, source: ScriptText) -> Iterator[Found]:
    """What a script builds; where it may be started in several directories, what all say."""
    if not may_build(source.text.encode("utf-8", "replace")):
        return
    script = parse(Mapped.plain(source.text, 0), "bash")
    by_folder = [_run(workspace, source, script, folder) for folder in source.folders]
    for answers in zip(*_fitting(by_folder), strict=False):
        yield from _agreed(answers)


def _fitting(by_folder: Sequence[list[list[Found]]]) -> list[list[list[Found]]]:
    """The answers of the directories that most commands fit: a script is started in one alone."""
    most = max(map(_number_that_fit, by_folder), default=0)
    return [answers for answers in by_folder if _number_that_fit(answers) == most]


def _number_that_fit(answers: Sequence[Sequence[Found]]) -> int:
    return sum(map(_is_valid, answers))


def _is_valid(found: Sequence[Found]) -> bool:
    return bool(found) and not isinstance(found[0], Unresolved)


def _agreed(answers: Sequence[list[Found]]) -> Iterator[Found]:
    """What one command builds: the answer that exists.

    Where several do, and differ, it cannot be known.
    """
    by_meaning: dict[object, list[Found]] = {}
    for answer in answers:
        if _is_valid(answer):
            meaning = _meaning(answer[0])
            by_meaning.setdefault(meaning, answer)
    if not by_meaning:
        yield from answers[0]
        return

    valid = list(by_meaning.values())
    if len(valid) == 1:
        yield from valid[0]
        return
    differing = [answer[0] for answer in valid]
    if not all(isinstance(item, BuildCall) for item in differing):
        yield _ambiguous(differing)


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
    workspace: Workspace, source: ScriptText, script: Script, folder: str | None
) -> list[list[Found]]:
    """What each command builds where the script is started in a directory."""
    own = source.path if source.is_file else ""
    scope = ScriptScope(folder, own, source.variables, source.reasons)
    lines = Lines(source.text)
    folders: dict[int, str | None] = {}
    moves = 0
    results: list[list[Found]] = []
    for command in runs(script, scope, source.text):
        scope.folder = folders.get(command.index, folder)
        is_certain = not script.inside(command, *_PERHAPS)
        note_assignments(scope, command, source.text, is_certain=is_certain)
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
    """Whether a command may build: by its name, as `$DOCKER build`, or as an array of words."""
    if command.name:
        return command.name in BUILDERS or _runs_another(command)
    if command.words and is_whole_array(command.words[0]):
        return True
    texts = [word.text for word in command.words[1:3]]
    return bool(texts) and texts[0] in ("build", "buildx", "compose")


def _runs_another(command: Command) -> bool:
    """Whether a command, most likely a function, runs what follows: `retry docker build`."""
    texts = [word.text for word in command.words[1:3]]
    if len(texts) < 2 or command.name in _PRINT:
        return False
    return texts[0] in BUILDERS and texts[1] in _BUILDS


def _command_builds(
    workspace: Workspace,
    source: ScriptText,
    command: Command,
    scope: ScriptScope,
    lines: Lines,
) -> list[Found]:
    words = command.words
    name = command.name
    if _runs_another(command):
        words = words[1:]
        name = words[0].text
    told = list(_told(words, scope, source, lines))
    if not name:
        name = _program_of(told[0])
    texts = [item.text for item in told]
    docker = read_docker(texts, name)
    if docker is None:
        return []

    line = lines.line(command.span.start)
    written = source.place(line)
    if scope.folder is None and docker.kind == "compose":
        return []  # most likely it starts what is elsewhere
    if scope.folder is None:
        why = "the directory where it runs is not known"
        return [Unresolved(written, why)]
    call = BuildCommand(workspace, source, command, docker, told, scope.folder, written)
    if docker.kind in ("compose", "bake"):
        return called_files(call)
    return build_of(call)


def _program_of(word: ToldWord) -> str:
    """The program that a word with a variable stands for.

    `${DOCKER:-docker}` is known; `$ENGINE` is docker, or something that takes the same.
    """
    if word.why:
        return "docker"
    _, _, name = word.text.rpartition("/")
    return name


def _told(
    words: Sequence[Word], scope: ScriptScope, source: ScriptText, lines: Lines
) -> Iterator[ToldWord]:
    for word in words:
        own_line = lines.line(word.span.start)
        line = source.place(own_line).line
        for value in shell_values(word, scope):
            yield ToldWord(value.text, line, value.why)
