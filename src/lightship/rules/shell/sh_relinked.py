"""/bin/sh is replaced by another shell for the whole image

## What it does
Finds RUN instructions that link /bin/sh to another shell. The rule is silent where a comment at the
command says that this is meant, or no RUN follows: then the link is for the container.

## Why is this bad?
`ln -sf /bin/bash /bin/sh` changes the shell of every script of the system, in the build and in
the container, and an update of the package that owns /bin/sh reverts it. SHELL sets the shell of
the RUN below, and leaves the system as it is.

## Fix safety
The fix writes `SHELL ["/bin/bash", "-c"]` where the RUN does nothing else. It is unsafe: a script
that runs later, and says `#!/bin/sh` but means bash, gets the system's sh again.

## When to ignore
Ignore it where scripts that you cannot change say `#!/bin/sh` and need bash.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.places import comments_in, holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import is_plain
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.specs import written
from lightship.text import Edit, Span

_SH = ("/bin/sh", "/usr/bin/sh")
_SHELLS = ("bash", "zsh", "ksh", "mksh", "dash")
_SPEAKS_OF_IT = regex(r"(?i)\b(?:bash|dash|zsh|(?:ba)?shell|/bin/sh)\b|\bsh\b")
_MOVING = ("cp", "ln", "mv")


def check(build: Build) -> Iterator[Finding]:
    for call in build.commands(*_MOVING, "update-alternatives"):
        shell = _linked(call.command)
        if not shell or _is_explained(build, call):
            continue
        if not _has_run_below(build, call):
            continue
        message = (
            f"this links /bin/sh to {shell} for every program in the image: use "
            "SHELL instead"
        )
        fix = _fix(build, call, shell)
        yield Finding(call.command.span, message, fix)


def _is_explained(build: Build, call: Invocation) -> bool:
    """Whether a comment above the RUN, or inside it, speaks of the shell."""
    run = call.instruction
    text = build.dockerfile.text
    inside = [comment.text(text) for comment in comments_in(build.dockerfile, run.span)]
    of_script = [span.of(text) for span in call.script.comments]
    comments = (*run.comments, *inside, *of_script)
    for comment in comments:
        if comment.startswith("#!"):
            continue
        if _SPEAKS_OF_IT.search(comment):
            return True
    return False


def _has_run_below(build: Build, call: Invocation) -> bool:
    """Whether SHELL would be of use: a RUN follows, or a trigger lets others follow."""
    if call.instruction.trigger is not None:
        return True
    stage = build.dockerfile.stage_of(call.instruction)
    start = call.instruction.span.start
    for run in build.each("RUN"):
        if run.span.start <= start:
            continue
        own = build.dockerfile.stage_of(run)
        if own is not None and stage in build.lineage_of(own):
            return True
    return False


def _linked(command: Command) -> str:
    """The name of the shell that takes the place of sh; empty where none does."""
    words = [word for word in command.args if not written(word).startswith("-")]
    operands = [word.value or "" for word in words]
    if command.name == "update-alternatives":
        return _alternative(command, operands)

    if len(operands) != 2:
        return ""
    source, target = operands
    if target not in _SH:
        return ""
    return _other_shell(source)


def _alternative(command: Command, operands: list[str]) -> str:
    """`update-alternatives --install /bin/sh sh /bin/bash 1`, `--set sh /bin/bash`."""
    if not command.has("--install", "--set") or not operands:
        return ""
    if operands[0] not in (*_SH, "sh"):
        return ""
    for path in operands[1:]:
        if path.rpartition("/")[2] in _SHELLS:
            return _other_shell(path)
    return ""


def _other_shell(path: str) -> str:
    name = path.rpartition("/")[2]
    return name if name in _SHELLS and name != "dash" else ""


def _fix(build: Build, call: Invocation, shell: str) -> Fix | None:
    """SHELL in place of a RUN that does nothing else."""
    instruction = call.instruction
    script = call.script
    if shell != "bash" or script.outer is not None:
        return None
    if not is_plain(instruction) or instruction.flags:
        return None

    others = [command for command in script.commands if command is not call.command]
    if not all(map(_removes_sh, others)):
        return None
    if not _follows(build, instruction):
        return None
    span = Span(instruction.name.span.start, script.span.end)
    if holds_comment(build.dockerfile, span):
        return None
    keyword = "shell" if instruction.name.text.islower() else "SHELL"
    edit = Edit.replace(span, f'{keyword} ["/bin/bash", "-c"]')
    return Fix("Use SHELL", (edit,), Safety.UNSAFE)


def _removes_sh(command: Command) -> bool:
    if command.name != "rm":
        return False
    for word in command.args:
        is_option = written(word).startswith("-")
        if not is_option and word.value not in _SH:
            return False
    return True


def _follows(build: Build, instruction: Instruction) -> bool:
    """Whether no shell was set before: SHELL would take its options away."""
    before = build.evaluation.before(instruction)
    return before is not None and before.shell is None


RULE = Rule(
    id="sh-relinked",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=(*_MOVING, "update-alternatives")),
    aliases=("DL4005", "semgrep/use-shell-instruction"),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(
            bad="RUN ln -sf /bin/bash /bin/sh\nRUN ./make",
            fixed='SHELL ["/bin/bash", "-c"]\nRUN ./make',
        ),
        Example(
            bad="run rm /bin/sh && ln -s /bin/bash /bin/sh\nRUN ./make",
            fixed='shell ["/bin/bash", "-c"]\nRUN ./make',
        ),
        Example(
            bad="RUN ln -snf bash /usr/bin/sh\nRUN ./make",
            fixed='SHELL ["/bin/bash", "-c"]\nRUN ./make',
        ),
        Example(
            bad="RUN ./fetch && \\\n    # for the scripts\n    ln -sf /bin/bash /bin/sh\nRUN ./make"
        ),
        Example(bad="RUN mv /bin/sh /bin/sh.old && cp /bin/zsh /bin/sh\nRUN ./make"),
        Example(
            bad="RUN update-alternatives --install /bin/sh sh /bin/bash 100\nRUN ./make",
            fixed='SHELL ["/bin/bash", "-c"]\nRUN ./make',
        ),
        Example(
            bad="RUN <<EOF\nset -e\nln -sf /bin/bash /bin/sh\n./fetch\nEOF\nRUN ./make"
        ),
        Example(bad='RUN ["ln", "-sf", "/bin/bash", "/bin/sh"]\nRUN ./make'),
        Example(bad="ONBUILD RUN ln -sf /bin/bash /bin/sh"),
        Example(good='SHELL ["/bin/bash", "-c"]\nRUN ./make'),
        Example(good="RUN ./make\nRUN ln -sf /bin/bash /bin/sh"),
        Example(
            good="# CI runs its steps with sh, and means bash\n"
            "RUN ln -sf /bin/bash /bin/sh\nRUN ./make"
        ),
        Example(good="RUN ln -s /bin/bash /usr/local/bin/bash && ln -sf dash /bin/sh"),
        Example(good="RUN ln -sf /bin/busybox /bin/sh && echo /bin/bash /bin/sh"),
    ),
)
