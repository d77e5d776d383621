"""A script from the network is run without a check

## What it does
Finds `curl … | sh` and similar commands.

It is a note for `https://`, because the makers of many tools offer nothing else, and a warning
for `http://`. The rule is silent where the URL names a version or a commit, and where the same
RUN verifies a checksum or a signature, and where it is of those who own the repository or their
`dotfiles`. Installers of uv, Poetry and similar tools are left to
`unpinned-build-tool`, and images for development or tests are left alone.

## Why is this bad?
The RUN executes, usually as root, whatever the server sends at the moment of the build. Two
builds of one Dockerfile may get different scripts; a script that is cut off runs up to there; and
anyone who takes over the server, or its domain, controls your image. With `http://` so does
anyone on the network.

Better are a package of the distribution, an image to copy the program from (`COPY --from`), or a
release: fetch one version, and verify its checksum, which `ADD --checksum=sha256:…` does as well.
If it has to be the script, use that of one version, or of one commit. There is no fix: only you
know which version is meant.

## When to ignore
Ignore it where you trust the server as much as the base image.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.installs.tool_installs import tool_installs
from lightship.facts.packages.downloads import is_local_url, is_verified
from lightship.facts.packages.remote_scripts import remote_scripts
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.security.remote_script_run.own_sources import is_own_source

# A version, a commit, or a variable that may hold one
_VERSION = regex(r"[0-9]+\.[0-9]+|\$|[0-9a-f]{40}")


def check(build: Build) -> Iterator[Finding]:
    scripts = remote_scripts(build)
    if not scripts or is_for_development(build):
        return

    # The installers of tools are another rule's
    tools = tool_installs(build)
    installers = {tool.span for tool in tools if tool.by == "installer"}
    reported: set[tuple[Instruction, str]] = set()
    for script in scripts:
        cause = (script.instruction, script.url)
        if script.word in installers or is_local_url(script.url) or cause in reported:
            continue

        scheme, _, address = script.url.partition("://")
        host, _, path = address.partition("/")
        plain = scheme.lower() == "http"
        if not plain and _VERSION.search(path):
            continue
        if is_verified(build, script.instruction):
            continue
        if not plain and is_own_source(build, script.url):
            continue

        reported.add(cause)
        severity = None if plain else Severity.INFO
        yield Finding(script.span, _message(host, plain=plain), None, severity)


def _message(host: str, *, plain: bool) -> str:
    if plain:
        return (
            f"anyone on the network can change this script from {host}: use https and "
            "verify its checksum"
        )
    return (
        f"this runs whatever {host} sends at build time: download one version and verify "
        "its checksum"
    )


_SUM = "0123456789abcdef" * 4

RULE = Rule(
    id="remote-script-run",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(commands=("curl", "wget"), keywords=("ADD",)),
    practice=Practice.SECURITY,
    examples=(
        Example(bad="RUN curl -fsSL https://example.com/install | sh"),
        Example(
            bad='SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN curl -sL https://example.com/setup | bash -s -- -y"
        ),
        Example(
            bad="RUN wget -qO- http://example.com/1.2.3/install.sh | sudo -E bash -"
        ),
        Example(bad="RUN bash <(curl -s https://example.com/install) --quiet"),
        Example(bad='RUN sh -c "$(curl -fsSL https://example.com/install)"'),
        Example(
            bad="RUN curl -fsSLo /tmp/i.sh https://example.com/install.sh \\\n    # as it says\n"
            "    && sh /tmp/i.sh"
        ),
        Example(
            bad="RUN wget https://example.com/install.sh && chmod +x install.sh && ./install.sh"
        ),
        Example(
            bad="RUN curl -fsSO https://example.com/get-tool.py\nRUN python3 get-tool.py --user"
        ),
        Example(bad="RUN curl -fsS https://example.com/install > /i && bash -x /i"),
        Example(
            bad="RUN <<EOF\nset -e\ncurl -fsSo i.sh https://example.com/install\n. ./i.sh\nEOF"
        ),
        Example(bad="RUN bash -c 'curl -s https://example.com/install | bash'"),
        Example(
            bad="ENV URL=https://example.com/install\nRUN curl -fsSo i.sh $URL && sh i.sh"
        ),
        Example(
            bad="ONBUILD RUN curl -fsSo i.sh https://example.com/install && sh i.sh"
        ),
        Example(bad="ADD https://example.com/install.sh /i.sh\nRUN sh /i.sh"),
        Example(
            good="RUN curl -fsSo i.sh https://example.com/v1.4.2/install.sh && sh i.sh"
        ),
        Example(
            good="RUN curl -fsSo i.sh https://example.com/$VERSION/install.sh && sh i.sh"
        ),
        Example(
            good='RUN curl -fsSo i.sh https://example.com/install && echo "$SUM  i.sh" | '
            "sha256sum -c && sh i.sh"
        ),
        Example(
            good=f"ADD --checksum=sha256:{_SUM} https://example.com/install.sh /i.sh\nRUN sh /i.sh"
        ),
        Example(
            good="RUN curl -fsSo /a.conf https://example.com/a.conf && sh ./start.sh"
        ),
        Example(
            good="COPY install.sh /\nRUN sh /install.sh --from=https://example.com"
        ),
        Example(
            good="RUN curl -fsS https://example.com/a.tar -o a.tar && tar -xf a.tar && rm a.tar "
            "&& sh "
            "a/install.sh"
        ),
        Example(
            good='RUN VERSION="$(curl -fsS https://example.com/stable.txt)" && echo "$VERSION"'
        ),
    ),
)
