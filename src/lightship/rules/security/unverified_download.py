"""An archive or a program is downloaded and never verified

## What it does
Finds downloads in RUN and ADD without a checksum or a signature.

The rule is off by default: few projects verify downloads, and every new version then needs a new
checksum, which is a matter of policy. Downloads without TLS are reported by
`plain-http-download`, scripts that are run by `remote-script-run`.

## Why is this bad?
TLS proves who sent a file, not that it is the one that you have reviewed: a release may be
replaced, a server taken over, a download cut off. A checksum in the Dockerfile proves that, and
makes the build fail when the file is another one.

With BuildKit `ADD --checksum=sha256:… URL FILE` does it in one line. In a RUN, write `echo "…
FILE" | sha256sum -c`, or check the signature with `gpg --verify`. There is no fix: a checksum
that lightship computed would prove nothing.

## When to ignore
Ignore it where the file changes often and its server is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import (
    Download,
    downloads,
    is_program,
    is_verified,
)
from lightship.facts.packages.remote_scripts import remote_scripts
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

_MESSAGE = "this download is not verified: compare its checksum in the same RUN"


def check(build: Build) -> Iterator[Finding]:
    # Another rule speaks of what is run at once
    scripts = {script.word for script in remote_scripts(build)}
    reported: set[Instruction] = set()
    for download in downloads(build):
        run = download.call.instruction
        if run in reported or download.word.span in scripts:
            continue
        if download.is_local or not _matters(download):
            continue
        if not is_verified(build, run):
            reported.add(run)
            yield Finding(download.word.span, _MESSAGE)

    for adding in build.copyings("ADD"):
        source = adding.sources[0]
        if source.kind != "url" or adding.instruction.flag("checksum"):
            continue
        if is_program(source.value or source.word.text):
            message = "this download is not verified: use ADD --checksum=sha256:…"
            yield Finding(source.word.span, message)


def _matters(download: Download) -> bool:
    """Whether it is an archive or a program: by its name, or by what is done with it."""
    return (
        is_program(download.url) or is_program(download.target) or download.is_unpacked
    )


_SUM = "0123456789abcdef" * 4

RULE = Rule(
    id="unverified-download",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=("curl", "wget"), keywords=("ADD",)),
    practice=Practice.SECURITY,
    default=False,
    examples=(
        Example(
            bad="RUN curl -fsSLO https://example.com/tool-1.4.2.tar.gz && tar -xf tool-1.4.2.tar.gz"
        ),
        Example(
            bad="RUN curl -fsSL https://example.com/v$VERSION/tool \\\n    # unpack\n"
            "    | tar -xz -C /opt"
        ),
        Example(bad="RUN wget -q https://example.com/tool.deb && dpkg -i tool.deb"),
        Example(
            bad="RUN curl -fsSLo /usr/local/bin/tool https://example.com/v1.4.2/tool-linux-amd64"
        ),
        Example(
            bad="RUN <<EOF\nset -e\nwget -qO /opt/app.jar https://example.com/app?v=1\nEOF"
        ),
        Example(bad="RUN sh -c 'curl -fsSLO https://example.com/tool.zip'"),
        Example(bad="ENV URL=https://example.com/tool.zip\nRUN curl -fsSLO $URL"),
        Example(bad='RUN ["wget", "https://example.com/tool.zip"]'),
        Example(bad="ADD https://example.com/tool.tar.gz /opt/"),
        Example(bad="ONBUILD RUN wget -q https://example.com/tool.zip"),
        Example(
            good='RUN curl -fsSLO https://example.com/a.zip && echo "$SUM  a.zip" | sha256sum '
            "-c && unzip a.zip && rm a.zip"
        ),
        Example(
            good="RUN wget -q https://example.com/a.zip https://example.com/a.zip.asc && gpg "
            "--verify a.zip.asc"
        ),
        Example(
            good=f"ADD --checksum=sha256:{_SUM} https://example.com/a.tar.gz /opt/"
        ),
        Example(good="RUN curl -fsSLo /etc/a.conf https://example.com/a.conf"),
        Example(
            good="RUN curl -fsSLo key.asc https://example.com/key.asc && gpg --import key.asc"
        ),
        Example(good="RUN curl -fsS http://localhost:8000/a.zip"),
    ),
)
