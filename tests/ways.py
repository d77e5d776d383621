"""Ways of writing the same mistake: functions that rewrite one instruction of a text, and leave what it does.

A way takes a `Place` and gives the new text, or None where the instruction cannot be written so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.shell.tree import Command, Script

MARK = "RECALL"
COMMENT = "# a comment between"
_BARE = re.compile(r"[A-Za-z0-9_./:=@%+,~-]+")
_VERSION = re.compile(r"[^:/]=([0-9][^=]*)$")
_BUILT_IN = frozenset(
    "[ . : alias cd declare echo eval exit export local printf read set shift source test trap".split()
)
_BUILT_IN |= frozenset(
    "type ulimit umask unset wait pushd popd command exec builtin".split()
)
_TRIGGERS = frozenset(
    ("RUN", "COPY", "ADD")
)  # the others set something, and not for this image
_JSON = frozenset(("COPY", "ADD", "VOLUME"))
_LOCAL = ("easy_install", "node", "npm", "pip", "poetry", "python", "uv", "yarn")
# An option that changes nothing here, for commands of which it may stand anywhere among the options.
_QUIET = {
    "apk": "-q",
    "apt": "-V",
    "apt-get": "-V",
    "chmod": "-f",
    "chown": "-f",
    "conda": "-q",
    "curl": "-s",
}
_QUIET |= {
    "dnf": "-q",
    "git": "",
    "mamba": "-q",
    "microdnf": "",
    "npm": "--silent",
    "pip": "-q",
    "pip3": "-q",
}
_QUIET |= {
    "pipenv": "-q",
    "poetry": "-q",
    "uv": "-q",
    "wget": "--no-cookies",
    "yum": "-q",
}


@dataclass(frozen=True)
class Place:
    """An instruction of a build: what a way rewrites."""

    build: Build
    instruction: Instruction

    @property
    def text(self) -> str:
        return self.build.dockerfile.text

    def put(self, text: str) -> str:
        """The whole text with `text` in the place of the instruction."""
        span = self.instruction.span
        return self.text[: span.start] + text + self.text[span.end :]

    @property
    def own(self) -> str:
        """The instruction as written."""
        return self.instruction.span.of(self.text)

    @property
    def head(self) -> str:
        """Its keyword and flags, with the blank behind them."""
        line = self.instruction.line.text
        return line[: self.instruction.operands.start]

    @property
    def words(self) -> str:
        """Its operands on one line."""
        return self.instruction.operand.text

    @property
    def is_plain(self) -> bool:
        """Whether it is one line, in shell form and without a heredoc."""
        return (
            not self.instruction.heredocs
            and self.instruction.form == "shell"
            and not self.instruction.trigger
        )

    @cached_property
    def script(self) -> Script:
        return self.build.scripts(self.instruction)[0]

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of its script that are written there, and not inside a word of another one."""
        return tuple(
            command
            for command in self.script.commands
            if not self.script.inside(command, "substitution", "process")
        )

    def run(self, script: str) -> str:
        """The whole text with another script behind the same keyword and flags."""
        return self.put(self.head + script)

    def edited(self, edits: Iterator[tuple[int, int, str]]) -> str | None:
        """The whole text with `edits` made in the script; None without any."""
        script, made = self.words, sorted(edits, reverse=True)
        for start, end, new in made:
            script = script[:start] + new + script[end:]
        return self.run(script) if made else None


Way = Callable[[Place], "str | None"]
TEXT_WAYS: dict[str, Way] = {}  # of any instruction
SPOT_WAYS: dict[str, Way] = {}  # of the instruction that a finding points at
RUN_WAYS: dict[str, Way] = {}  # of RUN in shell form
OTHER_WAYS: dict[str, Way] = {}  # of other instructions than RUN


def _into(ways: dict[str, Way]) -> Callable[[Way], Way]:
    def add(way: Way) -> Way:
        ways[way.__name__.strip("_").replace("_", "-")] = way
        return way

    return add


