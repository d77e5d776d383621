r"""The start script has CRLF line endings

## What it does
Finds start scripts of the build context with CRLF line endings. The rule is silent where a later
RUN may convert the file, as `dos2unix` and `sed -i` do.

## Why is this bad?
A Windows line ending is two characters, and Linux takes the first for part of the line.
`#!/bin/sh` becomes a program named "/bin/sh\r", so the container ends with "exec /entrypoint.sh:
no such file or directory", although the file exists. Where a shell is told to run the script,
each line ends with that character: "set: Illegal option -", "cd: can't cd to /app".

Usually Git has converted them: with `core.autocrlf` it does so on Windows at each checkout. Write
`*.sh text eol=lf` into `.gitattributes`, or the next checkout converts them again.

## Fix safety
The fix converts the file to LF. It is safe where the first line has a CRLF and the kernel runs
the script, because that never started; elsewhere it is unsafe.

## When to ignore
Ignore it where something outside of the Dockerfile converts the file before the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.facts.start.start_files import (
    StartFile,
    interpreter_of,
    start_files,
    text_of,
)
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit, Span

_MARK = "\r\n"


def check(build: Build) -> Iterator[Finding]:
    for file in start_files(build):
        # Few images start a file of the project
        from lightship.facts.start.later_changes import may_be_rewritten  # noqa: PLC0415

        text = text_of(build, file)
        if text is None or _MARK not in text:
            continue
        if may_be_rewritten(build, file) or not _matters(file, text):
            continue

        started = file.started
        span = place_of_word(build.dockerfile, started.step, started.word.span)

        safety = Safety.UNSAFE
        effect = "which the shell reads as part of each line"
        if _first_line(text):
            effect = "so the kernel cannot find its interpreter"
            if file.started.by == "kernel":
                safety = Safety.SAFE
        edits = tuple(_edits(text, file.origin))
        fix = Fix("Convert to LF line endings", edits, safety)
        yield Finding(span, f"{file.origin} has CRLF line endings, {effect}", fix)


def _matters(file: StartFile, text: str) -> bool:
    """Whether a first line with `#!` has one, or a shell reads the others."""
    interpreter = interpreter_of(file, text)
    return _first_line(text) or (interpreter is not None and interpreter.known)


def _first_line(text: str) -> bool:
    return text.startswith("#!") and text.partition("\n")[0].endswith("\r")


def _edits(text: str, path: str) -> Iterator[Edit]:
    at = text.find(_MARK)
    while at >= 0:
        yield Edit(Span(at, at + 1), "", path)
        at = text.find(_MARK, at + 1)


_TEXT = 'COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/app/server"]'
_SHELL = (
    'COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["bash", "/entrypoint.sh"]\n'
    'CMD ["/app/server"]'
)
_LF = '#!/bin/sh\nset -e\nexec "$@"\n'
_CRLF = _LF.replace("\n", "\r\n")

RULE = Rule(
    id="entrypoint-with-crlf",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    examples=(
        Example(
            bad=_TEXT,
            fixed=_TEXT,
            files={"entrypoint.sh": _CRLF},
            fixed_files={"entrypoint.sh": _LF},
        ),
        Example(
            bad=_SHELL,
            fixed=_SHELL,
            files={"entrypoint.sh": _CRLF},
            fixed_files={"entrypoint.sh": _LF},
        ),
        Example(
            bad='WORKDIR /app\nCOPY . .\nUSER 10001\nENTRYPOINT ["tini", "--", "./serve"]',
            fixed='WORKDIR /app\nCOPY . .\nUSER 10001\nENTRYPOINT ["tini", "--", "./serve"]',
            files={
                "serve": "#!/usr/bin/env python3\r\nimport shop\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
            fixed_files={"serve": "#!/usr/bin/env python3\nimport shop\n"},
        ),
        # The first line is right, all others are not
        Example(
            bad=_TEXT,
            fixed=_TEXT,
            files={"entrypoint.sh": "#!/bin/sh\nset -e\r\nexec /app/server\r\n"},
            fixed_files={"entrypoint.sh": "#!/bin/sh\nset -e\nexec /app/server\n"},
        ),
        Example(
            bad="FROM debian:trixie-slim AS build\nCOPY docker /src/docker\n"
            "FROM debian:trixie-slim\n"
            'COPY --from=build /src/docker/entrypoint.sh /\nUSER 10001\nCMD ["/entrypoint.sh"]',
            fixed="FROM debian:trixie-slim AS build\nCOPY docker /src/docker\n"
            "FROM debian:trixie-slim\n"
            'COPY --from=build /src/docker/entrypoint.sh /\nUSER 10001\nCMD ["/entrypoint.sh"]',
            files={"docker/entrypoint.sh": _CRLF},
            fixed_files={"docker/entrypoint.sh": _LF},
        ),
        Example(good=_TEXT, files={"entrypoint.sh": _LF}),
        Example(good=_TEXT),
        Example(
            good=_TEXT.replace("USER", "RUN dos2unix /entrypoint.sh\nUSER"),
            files={"entrypoint.sh": _CRLF},
        ),
        Example(
            good=_TEXT.replace("USER", "RUN sed -i 's/\\r$//' /*.sh\nUSER"),
            files={"entrypoint.sh": _CRLF},
        ),
        # Python takes either
        Example(
            good='COPY serve.py /\nUSER 10001\nENTRYPOINT ["python3", "/serve.py"]',
            files={"serve.py": "import shop\r\nshop.run()\r\n"},
        ),
    ),
)
