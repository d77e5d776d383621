"""Branches of a script that the Dockerfile itself switches off, unless a build arg says otherwise.

`if [ "$SANITIZER" = 1 ]; then apt-get install llvm; fi` after `ARG SANITIZER=0` is not a part of
the image that is built.
"""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build, PackageInvocation
from lightship.facts.command_variables import expanded
from lightship.shell.tree import Block, Command, Script
from lightship.shell.words import Word

_PARTS = ("condition", "if")
_TESTS = ("[", "[[", "test")
_ENDS_OF_TESTS = ("]", "]]")
_EMPTINESS = frozenset({"-n", "-z"})
# In place of a value that a workflow computes: whatever it is, it is not empty
_GIVEN = "given by the build"
_EQUAL = ("=", "==")
_TRUTHS = {"true": True, "false": False}


def is_switched_off(build: Build, call: PackageInvocation) -> bool:
    """Whether a command stands in the branch of an `if` whose test is known to fail."""
    script = call.script
    for block in script.enclosing(call.command):
        if block.kind != "if":
            continue
        condition = _condition_of(script, block)
        if condition is None:
            continue
        holds = _holds(build, call, condition)
        if holds is False:
            return True
    return False


def _condition_of(script: Script, branch: Block) -> int | None:
    """The number of the block that is tested right before a branch; None for `else`."""
    before: int | None = None
    for number, block in enumerate(script.blocks):
        if block is branch:
            break
        if block.kind not in _PARTS:
            continue
        if _is_beside(block, branch):
            before = number

    if before is None:
        return None
    block = script.blocks[before]
    if block.kind != "condition":
        return None
    return before


def _is_beside(block: Block, branch: Block) -> bool:
    """Whether both are parts of the same `if`."""
    if block.parent != branch.parent:
        return False
    if block.stage != branch.stage:
        return False
    return block.pipeline == branch.pipeline


def _holds(build: Build, call: PackageInvocation, condition: int) -> bool | None:
    """What a test says where no build arg is given; None where that is not known."""
    script = call.script
    tests = [item for item in script.commands if item.block == condition]
    if len(tests) != 1:
        return None
    [test] = tests
    pipeline = script.pipeline_of(test)
    if pipeline.negated:
        return None
    if len(test.words) == 1:
        # `if $LOAD_MODELS; then`
        word = test.words[0]
        answer = _value(build, call, word)
        return _TRUTHS.get(answer or "")
    if test.name not in _TESTS:
        return None

    texts = _texts_of(build, call, test)
    if _GIVEN in texts and not _asks_emptiness(texts):
        return None  # whether it is that very value is not known
    return _is_true(texts)


def _texts_of(
    build: Build,
    call: PackageInvocation,
    test: Command,
) -> list[str | None]:
    """The words that a test is about, with what stands for them; None for one that is not known."""
    texts: list[str | None] = []
    for word in test.args:
        if word.text in _ENDS_OF_TESTS:
            continue
        text = _value(build, call, word)
        if text is None and _is_given(build, word):
            text = _GIVEN
        texts.append(text)
    return texts


def _asks_emptiness(texts: Collection[str | None]) -> bool:
    if "" in texts:
        return True
    return not _EMPTINESS.isdisjoint(texts)


def _is_given(build: Build, word: Word) -> bool:
    """Whether a word is a build arg that the repository gives, with a value that is not known."""
    text = word.text.strip("\"'")
    name = text.lstrip("$").strip("{}")
    return _has_unknown_value(build, name)


def _has_unknown_value(build: Build, name: str) -> bool:
    if name in build.args:
        return False
    return name in build.given_args


def _is_true(words: list[str | None]) -> bool | None:
    """What `test` says of its words; None where that is not known."""
    match words:
        case ["!", *rest]:
            holds = _is_true(rest)
            if holds is None:
                return None
            return not holds
        case ["-n", str(text)]:
            return bool(text)
        case ["-z", str(text)]:
            return not text
        case [str(text)]:
            return bool(text)
        case [str(left), operator, str(right)] if operator in _EQUAL:
            return left == right
        case [str(left), "!=", str(right)]:
            return left != right
    return None


def _value(build: Build, call: PackageInvocation, word: Word) -> str | None:
    """A word of a test, with what ENV and the defaults of ARG say."""
    state = build.evaluation.before(call.instruction)
    if state is None:
        return None
    assigned = _assigned(call.script)

    def lookup(name: str) -> str | None:
        if name in assigned:
            return None
        if _has_unknown_value(build, name):
            return None  # it is given, and not empty
        value = state.env.get(name)
        if value is not None:
            return value
        if name in state.args:
            return ""
        return None

    return expanded(word.text, lookup)


def _assigned(script: Script) -> set[str]:
    """The variables that the script itself sets."""
    names: set[str] = set()
    for command in script.commands:
        for assignment in command.assignments:
            names.add(assignment.name)
    return names