# Of any instruction


@_into(TEXT_WAYS)
def windows_line_ends(place: Place) -> str | None:
    return place.text.rstrip("\n").replace("\n", "\r\n") + "\r\n"


@_into(TEXT_WAYS)
def byte_order_mark(place: Place) -> str | None:
    return "\ufeff" + place.text


@_into(TEXT_WAYS)
def syntax_directive(place: Place) -> str | None:
    return (
        None
        if place.text.startswith("#")
        else f"# syntax=docker/dockerfile:1\n{place.text}"
    )


@_into(TEXT_WAYS)
def backtick_escape(place: Place) -> str | None:
    return _by_backticks(place, place.text)


def _by_backticks(place: Place, text: str | None) -> str | None:
    """`text` with the directive, and backticks at the ends of the lines that go on."""
    if text is None or place.text.startswith("#") or "`" in place.text:
        return None
    return "# escape=`\n" + text.replace("\\\n", "`\n")


@_into(TEXT_WAYS)
def lower_case_keywords(place: Place) -> str | None:
    return _keywords(place, str.lower)


@_into(TEXT_WAYS)
def indented(place: Place) -> str | None:
    return place.put(f"  \t{place.own}")


@_into(TEXT_WAYS)
def comments_around(place: Place) -> str | None:
    return place.put(f"# before\n\n# and\n{place.own}\n# behind")


@_into(TEXT_WAYS)
def at_the_end_without_line_end(place: Place) -> str | None:
    return place.text.rstrip("\n") if place.text.endswith("\n") else f"{place.text}\n"


@_into(TEXT_WAYS)
def blanks_at_the_end(place: Place) -> str | None:
    return None if place.instruction.heredocs else place.put(f"{place.own} \t")


@_into(TEXT_WAYS)
def in_an_earlier_stage(place: Place) -> str | None:
    """In a stage that the rest of its stage is built from; a name goes on with the rest."""
    stage = place.build.dockerfile.stage_of(place.instruction)
    if place.instruction.keyword == "FROM" or stage is None or "from=0" in place.text:
        return None
    name, own = MARK.lower(), stage.name_word
    text = place.put(
        f"{place.own}\nFROM {name}" + (f" AS {own.text}" if own is not None else "")
    )
    if own is not None:
        return f"{text[: own.span.start]}{name}{text[own.span.end :]}"
    at = stage.from_.args[-1].span.end
    return f"{text[:at]} AS {name}{text[at:]}"


@_into(SPOT_WAYS)
def in_onbuild(place: Place) -> str | None:
    if place.instruction.keyword not in _TRIGGERS:
        return None
    return place.put(f"ONBUILD {place.own}")


def _keywords(place: Place, change: Callable[[str], str]) -> str:
    text = place.text
    for instruction in place.build.dockerfile.instructions:
        for word in (
            instruction.name,
            *((instruction.trigger.name,) if instruction.trigger else ()),
        ):
            text = (
                text[: word.span.start]
                + change(word.span.of(text))
                + text[word.span.end :]
            )
    return text


# Of a RUN


@_into(RUN_WAYS)
def heredoc(place: Place) -> str | None:
    return place.run(f"<<EOF\n{place.words}\nEOF")


@_into(RUN_WAYS)
def heredoc_with_set_e(place: Place) -> str | None:
    return place.run(f"<<EOF\nset -eux\n\n{COMMENT}\n{place.words}\nEOF")


@_into(RUN_WAYS)
def heredoc_with_tabs(place: Place) -> str | None:
    return place.run(f"<<-'EOF'\n\tset -e\n\t{place.words}\n\tEOF")


@_into(RUN_WAYS)
def heredoc_for_bash(place: Place) -> str | None:
    return place.run(f"<<EOF\n#!/usr/bin/env bash\nset -eu\n{place.words}\nEOF")


