"""A download accepts any certificate, so anyone on the network can change it

## What it does
Finds `curl -k`, `wget --no-check-certificate` and variables such as
NODE_TLS_REJECT_UNAUTHORIZED=0. The rule is silent for addresses of the machine itself, and where
the same RUN verifies a checksum or a signature.

## Why is this bad?
The certificate is the only proof that the answer comes from the right server. What is downloaded
becomes part of the image. A variable in ENV turns the check off for the running program too.

Such an option is usually there because the image has no certificates, or because a proxy has a
certificate of its own. For the first, install ca-certificates before the download. For the
second, pass the proxy's certificate to the build: `RUN --mount=type=secret,id=ca curl --cacert
/run/secrets/ca ...`.

The suggested change removes the option. It is only shown: without the option the download fails
until one of the two is done.

## When to ignore
Ignore it where the file is verified later, in another RUN.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import expanded, is_local_url, is_verified
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.security.tls_check_off.settings import settings
from lightship.shell.commands import Word
from lightship.shell.fetching import read_fetch
from lightship.shell.specs import written
from lightship.text import Edit, Span

_OFF = frozenset(("0", "false", "no", "off"))
_ON = frozenset(("1", "true", "yes", "on"))
_VARIABLES = {
    "PYTHONHTTPSVERIFY": _OFF,
    "NODE_TLS_REJECT_UNAUTHORIZED": frozenset("0"),
    "NPM_CONFIG_STRICT_SSL": _OFF,
    "npm_config_strict_ssl": _OFF,
    "YARN_ENABLE_STRICT_SSL": _OFF,
    "GIT_SSL_NO_VERIFY": _ON | {"0", "false"},  # git looks only whether it is set
    "CONDA_SSL_VERIFY": _OFF,
}
# Settings of programs, in lower case, and the values that turn the check off
_SETTINGS = {
    ("git", "http.sslverify"): _OFF,
    **{(name, "strict-ssl"): _OFF for name in ("npm", "pnpm", "yarn")},
    ("yarn", "enablestrictssl"): _OFF,
    **{(name, "ssl_verify"): _OFF for name in ("conda", "mamba", "micromamba")},
    **{(name, "acquire::https::verify-peer"): _OFF for name in ("apt", "apt-get")},
    **{
        (name, "sslverify"): _OFF
        for name in ("dnf", "microdnf", "tdnf", "yum", "yum-config-manager")
    },
    ("composer", "disable-tls"): _ON,
}
_MARKS = ("ssl", "verify-peer", "disable-tls")
_PROGRAMS = tuple({name for name, _ in _SETTINGS})


def check(build: Build) -> Iterator[Finding]:
    by_run: dict[Instruction, list[tuple[Invocation, Word]]] = {}
    for found in build.commands("curl", "wget"):
        word = _unchecked(build, found)
        if word is not None and not is_verified(build, found.instruction):
            by_run.setdefault(found.instruction, []).append((found, word))
    for group in by_run.values():
        found, word = group[0]
        option = "--no-check-certificate" if found.command.name == "wget" else "-k"
        message = f"{found.command.name} accepts any certificate: remove {option} and install ca-certificates"
        yield Finding(word.span, message, _removal(build, group))
    for setting in settings(build, *_VARIABLES):
        if (
            setting.value is not None
            and setting.value.lower() in _VARIABLES[setting.name]
        ):
            yield Finding(
                setting.span,
                f"{setting.name} turns certificate checks off: remove it",
            )
    text = build.dockerfile.text.lower()
    for found in (
        build.commands(*_PROGRAMS) if any(mark in text for mark in _MARKS) else ()
    ):
        if (span := _set(build, found)) is not None:
            yield Finding(
                span,
                f"{found.command.name} accepts any certificate with this setting: remove it",
            )


def _unchecked(build: Build, found: Invocation) -> Word | None:
    """The option that turns the check off, where there is one to turn off."""
    fetch = read_fetch(found.command)
    if fetch is None or not fetch.takes_any_certificate:
        return None
    urls = [expanded(build, found, word) for word in fetch.urls]
    if urls and all(
        is_local_url(url) or url.startswith(("http://", "ftp://")) for url in urls
    ):
        return None
    return next(
        (
            word
            for word in found.command.args
            if _is_option(found.command.name, written(word))
        ),
        None,
    )


def _is_option(program: str, text: str) -> bool:
    if program == "wget":
        return text == "--no-check-certificate"
    return text == "--insecure" or (
        text[:1] == "-" and text[1:2] != "-" and "k" in text
    )


def _removal(build: Build, group: Sequence[tuple[Invocation, Word]]) -> Fix | None:
    """Take the options away, and the letter out of several."""
    edits = []
    for found, word in group:
        if found.script.shell == "exec":
            return None
        if word.text in ("-k", "--insecure", "--no-check-certificate"):
            blank = build.dockerfile.text[word.span.start - 1] == " "
            edits.append(Edit.delete(Span(word.span.start - blank, word.span.end)))
        elif word.text[1:].isalpha():
            edits.append(Edit.replace(word.span, word.text.replace("k", "", 1)))
    return (
        Fix("Check the certificate", tuple(edits), Safety.MANUAL)
        if len(edits) == len(group)
        else None
    )


def _set(build: Build, found: Invocation) -> Span | None:
    """Where a command sets an option so that certificates are not looked at."""
    words = found.command.args
    for at, word in enumerate(words):
        text = (
            written(word)
            .lower()
            .removeprefix("--")
            .removeprefix("setopt=")
            .removeprefix("-o")
        )
        key, _, value = text.partition("=")
        end = word
        if not value and at + 1 < len(words):
            end = words[at + 1]
            value = expanded(build, found, end).lower()
        if value in _SETTINGS.get((found.command.name, _plain(key)), ()):
            return Span(word.span.start, end.span.end)
    return None


def _plain(key: str) -> str:
    """The key without the repository or host that it is for: `*.sslverify`, `http.https://example.com.sslverify`."""
    if key.startswith("http.") and key.endswith(".sslverify"):
        return "http.sslverify"
    return key.rpartition(".")[2] if key.endswith(".sslverify") else key


RULE = Rule(
    id="tls-check-off",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.SECURITY,
    aliases=(
        *(
            "CKV2_DOCKER_2",
            "CKV2_DOCKER_3",
            "CKV2_DOCKER_5",
            "CKV2_DOCKER_6",
            "CKV2_DOCKER_12",
            "CKV2_DOCKER_13",
        ),
        *("CKV2_DOCKER_14", "CKV2_DOCKER_15"),
    ),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(bad="RUN curl -k -O https://example.com/a.conf"),
        Example(
            bad="RUN curl -fsSLk \\\n    # the file\n    -o /a.conf https://example.com/a.conf"
        ),
        Example(bad="RUN wget -q --no-check-certificate https://example.com/a.conf"),
        Example(
            bad="RUN <<EOF\nset -e\ncurl --insecure -o /a.conf https://example.com/a.conf\nEOF"
        ),
        Example(bad="RUN sh -c 'curl -ko /a.conf https://example.com/a.conf'"),
        Example(bad='RUN ["curl", "-k", "-O", "https://example.com/a.conf"]'),
        Example(bad="ONBUILD RUN curl -k -O https://example.com/a.conf"),
        Example(bad="ENV PYTHONHTTPSVERIFY=0 LANG=C.UTF-8"),
        Example(bad='ENV NODE_TLS_REJECT_UNAUTHORIZED="0"'),
        Example(bad="ARG OFF=false\nENV NPM_CONFIG_STRICT_SSL=$OFF"),
        Example(
            bad="RUN export GIT_SSL_NO_VERIFY=1 && git clone https://example.com/a.git"
        ),
        Example(bad="RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm rebuild"),
        Example(bad="RUN git config --global http.sslVerify false"),
        Example(bad="RUN git -c http.sslVerify=false clone https://example.com/a.git"),
        Example(
            bad="RUN npm config set strict-ssl false && yarn config set strict-ssl=false"
        ),
        Example(bad="RUN conda config --set ssl_verify False"),
        Example(
            bad="FROM fedora:44\nRUN dnf -y install --setopt=*.sslverify=0 git && dnf clean all"
        ),
        Example(
            bad="RUN apt-get -o Acquire::https::Verify-Peer=false update && ./install"
        ),
        Example(good="RUN curl -fsSLO https://example.com/a.conf"),
        Example(
            good="RUN --mount=type=secret,id=ca curl --cacert /run/secrets/ca -O https://example.com/a.conf"
        ),
        # the machine itself, no TLS at all, and a download that is looked at
        Example(good="RUN curl -k https://localhost:8443/health"),
        Example(good="RUN wget -q --no-check-certificate ftp://example.com/a.conf"),
        Example(
            good='FROM example.com/base:1\nHEALTHCHECK CMD ["curl", "-fk", "https://localhost:8443/"]'
        ),
        Example(
            good='RUN wget -q --no-check-certificate $URL -O /a && echo "$SUM  /a" | sha256sum -c'
        ),
        Example(good="ENV PYTHONHTTPSVERIFY=1 NODE_TLS_REJECT_UNAUTHORIZED=1"),
        Example(
            good="RUN git config --global http.sslVerify true && npm config set strict-ssl true"
        ),
        Example(good="RUN echo curl -k && git config --get http.sslVerify"),
        Example(good="RUN curl --keepalive-time 2 -o k https://example.com/k"),
    ),
)
