"""The start script is not executable

## What it does
Finds start scripts of the build context that the kernel runs directly, and that no `--chmod` and
no RUN may have made executable. `sh entrypoint.sh` does not need that. On Windows, where files
have no modes, the Docker client sends all files as executable.

## Why is this bad?
`ENTRYPOINT ["/entrypoint.sh"]` makes the kernel run the file, which requires the executable bit.
COPY keeps the mode that the file has in the build context. Without `x` no container starts:
"exec: "/entrypoint.sh": permission denied".

## Fix safety
Where COPY copies only that file, the fix adds `--chmod=755`. It is safe: the file could not be
started at all, and nothing else in the image changes; it needs BuildKit, the default builder
since Docker 23. Elsewhere set the mode where the file comes from: `chmod +x entrypoint.sh`, and
`git update-index --chmod=+x entrypoint.sh`, so that every checkout has it.

## When to ignore
Ignore it where the context is prepared before the build and sets the mode.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.facts.start.start_files import StartFile, start_files
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for file in start_files(build):
        # Few images start a file of the project
        from lightship.facts.start.later_changes import may_be_made_executable  # noqa: PLC0415

        if file.started.by == "shell" or file.file.mode & 0o111:
            continue
        if may_be_made_executable(build, file):
            continue

        started = file.started
        span = place_of_word(build.dockerfile, started.step, started.word.span)
        message = f"{file.origin} is not executable, so the container cannot start: set its mode"
        yield Finding(span, message, _fix(build, file))


def _fix(build: Build, file: StartFile) -> Fix | None:
    """A mode for the COPY that takes this file, and nothing else, from the context into the final
    image.
    """
    copying = file.copyings[0]
    item = copying.instruction
    alone = len(copying.sources) == 1 and copying.sources[0].value in (
        file.origin,
        f"./{file.origin}",
    )
    if not alone or item not in build.dockerfile.instructions:
        return None
    return Fix("Add --chmod=755", (Edit.insert(item.name.span.end, " --chmod=755"),))


_SH = {"entrypoint.sh": '#!/bin/sh\nexec "$@"\n'}
_OPEN = {"entrypoint.sh": 0o644}
_TEXT = 'COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/app/server"]'

RULE = Rule(
    id="entrypoint-not-executable",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    examples=(
        Example(
            bad=_TEXT,
            fixed=_TEXT.replace("COPY", "COPY --chmod=755"),
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            bad="WORKDIR /app\nADD --link ./entrypoint.sh \\\n  ./run\nUSER 10001\n"
            'ENTRYPOINT ["./run"]',
            fixed="WORKDIR /app\nADD --chmod=755 --link ./entrypoint.sh \\\n  ./run\n"
            'USER 10001\nENTRYPOINT ["./run"]',
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            bad="COPY entrypoint.sh /usr/local/bin/\nUSER 10001\n"
            'ENTRYPOINT ["tini", "--", "entrypoint.sh"]',
            fixed="COPY --chmod=755 entrypoint.sh /usr/local/bin/\nUSER 10001\n"
            'ENTRYPOINT ["tini", "--", "entrypoint.sh"]',
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            bad="COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT /entrypoint.sh",
            fixed="COPY --chmod=755 entrypoint.sh /\nUSER 10001\nENTRYPOINT /entrypoint.sh",
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            bad="COPY entrypoint.sh /\nRUN chmod 600 /etc/shop.key\nUSER 10001\n"
            'CMD ["/entrypoint.sh"]',
            fixed="COPY --chmod=755 entrypoint.sh /\nRUN chmod 600 /etc/shop.key\nUSER 10001\n"
            'CMD ["/entrypoint.sh"]',
            files=_SH,
            modes=_OPEN,
        ),
        # A mode for the COPY would be one for all its files
        Example(
            bad='COPY . /app\nWORKDIR /app\nUSER 10001\nENTRYPOINT ["./entrypoint.sh"]',
            files=_SH | {".dockerignore": "Dockerfile\n.dockerignore\n"},
            modes=_OPEN,
        ),
        Example(
            bad="FROM debian:trixie-slim AS build\nCOPY entrypoint.sh /src/\n"
            "FROM debian:trixie-slim\n"
            'COPY --from=build /src /srv\nUSER 10001\nENTRYPOINT ["/srv/entrypoint.sh"]',
            files=_SH,
            modes=_OPEN,
        ),
        Example(good=_TEXT, files=_SH),
        Example(good=_TEXT),
        Example(good=_TEXT.replace("COPY", "COPY --chmod=755"), files=_SH, modes=_OPEN),
        Example(
            good=_TEXT.replace("USER", "RUN chmod +x /entrypoint.sh\nUSER"),
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            good=_TEXT.replace("USER", "RUN chmod -R a+rx /\nUSER"),
            files=_SH,
            modes=_OPEN,
        ),
        Example(
            good=_TEXT.replace("USER", "RUN cd / && chmod +x *.sh\nUSER"),
            files=_SH,
            modes=_OPEN,
        ),
        Example(good=_TEXT.replace('["/', '["sh", "/'), files=_SH, modes=_OPEN),
        # Scripts may do anything
        Example(
            good=_TEXT.replace("USER", "RUN ./setup.sh\nUSER"), files=_SH, modes=_OPEN
        ),
        # What an image with an ENTRYPOINT of its own does with the words of CMD is not known
        Example(
            good="FROM example.com/base:1\nCOPY entrypoint.sh /\nUSER 10001\n"
            'CMD ["/entrypoint.sh"]',
            files=_SH,
            modes=_OPEN,
        ),
    ),
)
