"""RUN changes the directory, and only for itself

`cd` ends with its RUN: the next instruction starts in the working directory again. A RUN that
does nothing but `cd` does nothing at all. One that begins with `cd /app && ...` hides from the
reader, and from the instructions below, where the work is done; WORKDIR says it for all of them.

Where the RUN is `cd` alone the fix writes WORKDIR. It is unsafe: the instructions below will
start there, which is what was meant. Where the directory is the working directory already, the
fix removes the `cd`, which is safe. Otherwise there is no fix: what follows may rely on where
it starts.

The rule is silent for a `cd` in the midst of a script, in a subshell, into a relative or
temporary directory, and for scripts that go on to other directories.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.places import holds_comment
from lightship.evaluation.paths import clean
from lightship.expansion.variables import is_plain as is_literal
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.shell.commands import Word
from lightship.text import Edit, Span

_TEMPORARY = ("/tmp", "/var/tmp", "/usr/src", "/usr/local/src", "/dev/shm", "/var/cache")  # noqa: S108 - names only


def check(build: Build) -> Iterator[Finding]:
    for found in build.commands("cd"):
        command, script = found.command, found.script
        if command.index or command.block or script.outer or len(command.words) != 2 or command.redirects:
            continue
        word = command.words[1]
        if len(script.commands) == 1:
            message = f"cd ends with this RUN, so it does nothing: WORKDIR {word.text} changes the directory"
            yield Finding(script.span, message, _workdir(build, found, word), Severity.WARNING)
        elif _is_start(found, word):
            message = f"this RUN works in {word.text}: say so with WORKDIR"
            yield Finding(command.span, message, _removal(build, found, word))


def _is_start(found: Invocation, word: Word) -> bool:
    """Whether the whole script works in one absolute directory, which is there to stay."""
    directories = [command for command in found.script.commands if command.name in ("cd", "pushd", "popd")]
    follower = found.script.items[1] if len(found.script.items) > 1 else None
    joined = follower is not None and follower.operator in ("&&", ";") and found.script.items[0].length == 1
    path = clean(word.value or "")
    temporary = any(path == place or path.startswith(f"{place}/") for place in _TEMPORARY)
    return joined and len(directories) == 1 and path.startswith("/") and not temporary


def _workdir(build: Build, found: Invocation, word: Word) -> Fix | None:
    instruction, script = found.instruction, found.script
    if instruction.keyword != "RUN" or instruction.heredocs or script.shell == "exec" or script.comments:
        return None
    literal = word.value == word.text and is_literal(word.text, build.dockerfile.escape) and "~" not in word.text
    if not literal or script.span.end != found.command.span.end:
        return None
    span = Span(instruction.name.span.start, script.span.end)
    if instruction.flags or holds_comment(build.dockerfile, span):
        return None
    keyword = "workdir" if instruction.name.text.islower() else "WORKDIR"
    return Fix("Write WORKDIR", (Edit.replace(span, f"{keyword} {word.text}"),), Safety.UNSAFE)


def _removal(build: Build, found: Invocation, word: Word) -> Fix | None:
    """Take the `cd` away where it goes to the working directory."""
    before = build.evaluation.before(found.instruction)
    follower = found.script.items[1]
    here = before is not None and before.workdir_known and clean(before.workdir) == clean(word.value or "")
    span = Span(found.command.span.start, follower.span.start)
    if not here or follower.operator != "&&" or found.instruction.trigger or holds_comment(build.dockerfile, span):
        return None
    return Fix("Remove the cd", (Edit.delete(span),))


RULE = Rule(
    id="cd-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3003", "DS-0013", "AVD-DS-0013", "use-workdir"),
    examples=(
        Example(bad="RUN cd /app\nRUN make", fixed="WORKDIR /app\nRUN make"),
        Example(
            bad="WORKDIR /app\nRUN cd /app/ && make && make install",
            fixed="WORKDIR /app\nRUN make && make install",
        ),
        Example(bad="RUN cd /app && make"),
        Example(bad="RUN cd /app; make \\\n    # why\n    && make install"),
        Example(bad="WORKDIR /app\nRUN cd /app && \\\n    # why\n    make"),
        Example(bad="RUN <<EOF\ncd /app\nEOF"),
        Example(bad="RUN cd $APP"),
        Example(good="WORKDIR /app\nRUN make"),
        Example(good="RUN cd /tmp && curl -O https://example.org/a.tar && tar -xf a.tar"),
        Example(good="RUN git clone https://example.org/a /a && cd /a && make"),
        Example(good="RUN cd /a && make && cd /b && make"),
        Example(good="RUN (cd /app && make) && ls"),
        Example(good="RUN cd build && make"),
        Example(good="RUN cd /app || exit 1"),
        Example(good="CMD cd /app && ./run"),
    ),
)
