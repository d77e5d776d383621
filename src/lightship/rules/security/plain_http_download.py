"""A file is downloaded over plain HTTP, so anyone on the network can change it

## What it does
Finds downloads from `http://` URLs. The rule is silent where the same RUN verifies a checksum or a
signature, or a later one that of the file, for the machine itself and private networks, and for
names without a dot, which only such a network knows. Scripts that are run are reported by
`remote-script-run`.

A fix that writes https is shown and never applied: the server may not support TLS, or the image
have no certificates yet, and the download then fails. There is none where `-k` or a similar option
would accept any certificate, and for the archives of Ubuntu, which are not served by https: apt
verifies what it takes from them.

## Why is this bad?
Without TLS, nothing guarantees that the file comes from that server: a proxy, a hot spot or a
provider can deliver another, which then becomes part of the image.

## When to ignore
Ignore it where the file is verified by something that the Dockerfile does not show.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import (
    Download,
    downloads,
    is_verified,
    is_verified_later,
)
from lightship.facts.packages.remote_scripts import remote_scripts
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Span

_PRIVATE = regex(
    r"(?:10|127|172\.(?:1[6-9]|2[0-9]|3[01])|192\.168|169\.254)\.|.*\.(?:corp|internal|lan|local)\Z"
)
_NAME = regex(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
# No TLS, or not for that name: NVIDIA/gpu-driver-container, pull request 758 of 2026-06-10;
# pop-os/iso, issue 272; pop-os/repolib, pull request 85. Their packages are signed, as apt checks
_WITHOUT_TLS = regex(
    r"(?:[a-z0-9-]+\.)*(?:archive|security|ports)\.ubuntu\.com|ppa\.launchpad\.net"
)
_BY_APT = (
    "anyone on the network can change what {} sends: verify its checksum, or use apt"
)
_MESSAGE = "anyone on the network can change this file from {}: use https, or verify its checksum"


def check(build: Build) -> Iterator[Finding]:

    # What is run at once is another rule's
    scripts = {script.word for script in remote_scripts(build)}
    by_run: dict[Instruction, list[Download]] = {}
    for download in downloads(build):
        if download.word.span in scripts:
            continue
        if is_verified_later(build, download):
            continue
        if _host(download.url) and _is_kept(download):
            by_run.setdefault(download.call.instruction, []).append(download)

    for run, group in by_run.items():
        if not is_verified(build, run):
            yield _of_run(build, group)

    for adding in build.copyings("ADD"):
        source = adding.sources[0]
        span = source.word.span
        host = _host(source.value or "") if source.kind == "url" else ""
        if host and not adding.instruction.flag("checksum") and span not in scripts:
            fix = _fix(build, [span])
            yield _finding(span, host, fix)


def _of_run(build: Build, group: list[Download]) -> Finding:
    """One for all downloads of a RUN."""
    spans = [download.word.span for download in group]
    hosts = [_host(download.url) for download in group]
    takes_any = any(download.fetch.takes_any_certificate for download in group)
    # TLS without its certificates would be no better
    fix = None if takes_any else _fix(build, spans)
    if any(map(_WITHOUT_TLS.fullmatch, hosts)):
        fix = None  # one of its words would break the download
    return _finding(spans[0], hosts[0], fix)


def _finding(span: Span, host: str, fix: Fix | None) -> Finding:
    """What is said of a download from a host: some have no https to offer."""
    if _WITHOUT_TLS.fullmatch(host):
        return Finding(span, _BY_APT.format(host))
    return Finding(span, _MESSAGE.format(host), fix)


def _host(url: str) -> str:
    """The public host of an address without TLS; empty for any other."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    public = (
        scheme.lower() == "http"
        and _NAME.match(host) is not None
        and not _PRIVATE.match(host)
    )
    return host if public else ""


def _is_kept(download: Download) -> bool:
    """Whether the file is stored or handed on, not only printed."""
    return bool(download.target) or download.is_piped


def _fix(build: Build, spans: list[Span]) -> Fix | None:
    """Use https in the words that hold the address as it is."""
    edits = []
    for span in spans:
        text = span.of(build.dockerfile.text)
        at = text.lower().find("http://")
        if at < 0:
            return None  # in a variable

        host = text[at + len("http://") :].partition("/")[0]
        if ":" in host:
            return None  # with a port, which TLS does not share
        edits.append(Edit.insert(span.start + at + len("http"), "s"))
    return Fix("Use https", tuple(edits), Safety.MANUAL)


_SUM = "0123456789abcdef" * 4

RULE = Rule(
    id="plain-http-download",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("http://",)),
    practice=Practice.SECURITY,
    aliases=("parfum/curlUseHttpsUrl", "parfum/wgetUseHttpsUrl"),
    examples=(
        Example(
            bad="RUN curl -fsSLO http://example.com/a.tar.gz && tar -xf a.tar.gz",
        ),
        Example(
            bad="RUN wget -q http://example.com/a.zip \\\n    # more\n"
            "    'http://example.org/$V/b.zip'",
        ),
        Example(
            bad="RUN curl -fsSL http://example.com/key.asc | gpg --import",
        ),
        Example(
            bad="RUN <<EOF\nset -e\nwget -qO /opt/app.jar http://example.com/app.jar\nEOF",
        ),
        Example(
            bad="RUN sh -c 'curl -fsSLO http://example.com/a.zip'",
        ),
        Example(
            bad='RUN ["wget", "http://example.com/a.zip"]',
        ),
        Example(bad="RUN wget -q --no-check-certificate http://example.com/a.zip"),
        Example(bad="ENV URL=http://example.com/a.zip\nRUN curl -fsSLO $URL"),
        Example(bad="RUN wget -q http://example.com:8080/a.zip"),
        # It has no https
        Example(bad="RUN wget -q http://archive.ubuntu.com/ubuntu/pool/main/o/a.deb"),
        Example(
            bad="ADD http://example.com/a.conf /etc/",
        ),
        Example(
            bad="ONBUILD RUN wget -q http://example.com/a.zip",
        ),
        Example(
            good="RUN curl -fsSLO https://example.com/a.tar.gz && tar -xf a.tar.gz && rm a.tar.gz"
        ),
        Example(
            good='RUN curl -fsSLO http://example.com/a.zip && echo "$SUM  a.zip" | sha256sum -c'
        ),
        Example(
            good="RUN wget -q http://mirror/a.zip http://10.0.0.2/b.zip "
            "http://files.example.internal/c.zip"
        ),
        Example(good="RUN wget -q http://$MIRROR/a.zip http://localhost:8000/b.zip"),
        Example(
            good="RUN curl -fsS http://example.com/health && curl -fsS -o /dev/null "
            "http://example.com/"
        ),
        Example(good=f"ADD --checksum=sha256:{_SUM} http://example.com/a.conf /etc/"),
        Example(
            good="RUN echo deb http://example.com/debian trixie main > "
            "/etc/apt/sources.list.d/a.list"
        ),
    ),
)
