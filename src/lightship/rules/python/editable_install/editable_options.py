"""The option -e of an install, and the edits that install the package itself."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.lint.finding import Fix, Safety
from lightship.shell.packages import Option
from lightship.text import Edit, Span


def editable_options(call: PackageInvocation) -> list[Option]:
    return [option for option in call.does.options if option.name == "--editable"]


def is_path(value: str) -> bool:
    """Whether it names a directory for sure, and no URL."""
    return "://" not in value and "$" not in value


def install_itself(build: Build, call: PackageInvocation) -> Fix | None:
    if editable_options(call):
        return without_option(build, call)
    if call.does.manager == "poetry" or not takes_words(call.script):
        return None
    edit = after_word(call.script, call.does.subcommand, "--no-editable")
    return Fix("Install the package itself", (edit,), Safety.UNSAFE)


def without_option(build: Build, call: PackageInvocation) -> Fix | None:
    """Delete `-e` before its value, where that is a directory."""
    edits: list[Edit] = []
    for option in editable_options(call):
        word = option.word
        value = option.value_word
        if value is None or word.text.strip('"') not in ("-e", "--editable"):
            return None
        # A URL needs it, and a bare name would be that of a package of the index
        if value.text.strip("\"'")[:1] not in ("/", "."):
            return None

        gap = Span(word.span.end, value.span.start)
        if gap.of(build.dockerfile.text).strip(' ,"'):
            return None  # a continuation
        edits.append(Edit.delete(Span(word.span.start, value.span.start)))
    if not edits:
        return None
    return Fix("Install the package itself", tuple(edits), Safety.UNSAFE)
