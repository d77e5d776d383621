"""A command of a heredoc may fail, and the build continues

## What it does
Finds heredocs in RUN with a command, other than the last, whose failure goes unnoticed.

The rule is silent with `set -e`, `#!/bin/bash -e`, or a SHELL with `-e`; where all commands are
joined; where only the last one can fail; and for commands that end in `|| …`, whose failure is
handled.

## Why is this bad?
The status of a script is that of its last command. In `RUN <<EOF` each line is a command of its
own, and nothing joins them as `&&` would: where an install in the middle fails, the next lines
run, and the build succeeds without it. BuildKit does not add `set -e` (dispatchRun passes the
text to the shell unchanged).

## Fix safety
The fix inserts `set -e` at the start. It is unsafe: the build now stops where it continued
before, also where that was intended. In bash it sets pipefail too if the script has a pipe, whose
failures were ignored before. In a plain sh with a pipe there is no fix, because not every sh has
pipefail.

## When to ignore
Ignore it where the script should continue after a failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.edits.runs import takes_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.commands import Pipeline, Script
from lightship.text import Edit

# They say something, set up the shell, or look through text: their failure is none, or is told by
# what comes out.
_HARMLESS = frozenset(
    """: [ [[ alias basename cut date declare dirname dpkg echo egrep env export expr
    fgrep getconf grep head id local nproc printf pwd readonly seq set shift shopt sleep
    sort tail test tr trap true umask uname uniq unset wc""".split()
)
_WITH_PIPEFAIL = frozenset(("bash", "ksh", "mksh", "zsh"))


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.each("RUN", "ONBUILD"):
        inner = instruction.trigger or instruction
        if inner.keyword != "RUN" or not inner.heredocs:
            continue

        for script in build.scripts(instruction):
            if (
                any(heredoc.body.covers(script.span) for heredoc in inner.heredocs)
                and script.text.text
            ):
                item = _ignored(script)
                if item is not None:
                    message = (
                        "a failure here goes unnoticed and the build continues: put set "
                        "-e at the start"
                    )
                    yield Finding(item.span, message, _fix(build, script))


def _ignored(script: Script) -> Pipeline | None:
    """The first command whose failure is lost: no errexit holds, and another one follows."""
    if script.opaque or script.errors:
        return None
    items = script.items
    start = 0
    for end in range(1, len(items)):
        if items[end].operator in ("&&", "||"):
            continue
        chain = items[start:end]  # a list joined by && and ||
        start = end
        provided = any(item.operator == "||" for item in chain)
        if provided or chain[0].errexit or chain[-1].background:
            continue

        for item in chain:
            if _may_fail(script, item):
                return item
    return None


def _may_fail(script: Script, item: Pipeline) -> bool:
    """Whether its failure would matter: not of commands that only print or set up the shell."""
    index = script.pipelines.index(item)
    if any(
        block.pipeline == index and block.kind == "function" for block in script.blocks
    ):
        return False
    inside = [command for command in script.commands if item.span.covers(command.span)]
    names = {command.name for command in inside if command.words}
    return bool(names - _HARMLESS)


def _fix(build: Build, script: Script) -> Fix | None:
    source, text = build.dockerfile.text, script.text.text
    pipes = any(item.length > 1 for item in script.pipelines)
    if pipes and script.shell not in _WITH_PIPEFAIL:
        return None

    if not takes_words(script):
        return None

    at = text.find("\n") + 1 if text.startswith("#!") else 0
    place = (
        source.rfind(
            "\n", 0, script.text.offset(at) if at < len(text) else script.span.end
        )
        + 1
    )
    first = script.items[0].span.start
    line = source[source.rfind("\n", 0, first) + 1 : first]
    indent = line if not line.strip() else ""
    option = "set -eo pipefail" if pipes else "set -e"
    if script.outer is not None:
        # In its quotes, which mostly begin in the middle of a line
        place, indent = script.text.offset(at), ""
    edit = Edit.insert(place, f"{indent}{option}{build.dockerfile.newline}")
    return Fix(f"Insert {option} at the start", (edit,), Safety.UNSAFE)


RULE = Rule(
    id="heredoc-without-errexit",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("<<",)),
    practice=Practice.CORRECTNESS,
    examples=(
        Example(
            bad="RUN <<EOF\n./configure\nmake install\nEOF",
            fixed="RUN <<EOF\nset -e\n./configure\nmake install\nEOF",
        ),
        Example(
            bad="RUN <<'EOF'\n    # why\n    mkdir /a\n    cd /a; ./fetch\nEOF\nUSER 10001",
            fixed="RUN <<'EOF'\n    set -e\n    # why\n    mkdir /a\n    cd /a; ./fetch\nEOF\n"
            "USER 10001",
        ),
        Example(
            bad="RUN <<-EOF\n\tset -x\n\t./fetch && ./unpack\n\t./install\n\tEOF",
            fixed="RUN <<-EOF\n\tset -e\n\tset -x\n\t./fetch && ./unpack\n\t./install\n\tEOF",
        ),
        Example(
            bad="RUN <<EOF\n#!/bin/bash\n./fetch\n./list | sort > /a\nEOF",
            fixed="RUN <<EOF\n#!/bin/bash\nset -eo pipefail\n./fetch\n./list | sort > /a\nEOF",
        ),
        Example(
            bad="RUN bash <<EOF\n./fetch\n./install\nEOF",
            fixed="RUN bash <<EOF\nset -e\n./fetch\n./install\nEOF",
        ),
        Example(
            bad="RUN <<EOF\nbash -c './fetch\n./install'\nEOF",
            fixed="RUN <<EOF\nbash -c 'set -e\n./fetch\n./install'\nEOF",
        ),
        Example(
            bad="ONBUILD RUN <<EOF\n./fetch\n./install\nEOF",
            fixed="ONBUILD RUN <<EOF\nset -e\n./fetch\n./install\nEOF",
        ),
        Example(
            bad="RUN <<EOF\n./fetch\nset -e\n./install\nEOF",
            fixed="RUN <<EOF\nset -e\n./fetch\nset -e\n./install\nEOF",
        ),
        Example(
            bad="RUN <<EOF\nif test -f a; then ./fetch; fi\n./install\nEOF",
            fixed="RUN <<EOF\nset -e\nif test -f a; then ./fetch; fi\n./install\nEOF",
        ),
        Example(bad="RUN <<EOF\n./list | ./pick > /a\n./install\nEOF"),
        Example(good="RUN <<EOF\nset -eux\n./fetch\n./install\nEOF"),
        Example(good="RUN <<EOF\n#!/bin/bash -e\n./fetch\n./install\nEOF"),
        Example(
            good='SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN <<EOF\n./fetch\n./install\nEOF'
        ),
        Example(good="RUN bash -e <<EOF\n./fetch\n./install\nEOF"),
        Example(good="RUN <<EOF\n./fetch &&\n./unpack && ./install\nEOF"),
        Example(good="RUN <<EOF\n./install\nEOF"),
        Example(good="RUN <<EOF\necho start\nexport A=1\n./install\nEOF"),
        Example(
            good='RUN <<EOF\nfor name in $(echo "$NAMES" | tr , " "); do\n'
            '  test -z "$name" || names="$names $name"\n'
            "done\n./install $names\nEOF"
        ),
        Example(good="RUN <<EOF\n./fetch || exit 1\n./install\nEOF"),
        Example(good="RUN <<EOF\nstart() { ./fetch; }\nstart\nEOF"),
        Example(good="RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nprint(2)\nEOF"),
        Example(good="RUN cat <<EOF > /etc/a.conf\na\nb\nEOF"),
        Example(good="COPY <<EOF /etc/a.conf\na\nb\nEOF"),
    ),
)
