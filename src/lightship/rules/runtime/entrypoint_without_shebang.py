"""The start script does not say which shell runs it

## What it does
Finds text files of the build context that the kernel runs at start and that do not start with
`#!`. `sh entrypoint.sh`, shell form, and a script that tini starts are left alone.

## Why is this bad?
`ENTRYPOINT ["/entrypoint.sh"]` makes the kernel run the file, and the kernel recognizes a script
only by a first line such as `#!/bin/sh`. Without it no container starts: "exec /entrypoint.sh:
exec format error". An interactive shell is not so strict: it runs such a file itself, so the
script seems to work.

## Fix safety
The fix writes `#!/bin/sh` as the first line of a script whose name ends in `.sh`, or
`#!/bin/bash` where the base image is known to have it and the script uses features of bash. It is
unsafe, because the language is a guess.

## When to ignore
Ignore it where something outside of the Dockerfile adds the line before the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import has_bash
from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.facts.start.start_files import StartFile, start_files, text_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit, Span

_ONLY_BASH = (
    "[[",
    "function ",
    "pipefail",
    "<<<",
    "=(",
    "$'",
    "source ",
    "declare ",
    "BASH_",
    "&>",
    ",,}",
    "^^}",
)


def check(build: Build) -> Iterator[Finding]:
    for file in start_files(build):
        # Few images start a file of the project
        from lightship.facts.start.later_changes import may_be_rewritten  # noqa: PLC0415

        text = text_of(build, file) if file.started.by == "kernel" else None
        if not text or text.startswith("#!") or may_be_rewritten(build, file):
            continue

        started = file.started
        span = place_of_word(build.dockerfile, started.step, started.word.span)
        message = (
            f"{file.origin} does not start with #!, so the kernel cannot run it: add a "
            "first line like #!/bin/sh"
        )
        yield Finding(span, message, _fix(build, file, text))


def _fix(build: Build, file: StartFile, text: str) -> Fix | None:
    if not file.origin.endswith((".sh", ".bash")) or text.startswith("\ufeff"):
        return None
    name = "sh"
    if file.origin.endswith(".bash") or any(mark in text for mark in _ONLY_BASH):
        image = build.root_image(build.lineage[0])
        if image is None or not has_bash(image):
            return None
        name = "bash"
    newline = "\r\n" if "\r\n" in text else "\n"
    return Fix(
        f"Add #!/bin/{name}",
        (Edit(Span(0, 0), f"#!/bin/{name}{newline}", file.origin),),
        Safety.UNSAFE,
    )


_TEXT = 'COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/app/server"]'
_OPEN = {"entrypoint.sh": 0o755}
_SH = 'set -e\nexec "$@"\n'

RULE = Rule(
    id="entrypoint-without-shebang",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    examples=(
        Example(
            bad=_TEXT,
            fixed=_TEXT,
            files={"entrypoint.sh": _SH},
            fixed_files={"entrypoint.sh": f"#!/bin/sh\n{_SH}"},
            modes=_OPEN,
        ),
        Example(
            bad='COPY . /app\nWORKDIR /app\nUSER 10001\nCMD ["./run.sh"]',
            fixed='COPY . /app\nWORKDIR /app\nUSER 10001\nCMD ["./run.sh"]',
            files={
                "run.sh": '# Starts it\nif [[ "$A" ]]; then exec a; fi\n',
                ".dockerignore": "Dockerfile*\n.d*\n",
            },
            fixed_files={
                "run.sh": '#!/bin/bash\n# Starts it\nif [[ "$A" ]]; then exec a; fi\n'
            },
            modes={"run.sh": 0o755},
        ),
        # A blank line comes first
        Example(
            bad=_TEXT,
            fixed=_TEXT,
            files={"entrypoint.sh": f"\n#!/bin/sh\n{_SH}"},
            fixed_files={"entrypoint.sh": f"#!/bin/sh\n\n#!/bin/sh\n{_SH}"},
            modes=_OPEN,
        ),
        Example(
            bad='COPY serve.py /\nUSER 10001\nENTRYPOINT ["/serve.py"]',
            files={"serve.py": "import shop\n"},
            modes={"serve.py": 0o755},
        ),
        Example(
            bad='FROM alpine:3.22\nCOPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]',
            files={"entrypoint.sh": "source /env\nexec /app/server\n"},
            modes=_OPEN,
        ),
        Example(good=_TEXT, files={"entrypoint.sh": f"#!/bin/sh\n{_SH}"}),
        Example(good=_TEXT),
        # A shell reads such a file itself
        Example(
            good=_TEXT.replace('["/e', '["sh", "/e'),
            files={"entrypoint.sh": _SH},
            modes=_OPEN,
        ),
        Example(
            good='COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["tini", "--", "/entrypoint.sh"]',
            files={"entrypoint.sh": _SH},
            modes=_OPEN,
        ),
        # A program
        Example(
            good='COPY server /\nUSER 10001\nENTRYPOINT ["/server"]',
            files={"server": "\x7fELF\x02\x01\x01\0\0"},
            modes={"server": 0o755},
        ),
        Example(
            good=_TEXT.replace(
                "USER", "RUN sed -i '1i #!/bin/sh' /entrypoint.sh\nUSER"
            ),
            files={"entrypoint.sh": _SH},
            modes=_OPEN,
        ),
    ),
)
