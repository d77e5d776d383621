"""WORKDIR in place of a cd, and a cd that is taken away."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, in_workdir
from lightship.expansion.variables import is_plain as is_literal
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex
from lightship.rules.shell.cd_in_run.cd_places import follower_of
from lightship.rules.shell.cd_in_run.going_back import goes_back
from lightship.shell.commands import Word
from lightship.text import Edit, Span

_LOGIN = regex(r"-[a-z]*l[a-z]*")


def has_login_shell(build: Build, call: Invocation) -> bool:
    """Whether a shell reads the files of a login before the `cd`."""
    before = build.evaluation.before(call.instruction)
    if before is not None and any(map(_is_login, before.shell or ())):
        return True
    outer = call.script.outer
    if outer is None:
        return False
    return any(map(_is_login, outer.argument_texts))


def _is_login(option: str) -> bool:
    """`-l`, also among other letters, or `--login`."""
    return option == "--login" or _LOGIN.fullmatch(option) is not None


def workdir_instead(build: Build, call: Invocation, word: Word) -> Fix | None:
    run = call.instruction
    script = call.script
    if run.keyword != "RUN" or run.heredocs or run.flags:
        return None
    if script.shell == "exec" or script.outer is not None:
        return None
    if script.comments:
        return None
    if script.span.end != call.command.span.end:
        return None

    directory = word.text
    if word.value != directory or directory.startswith(("~", "-")):
        return None
    if goes_back(word):
        return None  # from where is not said: no cd before it had an effect
    if not is_literal(directory, build.dockerfile.escape):
        return None
    if _is_named_below(build, run, directory):
        return None

    span = Span(run.name.span.start, script.span.end)
    if holds_comment(build.dockerfile, span):
        return None
    keyword = "workdir" if run.name.text.islower() else "WORKDIR"
    edit = Edit.replace(span, f"{keyword} {directory}")
    return Fix("Use WORKDIR", (edit,), Safety.UNSAFE)


def _is_named_below(build: Build, run: Instruction, directory: str) -> bool:
    """Whether a later instruction goes into the directory itself, since the `cd` did nothing."""
    name = basename(directory.rstrip("/"))
    if directory.startswith("/") or not name:
        return False
    for item in build.dockerfile.instructions:
        is_below = item.span.start > run.span.start
        if is_below and f"{name}/" in item.line.text:
            return True
    return False


def is_workdir(build: Build, call: Invocation, word: Word) -> bool:
    """Whether it goes to where its RUN starts anyway."""
    before = build.evaluation.before(call.instruction)
    if before is None or not before.workdir_known or call.instruction.trigger:
        return False
    if word.value is None:
        return False
    return in_workdir(before.workdir, word.value) == clean(before.workdir)


def without_run(build: Build, call: Invocation) -> Fix | None:
    """Take the whole RUN away, with its line."""
    run = call.instruction
    if run.heredocs or run.flags or call.script.outer is not None:
        return None
    if call.script.comments or has_login_shell(build, call):
        return None
    start, end = run.span
    if holds_comment(build.dockerfile, run.span):
        return None
    text = build.dockerfile.text
    if text[end : end + 1] == "\n":
        end += 1
    return Fix("Remove the RUN", (Edit.delete(Span(start, end)),))


def removal(build: Build, call: Invocation, word: Word) -> Fix | None:
    """Take the `cd` away where it goes to the working directory."""
    if not is_workdir(build, call, word):
        return None
    follower = follower_of(call)
    if follower is None or follower.operator != "&&":
        return None
    span = Span(call.command.span.start, follower.span.start)
    if holds_comment(build.dockerfile, span):
        return None
    return Fix("Remove the cd", (Edit.delete(span),))
