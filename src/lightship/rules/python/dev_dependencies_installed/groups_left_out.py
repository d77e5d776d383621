"""The options that leave groups out of an install, and the edits that add them."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import runs_at_start
from lightship.facts.installs.tool_installs import tool_installs
from lightship.facts.start.start_scripts import start_scripts
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex
from lightship.rules.python.dev_dependencies_installed.group_installs import GroupTool
from lightship.shell.packages import Option
from lightship.shell.words import Word
from lightship.text import Edit, Span

_CALLED = regex(r"(?:/|^|\s)([A-Za-z][\w.-]*)(?=[\s\"';]|$)")
_RUN_WITH_GROUPS = regex(
    r"\buv run (?!.*--(?:no-dev|no-sync|no-default-groups|only-group)\b)"
)
_LONGEST_SCRIPT = 100_000  # bytes


def option_for(build: Build, tool: str, groups: Sequence[str], others: bool) -> str:
    """What leaves these groups out, and no others."""
    if tool == "uv":
        if groups == ["dev"]:
            return "--no-dev"
        options = [f"--no-group {name}" for name in groups]
        return " ".join(options)
    if tool == "poetry":
        if _has_old_poetry(build):
            return "--no-dev"  # which has no groups but this one, and no --only
        if others:
            return f"--without {','.join(groups)}"
        return "--only main"
    return "--prod"


def with_option(build: Build, loose: Sequence[Install], option: str) -> Fix | None:
    """The option for each of them."""
    for install in loose:
        if not _takes(install, option):
            return None
    if option.startswith("--only main"):
        for install in loose:
            if install.does.option("--with"):
                return None

    starts = _at_start(build, loose[0].tool)
    if starts is None:
        return None
    edits: list[Edit] = []
    for install in loose:
        edit = after_word(install.script, install.does.subcommand, option)
        edits.append(edit)
    return Fix(f"Add {option}", (*edits, *starts), Safety.UNSAFE)


def _takes(install: Install, option: str) -> bool:
    """Whether an option can be added to the words: in exec form, one of a single word."""
    if install.script.shell == "exec" and " " in option:
        return False
    return takes_words(install.script)


def _has_old_poetry(build: Build) -> bool:
    """Whether it is one before 1.2, which brought `--only` and `--without`."""
    for tool in tool_installs(build):
        if tool.tool != "poetry" or tool.number is None:
            continue
        if tool.number < (1, 2):
            return True
    return False


def _at_start(build: Build, tool: str) -> tuple[Edit, ...] | None:
    """`--no-sync` for the `uv run` that would install them again; None where it does not fit."""
    if tool != "uv":
        return ()
    scripts = start_scripts(build)
    if any(script is None or "uv run" in script for script in scripts):
        return None  # one that cannot be read may have it, too
    edits: list[Edit] = []
    for run in runs_at_start(build):
        if not takes_words(run.script):
            return None
        edit = after_word(run.script, run.does.subcommand, "--no-sync")
        edits.append(edit)
    return tuple(edits)


def is_run_again(build: Build) -> bool:
    """Whether a script that the image starts calls `uv run` with all groups.

    So may a script beside it that it starts, as `"$HOME"/shop`.
    """
    texts = [text for text in start_scripts(build) if text]
    if build.context is not None:
        names = {name for text in texts for name in _CALLED.findall(text)}
        files = [file for file in build.context.sent if file.path in names]
        short = [file.path for file in files if file.size <= _LONGEST_SCRIPT]
        texts += filter(None, map(build.context.read, short))
    return any(map(_RUN_WITH_GROUPS.search, texts))


def without_option(
    build: Build, about: GroupTool, install: Install, option: Option
) -> Fix | None:
    """Its opposite in the place of an option that is a word of its own; nothing where the tool
    has none.
    """
    word = option.word
    if word.text not in ("-d", *about.asks):
        return None
    if install.script.shell == "exec":
        return None
    if not about.leave_out:
        return _removal(install, word)

    starts = _at_start(build, install.tool)
    if starts is None:
        return None
    edit = Edit.replace(word.span, about.leave_out)
    return Fix(f"Use {about.leave_out}", (edit, *starts), Safety.UNSAFE)


def _removal(install: Install, word: Word) -> Fix | None:
    """A fix that takes out a word of the command, and the blank before it."""
    words = install.command.words
    earlier = [other for other in words if other.span.end <= word.span.start]
    before = earlier[-1]
    gap = word.at - before.at - len(before.text)
    if word.span.start - before.span.end != gap:
        return None  # a continuation, which may hold a comment

    span = Span(before.span.end, word.span.end)
    return Fix(f"Remove {word.text}", (Edit.delete(span),), Safety.UNSAFE)