@_into(RUN_WAYS)
def heredoc_given_to_bash(place: Place) -> str | None:
    return place.run(f"bash -e <<'EOF'\n{place.words}\nEOF")


@_into(RUN_WAYS)
def continuation(place: Place) -> str | None:
    return _continued(place, f"{place.build.dockerfile.escape}\n    ")


@_into(RUN_WAYS)
def continuation_with_a_comment(place: Place) -> str | None:
    return _continued(place, f"{place.build.dockerfile.escape}\n    {COMMENT}\n    ")


@_into(RUN_WAYS)
def continuation_by_a_backtick(place: Place) -> str | None:
    return _by_backticks(place, _continued(place, "`\n    "))


@_into(RUN_WAYS)
def operators_at_line_starts(place: Place) -> str | None:
    operators = [
        item.operator_span for item in place.script.items if item.operator == "&&"
    ]
    if not operators or place.words != place.own[len(place.head) :]:
        return None
    offset = place.instruction.span.start + len(place.head)
    return place.edited(
        (span.start - offset, span.end - offset, "\\\n    &&")
        for span in operators
        if span
    )


def _continued(place: Place, between: str) -> str | None:
    """Broken behind each word of its commands, as far as these stand side by side."""
    return place.edited(
        (one.at + len(one.text), two.at, f" {between}")
        for command in place.commands
        for one, two in zip(command.words, command.words[1:], strict=False)
        if place.words[one.at + len(one.text) : two.at].isspace()
    )


@_into(RUN_WAYS)
def sh_c(place: Place) -> str | None:
    return None if "'" in place.words else place.run(f"sh -c '{place.words}'")


@_into(RUN_WAYS)
def bash_c_in_double_quotes(place: Place) -> str | None:
    return (
        None
        if set('"$`\\!') & set(place.words)
        else place.run(f'/bin/bash -euxc "{place.words}"')
    )


@_into(RUN_WAYS)
def exec_form_with_a_shell(place: Place) -> str | None:
    return place.run(json.dumps(["/bin/bash", "-c", place.words]))


@_into(RUN_WAYS)
def exec_form(place: Place) -> str | None:
    """Where it is one command, and nothing in it is the shell's."""
    words = [word.value for command in place.commands for word in command.words]
    alone = (
        len(place.script.commands) == 1 and " ".join(filter(None, words)) == place.words
    )
    return (
        place.run(json.dumps(words))
        if alone and not set("*?[~") & set(place.words)
        else None
    )


@_into(RUN_WAYS)
def behind_set_e(place: Place) -> str | None:
    return place.run(f"set -e; {place.words}")


@_into(RUN_WAYS)
def behind_set_eux_and(place: Place) -> str | None:
    return place.run(f"set -eux && {place.words}")


@_into(RUN_WAYS)
def behind_another_with_and(place: Place) -> str | None:
    return place.run(f"mkdir -p /recall && {place.words}")


@_into(RUN_WAYS)
def behind_another_with_semicolon(place: Place) -> str | None:
    return place.run(f"mkdir -p /recall; {place.words}")


@_into(RUN_WAYS)
def before_another(place: Place) -> str | None:
    return place.run(f"{place.words} && echo done")


@_into(RUN_WAYS)
def before_or_exit(place: Place) -> str | None:
    return place.run(f"{place.words} || exit 1")


@_into(RUN_WAYS)
def group(place: Place) -> str | None:
    return place.run(f"{{ {place.words}; }}")


@_into(RUN_WAYS)
def subshell(place: Place) -> str | None:
    return place.run(f"({place.words})")


@_into(RUN_WAYS)
def if_branch(place: Place) -> str | None:
    return place.run(f"if [ -e /etc/os-release ]; then {place.words}; fi")


@_into(RUN_WAYS)
def loop(place: Place) -> str | None:
    return place.run(f"for round in 1 2; do {place.words}; done")


@_into(RUN_WAYS)
def function(place: Place) -> str | None:
    return place.run(f"recall() {{ {place.words}; }}; recall")


