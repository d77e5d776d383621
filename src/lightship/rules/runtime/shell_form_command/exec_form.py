"""The exec form of a command, where it does the same."""

from __future__ import annotations

from enum import Enum
from posixpath import basename

from lightship.base_images.known import is_bare
from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.start.later_changes import may_be_rewritten
from lightship.facts.start.start_files import start_files, text_of
from lightship.lint.finding import Fix, Safety
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.interpreters import SHELLS
from lightship.text import Edit

# A word that every shell takes literally: bare characters, and quotes without anything that
# expands in them.
_PIECE = regex(r"""([A-Za-z0-9_./:=@%+,-]+)|'([^'\n]*)'|"([^"$`\\!\n]*)\"""")
_BLANKS = regex(r"[ \t]+")
_ASSIGNMENT = regex(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
# Where packages put their programs
_OF_PACKAGES = frozenset(("/bin", "/sbin", "/usr/sbin", "/usr/local/sbin"))
# Names that a shell may not look up in PATH: builtins and reserved words of POSIX sh, dash,
# busybox and bash
_NOT_PROGRAMS = frozenset(
    """. : [ [[ alias bg bind break builtin caller case cd chdir command compgen
    complete continue coproc declare dirs disown do done echo elif else enable esac eval
    exec exit export false fc fg fi for function getopts hash help history if in jobs
    kill let local logout mapfile popd printf pushd pwd read readarray readonly return
    select set shift shopt source suspend test then time times trap true type typeset
    ulimit umask unalias unset until wait while""".split()
)


def in_exec_form(build: Build, step: Step, is_sole: bool) -> Fix | None:
    if build.evaluation.root(step.stage).system == "windows":
        return None
    instruction = step.instruction
    start, end = instruction.operands
    span = instruction.line.span(start, end)
    if holds_comment(build.dockerfile, span):
        return None

    words = literal_words(instruction.operand.text)
    starter = _StartedBy.KERNEL
    if words is not None:
        starter = _started_by(build, step, words[0])
    if words is None or starter is _StartedBy.SHELL:
        words = _through_shell(build, instruction)
    if words is None:
        return None
    words = _handing_over(build, step, words)

    edit = Edit.replace(span, _as_json(words))
    safety = Safety.UNSAFE
    is_known = starter is not _StartedBy.UNKNOWN
    if is_known and is_sole and _is_bare(build, step):
        safety = Safety.SAFE
    return Fix("Use the exec form", (edit,), safety)


def without_quotes(step: Step, command: str) -> Fix | None:
    """The exec form of a command that is quoted as a whole, where its words are plain."""
    words = literal_words(command)
    if words is None:
        return None
    line = step.instruction.line
    start, end = step.instruction.operands
    edit = Edit.replace(line.span(start, end), _as_json(words))
    return Fix("Use the exec form", (edit,), Safety.UNSAFE)


def _as_json(words: list[str]) -> str:
    text = "".join(words)
    if text.isprintable() and '"' not in text and "\\" not in text:
        quoted = [f'"{word}"' for word in words]
        return f"[{', '.join(quoted)}]"
    from json import dumps  # noqa: PLC0415 - 1 ms, and few commands have what JSON escapes

    return dumps(words, ensure_ascii=False)


def _through_shell(build: Build, instruction: Instruction) -> list[str] | None:
    """The same shell, which gives its place to the one program that it starts; None where that
    may not be the same.
    """
    scripts = build.scripts(instruction)
    if not scripts:
        return None
    command = _only_command(scripts[0])
    if command is None:
        return None
    text = _on_one_line(build, instruction, command)
    if text is None:
        return None
    if command.assignments or not command.words:
        return None
    if command.name in _NOT_PROGRAMS:
        return None
    program = command.words[0].text
    if not _PIECE.fullmatch(program):
        return None

    wrappers = [wrapper.name for wrapper in command.wrappers]
    if not wrappers:
        return ["/bin/sh", "-c", f"exec {text}"]
    if wrappers == ["exec"]:
        return ["/bin/sh", "-c", text]
    return None


def _on_one_line(
    build: Build, instruction: Instruction, command: Command
) -> str | None:
    """The whole text of an instruction that is nothing but a command, without continuations."""
    source = build.dockerfile.text
    own_text = command.span.of(source)
    text = instruction.operand.text.strip()
    if len(own_text) == len(text):
        return text
    words = [word.span.of(source) for word in command.all_words]
    if any("\n" in word for word in words) or command.redirects:
        return None
    # Nothing else stands there: other brackets and operators would be missing here
    whole = " ".join(words)
    return whole if whole.split() == text.split() else None


def _handing_over(build: Build, step: Step, words: list[str]) -> list[str]:
    """The one program of `sh -c 'program'` where it needs no shell, else with `exec` before it."""
    if len(words) != 3 or basename(words[0]) not in SHELLS or words[1] != "-c":
        return words
    plain = literal_words(words[2].strip())
    if plain is not None and _started_by(build, step, plain[0]) is _StartedBy.KERNEL:
        return plain

    _, *inner = build.scripts(step.instruction)
    command = _only_command(inner[0]) if len(inner) == 1 else None
    if command is None or command.wrappers or command.assignments:
        return words
    if not command.words or command.name in _NOT_PROGRAMS:
        return words
    return [*words[:2], f"exec {words[2].lstrip()}"]


def _only_command(script: Script) -> Command | None:
    """The command of a script that is nothing else."""
    if script.opaque or script.errors:
        return None
    if script.inner or script.comments:
        return None
    if len(script.commands) != 1 or len(script.blocks) != 1:
        return None
    return script.commands[0]


def literal_words(script: str) -> list[str] | None:
    """The words of a simple command that means the same without a shell; None where it may not."""
    words: list[str] = []
    at = 0
    while at < len(script):
        pieces: list[str] = []
        while piece := _PIECE.match(script, at):
            pieces += filter(None, piece.groups())
            at = piece.end()
        if not pieces:
            return None
        words.append("".join(pieces))

        blank = _BLANKS.match(script, at)
        if blank is not None:
            at = blank.end()
        elif at < len(script):
            return None

    if words and words[0] == "exec":
        words = words[1:]
    if not words or not _is_program(words[0]):
        return None
    return words


def _is_program(word: str) -> bool:
    """Whether a first word can only be the name of a program."""
    if not word or word in _NOT_PROGRAMS:
        return False
    if word.startswith(("-", "+")):
        return False
    return _ASSIGNMENT.match(word) is None


class _StartedBy(Enum):
    """What can start a file: the kernel itself; only a shell; that cannot be seen."""

    KERNEL = "kernel"
    SHELL = "shell"
    UNKNOWN = "unknown"


def _started_by(build: Build, step: Step, name: str) -> _StartedBy:
    """What the first word of a command starts.

    A shell runs a script without `#!` itself where the kernel answers "exec format error".
    """
    for file in start_files(build):
        if file.started.step.instruction is not step.instruction:
            continue
        if may_be_rewritten(build, file):
            continue
        text = text_of(build, file)
        if text is None or text.startswith("#!"):
            return _StartedBy.KERNEL
        return _StartedBy.SHELL

    if _may_be_script(build, name):
        return _StartedBy.UNKNOWN
    return _StartedBy.KERNEL


def _may_be_script(build: Build, name: str) -> bool:
    """Whether the project, rather than a package, may have put a program there."""
    directory, slash, base = name.rpartition("/")
    if base.endswith((".sh", ".bash")):
        return True
    if slash and directory not in _OF_PACKAGES and not directory.endswith("/bin"):
        return True
    brought = build.once(_brought_programs)
    if brought.in_bin or base in brought.names:
        return True
    return f"bin/{base}" in brought.runs


@record
class _BroughtPrograms:
    """What a Dockerfile may bring of programs.

    `in_bin` is whether something is copied into a directory of programs, `names` is what is copied
    elsewhere, `runs` the text of every RUN.
    """

    in_bin: bool
    names: frozenset[str]
    runs: str


def _brought_programs(build: Build) -> _BroughtPrograms:
    in_bin = False
    names: set[str] = set()
    for instruction in build.each("ADD", "COPY"):
        if instruction.flag("from") is not None:
            continue
        paths = [word.text.rstrip("/") for word in instruction.args]
        if not paths:
            continue
        if paths[-1].endswith("/bin"):
            in_bin = True
        names.update(map(basename, paths))
    runs = [instruction.line.text for instruction in build.each("RUN")]
    return _BroughtPrograms(in_bin, frozenset(names), "\0".join(runs))


def _is_bare(build: Build, step: Step) -> bool:
    """Whether the image sets no ENTRYPOINT, which would get the words of CMD."""
    image = build.root_image(step.stage)
    if image is None:
        return False
    return is_bare(image)
