"""RUN changes the directory, but only for itself

## What it does
Finds a RUN that is nothing but `cd`, a `cd` at the end of a RUN, and stages that copy their files
into a directory and then start one or more RUN with `cd` into it.

The rule is silent for a `cd` in the middle of a script, in a subshell, into a relative or
temporary directory, for scripts that continue in other directories or remove this one, where
only one command follows, and where a later WORKDIR shows that another directory is meant. A single
RUN is left alone where the files of the build context are copied to other directories as well, and
of several directories of a stage the one with the most RUN is reported.

It is also silent where WORKDIR would break something: where a later instruction of the stage names
a relative path, or where the container would start in another directory, also in that of a base
image that is not known. A `cd` in a login shell counts only if it goes elsewhere, because a profile
may have changed the directory.

A RUN that goes into a directory and a later one that goes back (`cd ..`) are one finding.

A comment that ignores this rule anywhere in the stage hides its finding.

## Why is this bad?
`cd` ends with its RUN: the next instruction starts in the working directory again. A RUN that is
nothing but `cd` has no effect, and a `cd` at the end of one has none either. Where every RUN
starts with `cd /app && ...`, a reader has to look for the place where the work is done; WORKDIR
states it once for all instructions.

## Fix safety
Where the RUN is `cd` alone, the fix writes WORKDIR, but for `cd ..`. It is unsafe: the instructions
below will start there, which is what was meant. Where the directory is the working directory
already, the fix removes the `cd`, or the RUN that is nothing else, which is safe. Otherwise there
is no fix: what follows may rely on where it starts.

## When to ignore
Ignore it where the directory belongs to one command and the rest of the stage works elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.evaluation.paths import clean
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.shell.cd_in_run.cd_fixes import (
    has_login_shell,
    is_workdir,
    removal,
    without_run,
    workdir_instead,
)
from lightship.rules.shell.cd_in_run.cd_places import (
    begins_script,
    is_alone,
    is_meant_to_stay,
    is_plain,
    is_start,
)
from lightship.rules.shell.cd_in_run.going_back import pairs
from lightship.rules.shell.cd_in_run.homes import at_home, starts_there
from lightship.shell.commands import Word


def check(build: Build) -> Iterator[Finding]:
    # Those with which a RUN starts, by stage and directory
    starts: defaultdict[tuple[int, str], list[Invocation]] = defaultdict(list)
    calls_of_cd = list(filter(is_plain, build.commands("cd")))
    ways_back = pairs(build, filter(is_alone, calls_of_cd))
    backward = {call.instruction for call in ways_back.values()}
    for call in calls_of_cd:
        if call.instruction in backward:
            continue  # said where it goes in
        word = call.command.words[1]
        is_first = begins_script(call)
        if _is_at_end(call) and (is_first or is_meant_to_stay(call, word)):
            way_back = ways_back.get(call.instruction)
            if way_back is not None:
                yield _in_and_out(build, call, way_back)
            else:
                yield _without_effect(build, call, word, is_first=is_first)
            continue
        if not is_first or not is_start(call, word):
            continue

        directory = clean(word.value or "")
        is_there = starts_there(build, call, directory)
        if is_there and has_login_shell(build, call):
            continue  # its profile may have gone elsewhere
        fix = removal(build, call, word)
        if fix is not None:
            yield _needless(call, word, fix)
            continue
        step = build.evaluation.step(call.instruction)
        if step is not None:
            key = (step.stage.index, directory)
            starts[key].append(call)

    if starts:
        yield from at_home(build, starts)


def _is_at_end(call: Invocation) -> bool:
    return call.command is call.script.commands[-1]


def _needless(call: Invocation, word: Word, fix: Fix) -> Finding:
    """The finding of a `cd` to where its RUN starts anyway, with the commands that follow."""
    message = f"{word.text} is already the working directory: remove the cd"
    return Finding(call.command.span, message, fix)


def _in_and_out(build: Build, call: Invocation, way_back: Invocation) -> Finding:
    """The finding of two RUN, the second of which goes back to where the first came from."""
    line = build.dockerfile.lines.line(way_back.command.span.start)
    inside, outside = call.command.words[1].text, way_back.command.words[1].text
    message = f"cd ends with its RUN, so this and line {line} have no effect: use WORKDIR {inside}"
    if outside != "-":
        message = f"{message}, {outside}"
    return Finding(call.script.span, message, severity=Severity.WARNING)


def _without_effect(
    build: Build, call: Invocation, word: Word, *, is_first: bool
) -> Finding:
    """The finding of a `cd` with which its script ends."""
    problem = "cd ends with this RUN, so it has no effect"
    if is_workdir(build, call, word):
        place = call.script.span if is_first else call.command.span
        what = "this RUN" if is_first else "the cd"
        message = f"{word.text} is already the working directory: remove {what}"
        fix = without_run(build, call) if is_first else None
        return Finding(place, message, fix, Severity.WARNING)
    if word.text.startswith("~"):
        # WORKDIR does not expand it
        message = f"{problem}: remove it, or use WORKDIR with the full path"
        return Finding(call.command.span, message, severity=Severity.WARNING)
    if is_first and word.text.startswith(".."):
        # It undoes what an earlier one has not done
        fix = without_run(build, call)
        return Finding(call.script.span, f"{problem}: remove it", fix, Severity.WARNING)
    if is_first:
        message = f"{problem}: use WORKDIR {word.text}"
        fix = workdir_instead(build, call, word)
        return Finding(call.script.span, message, fix, Severity.WARNING)
    message = f"{problem}: remove it, or use WORKDIR {word.text} after it"
    return Finding(call.command.span, message, severity=Severity.WARNING)


RULE = Rule(
    id="cd-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=("cd",)),
    aliases=("DL3003", "DS-0013", "AVD-DS-0013", "semgrep/use-workdir"),
    missed={
        "in-an-earlier-stage": "there is only one such RUN in each of the two stages",
        "group subshell if-branch loop function output-thrown-away": (
            "that is how a part of a script works in another directory"
        ),
        "before-another before-or-exit behind-another-with-and "
        "behind-another-with-semicolon": (
            "in the middle of a script it serves the commands after it"
        ),
        "heredoc-given-to-bash bash-c-in-double-quotes exec-form-with-a-shell": (
            "nobody starts a RUN with a shell inside a shell"
        ),
    },
    examples=(
        Example(bad="RUN cd /app\nRUN make", fixed="WORKDIR /app\nRUN make"),
        Example(
            bad="WORKDIR /app\nRUN cd /app/ && make && make install",
            fixed="WORKDIR /app\nRUN make && make install",
        ),
        Example(bad="COPY . /app\nRUN cd /app && make\nRUN cd /app && make install"),
        Example(
            bad="RUN cd /app; make \\\n    # why\n    && make install\nRUN cd /app && make clean"
        ),
        Example(bad="RUN <<EOF\ncd /app\nEOF"),
        Example(
            bad="WORKDIR /app\nRUN set -eux; cd /app && make; make install",
            fixed="WORKDIR /app\nRUN set -eux; make; make install",
        ),
        Example(bad="RUN git clone https://example.org/a.git /a && cd /a\nRUN make"),
        Example(
            bad="FROM debian:trixie-slim AS base\nCOPY . /app\nFROM base\nRUN cd /app && make\n"
            "RUN cd /app && ls"
        ),
        Example(
            bad="COPY . /app\nRUN <<EOF\nset -e\ncd /app\nmake\nEOF\nRUN cd /app && ls"
        ),
        Example(
            bad="WORKDIR /app\nRUN bash -c 'cd /app && make'",
            fixed="WORKDIR /app\nRUN bash -c 'make'",
        ),
        Example(bad="RUN cd $APP"),
        Example(bad="RUN cd ~/app\nRUN make"),
        Example(good="WORKDIR /app\nRUN make"),
        Example(good="RUN cd /app && make"),
        # One command alone: WORKDIR would move the container too
        Example(good="COPY . /app\nRUN cd /app && make"),
        Example(
            good="COPY my.sh /usr/local/bin/\nRUN cd /usr/local/bin && ln -s my.sh other"
        ),
        Example(good="COPY . /app\nRUN cd /app && make\nWORKDIR /data"),
        Example(
            good="RUN cd /tmp && curl -O https://example.org/a.tar && tar -xf a.tar && rm a.tar"
        ),
        Example(good="RUN git clone -b v1 https://example.org/a /a && cd /a && make"),
        Example(good="RUN cd /a && make && cd /b && make"),
        Example(good="RUN (cd /app && make) && ls"),
        Example(good="RUN cd build && make"),
        Example(good="RUN cd /a && make && cd /\nRUN mkdir /b; cd -"),
        Example(good="RUN cd /app || exit 1"),
        # The directory is gone again
        Example(
            good="FROM debian:13\nRUN cd /src && make && make install && rm -rf /src"
        ),
        # Its profile may change the directory
        Example(good="WORKDIR /app\nRUN bash -lc 'cd /app && make'"),
        # The file is one of the other directory
        Example(
            good="COPY . /app\nRUN cd /app && make\nRUN cd /app && make install\n"
            "RUN chmod +x *.sh"
        ),
        # The container starts in another directory
        Example(
            good="WORKDIR /srv\nCOPY . /app\nRUN cd /app && make\n"
            'RUN cd /app && make install\nUSER 10001\nENTRYPOINT ["/app/start"]'
        ),
        Example(good='USER 10001\nCMD ["sh", "-c", "cd /app && exec ./run"]'),
    ),
)