@_into(RUN_WAYS)
def output_thrown_away(place: Place) -> str | None:
    return place.run(f"{{ {place.words}; }} > /dev/null 2>&1")


@_into(RUN_WAYS)
def shell_set_before(place: Place) -> str | None:
    return place.put(f'SHELL ["/bin/bash", "-eux", "-c"]\n{place.own}')


@_into(RUN_WAYS)
def mount(place: Place) -> str | None:
    at = len(place.instruction.name.text)
    return place.put(
        f"{place.own[:at]} --mount=type=tmpfs,target=/recall {place.own[at:].lstrip()}"
    )


@_into(RUN_WAYS)
def quoted_words(place: Place) -> str | None:
    return place.edited(
        (
            word.at,
            word.at + len(word.text),
            f'"{word.text}"' if number % 2 else f"'{word.text}'",
        )
        for command in place.commands
        for number, word in enumerate(command.words)
        if _BARE.fullmatch(word.text) and not set("~%=") & set(word.text)
    )


@_into(RUN_WAYS)
def absolute_path(place: Place) -> str | None:
    return _before_commands(place, "/usr/bin/", "/usr/local/bin/")


@_into(RUN_WAYS)
def env(place: Place) -> str | None:
    return _before_commands(place, "env LC_ALL=C ")


@_into(RUN_WAYS)
def assignment(place: Place) -> str | None:
    return _before_commands(place, "LC_ALL=C ")


@_into(RUN_WAYS)
def sudo(place: Place) -> str | None:
    return None if "sudo" in place.words else _before_commands(place, "sudo -E ")


def _before_commands(place: Place, text: str, local: str = "") -> str | None:
    """`text` before each command that is a program; `local` where an image has it under /usr/local."""
    first = ((command, command.words[0]) for command in place.commands if command.words)
    return place.edited(
        (word.at, word.at, local if local and command.name.startswith(_LOCAL) else text)
        for command, word in first
        if command.name == word.text
        and command.name not in _BUILT_IN
        and _BARE.fullmatch(word.text)
    )


@_into(RUN_WAYS)
def tabs(place: Place) -> str | None:
    return place.edited(
        (one.at + len(one.text), two.at, "\t  ")
        for command in place.commands
        for one, two in zip(command.words, command.words[1:], strict=False)
        if place.words[one.at + len(one.text) : two.at].isspace()
    )


@_into(RUN_WAYS)
def option_before_the_subcommand(place: Place) -> str | None:
    return _with_option(place, 0)


@_into(RUN_WAYS)
def option_behind_the_subcommand(place: Place) -> str | None:
    return _with_option(place, 1)


@_into(RUN_WAYS)
def option_at_the_end(place: Place) -> str | None:
    return _with_option(place, -1)


def _with_option(place: Place, number: int) -> str | None:
    """A harmless option behind the word of that number."""
    found = (
        (command.words[number], _QUIET.get(command.name, ""))
        for command in place.commands
        if command.words[1:]
    )
    return place.edited(
        (word.at + len(word.text), word.at + len(word.text), f" {option}")
        for word, option in found
        if option and not (number == 1 and word.prefix.startswith("-"))
    )


@_into(RUN_WAYS)
def argument_in_an_arg(place: Place) -> str | None:
    text = _with_variable(place, "")
    if text is None:
        return None
    new, value = text
    return f"{place.text[: place.instruction.span.start]}ARG {MARK}={value}\n{new[place.instruction.span.start :]}"


@_into(RUN_WAYS)
def argument_in_a_shell_variable(place: Place) -> str | None:
    text = _with_variable(place, "{value}")
    return None if text is None else text[0]


