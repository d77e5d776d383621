"""The option -e of an install, and the edits that install the package itself."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.lint.finding import Fix, Safety
from lightship.shell.packages import Option
from lightship.text import Edit, Span


def editable_options(call: PackageInvocation) -> list[Option]:
    """The options `-e` of an install."""
    options = call.does.options
    return [option for option in options if option.name == "--editable"]


def editable_paths(call: PackageInvocation) -> list[str]:
    """The directories that `-e` names for sure, without the extras after them."""
    paths: list[str] = []
    for option in editable_options(call):
        value = option.value or ""
        path, _, _ = value.partition("[")
        is_known = "://" not in path and "$" not in path
        if is_known:
            paths.append(path)
    return paths


def install_itself(build: Build, call: PackageInvocation) -> Fix | None:
    """The fix that installs the package, in the way of the tool."""
    if editable_options(call):
        return without_option(build, call)
    if call.does.manager == "poetry":
        return None
    if not takes_words(call.script):
        return None
    edit = after_word(call.script, call.does.subcommand, "--no-editable")
    return _fix(edit)


def without_option(build: Build, call: PackageInvocation) -> Fix | None:
    """Delete `-e` before its value, where that is a directory."""
    edits: list[Edit] = []
    for option in editable_options(call):
        edit = _removal(build, option)
        if edit is None:
            return None
        edits.append(edit)
    if not edits:
        return None
    return _fix(*edits)


def _removal(build: Build, option: Option) -> Edit | None:
    word = option.word
    value = option.value_word
    if value is None:
        return None
    if word.text.strip('"') not in ("-e", "--editable"):
        return None
    # A URL needs it, and a bare name would be that of a package of the index
    path = value.text.strip("\"'")
    if not path.startswith(("/", ".")):
        return None

    gap = Span(word.span.end, value.span.start)
    between = gap.of(build.dockerfile.text)
    if between.strip(' ,"'):
        return None  # a continuation
    return Edit.delete(Span(word.span.start, value.span.start))


def _fix(*edits: Edit) -> Fix:
    return Fix("Install the package itself", edits, Safety.UNSAFE)