def _with_variable(place: Place, before: str) -> tuple[str, str] | None:
    """The last operand of its last command with two or more, or its version, as a variable; and what that holds."""
    for command in reversed(place.commands):
        words = [
            word
            for word in command.words[1:]
            if _BARE.fullmatch(word.text) and word.text[0] not in "-~"
        ]
        if len(words) > 1:
            word = words[-1]
            version = _VERSION.search(word.text)
            held = word.text if version is None else version[1]
            at = word.at + len(word.text) - len(held)
            start = f"{MARK}={held}; " if before else ""
            return place.run(
                f'{start}{place.words[:at]}"${MARK}"{place.words[at + len(held) :]}'
            ), held
    return None


# Of other instructions


@_into(OTHER_WAYS)
def blanks_between(place: Place) -> str | None:
    return _between(place, "\t  ")


@_into(OTHER_WAYS)
def continued(place: Place) -> str | None:
    return _between(place, f" {place.build.dockerfile.escape}\n    ")


@_into(OTHER_WAYS)
def continued_with_a_comment(place: Place) -> str | None:
    return _between(place, f" {place.build.dockerfile.escape}\n    {COMMENT}\n    ")


@_into(OTHER_WAYS)
def continued_by_a_backtick(place: Place) -> str | None:
    return _by_backticks(place, _between(place, " `\n    "))


def _between(place: Place, blanks: str) -> str | None:
    """Other blanks between the keyword, flags and operands."""
    instruction = place.instruction
    if (
        instruction.heredocs
        or instruction.trigger
        or "\n" in place.own
        or set("\"'[") & set(place.own)
    ):
        return None
    return place.put(blanks.join(place.own.split()))


@_into(OTHER_WAYS)
def json_array(place: Place) -> str | None:
    if place.instruction.keyword not in _JSON or not place.is_plain:
        return None
    return place.put(
        place.head + json.dumps([word.text for word in place.instruction.args])
    )


@_into(OTHER_WAYS)
def words_in_args(place: Place) -> str | None:
    """Each operand by an ARG with a default value."""
    instruction = place.instruction
    if not place.is_plain or instruction.keyword not in {
        "FROM",
        "COPY",
        "ADD",
        "USER",
        "WORKDIR",
        "EXPOSE",
        "STOPSIGNAL",
    }:
        return None
    words = instruction.args[:1] if instruction.keyword == "FROM" else instruction.args
    if not all(_BARE.fullmatch(word.span.of(place.text)) for word in words):
        return None
    text, args = place.text, ""
    for number, word in reversed(tuple(enumerate(words))):
        text = f"{text[: word.span.start]}${{{MARK}_{number}}}{text[word.span.end :]}"
        args += f"ARG {MARK}_{number}={word.text}\n"
    at = 0 if instruction.keyword == "FROM" else instruction.span.start
    return None if at == 0 and text.startswith("#") else text[:at] + args + text[at:]


@_into(OTHER_WAYS)
def quoted_values(place: Place) -> str | None:
    pairs = [
        pair.value
        for pair in place.instruction.pairs
        if pair.value is not None and not pair.legacy
    ]
    spans = [
        value.span for value in pairs if _BARE.fullmatch(value.span.of(place.text))
    ]
    text = place.text
    for span in reversed(spans):
        text = f'{text[: span.start]}"{span.of(text)}"{text[span.end :]}'
    return text if spans else None


WAYS = TEXT_WAYS | SPOT_WAYS | RUN_WAYS | OTHER_WAYS


def fitting(place: Place, *, is_spot: bool) -> dict[str, Way]:
    """The ways for an instruction of its kind; `is_spot` where a finding points at it."""
    is_run = place.instruction.keyword == "RUN"
    own = OTHER_WAYS if not is_run else RUN_WAYS if place.is_plain else {}
    return TEXT_WAYS | own | (SPOT_WAYS if is_spot else {})


def texts(place: Place, ways: dict[str, Way]) -> Iterator[tuple[str, str]]:
    """Each way that the instruction can be written, and the text."""
    for name, way in ways.items():
        text = way(place)
        if text is not None and text != place.text:
            yield name, text
