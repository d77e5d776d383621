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

Where the download is itself a certificate of a CA, whose server may have one that no system knows,
compare its checksum, or copy the file from the repository.

npm and Node do not ask the system for its certificates: where the Dockerfile brings a CA of your
own, name it with `npm config set cafile` or NODE_EXTRA_CA_CERTS.

PYTHONHTTPSVERIFY is read by Python 2.7 alone (PEP 493), so that it is only a note where the image
has Python 3.

The suggested change removes the option. It is only shown: without the option the download fails
until one of the two is done.

## When to ignore
Ignore it where the file is verified later, in another RUN.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.pythons import stated_minor
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import expanded, is_local_url, is_verified
from lightship.facts.stages.stage_python import least_minor, stage_python
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.security.tls_check_off.certificates import (
    brings_own_ca,
    has_certificates,
)
from lightship.rules.security.tls_check_off.settings import VariableSetting, settings
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
# Settings of programs, in lowercase, and the values that turn the check off
_SETTINGS = {
    ("git", "http.sslverify"): _OFF,
    ("npm", "strict-ssl"): _OFF,
    ("pnpm", "strict-ssl"): _OFF,
    ("yarn", "strict-ssl"): _OFF,
    ("yarn", "enablestrictssl"): _OFF,
    ("conda", "ssl_verify"): _OFF,
    ("mamba", "ssl_verify"): _OFF,
    ("micromamba", "ssl_verify"): _OFF,
    ("apt", "acquire::https::verify-peer"): _OFF,
    ("apt-get", "acquire::https::verify-peer"): _OFF,
    ("dnf", "sslverify"): _OFF,
    ("microdnf", "sslverify"): _OFF,
    ("tdnf", "sslverify"): _OFF,
    ("yum", "sslverify"): _OFF,
    ("yum-config-manager", "sslverify"): _OFF,
    ("composer", "disable-tls"): _ON,
}
# How programs that do not ask the system's store are told of a CA
_OWN_CA = {
    "NODE_TLS_REJECT_UNAUTHORIZED": "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_STRICT_SSL": "NPM_CONFIG_CAFILE",
    "npm": "npm config set cafile",
    "npm_config_strict_ssl": "NPM_CONFIG_CAFILE",
    "pnpm": "pnpm config set cafile",
    "yarn": "yarn config set cafile",
}
_OF_PYTHON_2 = "PYTHONHTTPSVERIFY"
_PYTHON_2 = regex(r"\bpython-?2|\bpython-(?:minimal|pip|dev)\b|\bpypy-?2")
_MARKS = ("ssl", "verify-peer", "disable-tls")
_PROGRAMS = tuple({name for name, _ in _SETTINGS})
_UNENCRYPTED = ("http://", "ftp://")
_CERTIFICATES = (".crt", ".pem", ".cer", ".der")
_OPTIONS = ("-k", "--insecure", "--no-check-certificate")


def check(build: Build) -> Iterator[Finding]:
    yield from _downloads(build)
    for setting in settings(build, *_VARIABLES):
        value = setting.value
        if value is not None and value.lower() in _VARIABLES[setting.name]:
            yield _of_variable(build, setting)

    text = build.dockerfile.text.lower()
    if not any(mark in text for mark in _MARKS):
        return
    for call in build.commands(*_PROGRAMS):
        span = _set(build, call)
        if span is not None:
            program = call.command.name
            cure = _cure(build, program)
            message = f"{program} accepts any certificate with this setting: {cure}"
            yield Finding(span, message)


def _of_variable(build: Build, setting: VariableSetting) -> Finding:
    name = setting.name
    if name == _OF_PYTHON_2 and _has_python_3(build, setting):
        message = f"Python 3 does not read {name}, so this has no effect: remove it"
        return Finding(setting.span, message, None, Severity.INFO)
    message = f"{name} turns certificate checks off: {_cure(build, name)}"
    return Finding(setting.span, message)


def _has_python_3(build: Build, setting: VariableSetting) -> bool:
    """Whether the Python of the stage with the setting is known to be 3, and no other is named."""
    if _PYTHON_2.search(build.dockerfile.text):
        return False
    stage = build.dockerfile.stage_of(setting.instruction)
    if stage is None:
        return False
    python = stage_python(build, stage)
    if python is not None:
        return python.minor.startswith("3.")
    image = build.root_image(stage)
    stated = stated_minor(image) if image is not None else ""
    return bool(stated or least_minor(build, stage))


def _cure(build: Build, name: str) -> str:
    """What to do instead: a CA of the project's own has to be named to Node and npm."""
    if name in _OWN_CA and brings_own_ca(build):
        return f"name your CA with {_OWN_CA[name]} instead"
    return "remove it"


def _downloads(build: Build) -> Iterator[Finding]:
    """One finding for each RUN, at its first download."""
    by_run: dict[Instruction, list[tuple[Invocation, Word]]] = {}
    for call in build.commands("curl", "wget"):
        option = _unchecked(build, call)
        if option is not None and not is_verified(build, call.instruction):
            by_run.setdefault(call.instruction, []).append((call, option))
    for downloads in by_run.values():
        yield _finding(build, downloads)


def _finding(build: Build, downloads: Sequence[tuple[Invocation, Word]]) -> Finding:
    call, option = downloads[0]
    program = call.command.name
    if all(_fetches_certificates(build, download) for download, _ in downloads):
        # A CA's own server may have a certificate that no system knows yet
        message = f"{program} accepts any CA certificate: compare its checksum"
        return Finding(option.span, message)

    name = "--no-check-certificate" if program == "wget" else "-k"
    message = f"{program} accepts any certificate: remove {name}"
    if not has_certificates(build, call.instruction):
        message += " and install ca-certificates"
    return Finding(option.span, message, _removal(build, downloads))


def _fetches_certificates(build: Build, call: Invocation) -> bool:
    """Whether all that it fetches are certificates."""
    fetch = read_fetch(call.command)
    if fetch is None or not fetch.urls:
        return False
    for word in fetch.urls:
        address = expanded(build, call, word).partition("?")[0]
        if not address.endswith(_CERTIFICATES):
            return False
    return True


def _unchecked(build: Build, call: Invocation) -> Word | None:
    """The option that turns the check off, where there is one to turn off."""
    fetch = read_fetch(call.command)
    if fetch is None or not fetch.takes_any_certificate:
        return None
    urls = [expanded(build, call, word) for word in fetch.urls]
    if urls and not any(map(_has_certificate, urls)):
        return None
    for word in call.command.args:
        if _is_option(call.command.name, written(word)):
            return word
    return None


def _has_certificate(url: str) -> bool:
    return not is_local_url(url) and not url.startswith(_UNENCRYPTED)


def _is_option(program: str, text: str) -> bool:
    if program == "wget":
        return text == "--no-check-certificate"
    if text.startswith("--"):
        return text == "--insecure"
    return text.startswith("-") and "k" in text


def _removal(build: Build, downloads: Sequence[tuple[Invocation, Word]]) -> Fix | None:
    """Remove the options, and the letter from several; None where one of them cannot be."""
    edits = []
    for call, option in downloads:
        if call.script.shell == "exec":
            return None
        span = option.span
        if option.text in _OPTIONS:
            blank = build.dockerfile.text[span.start - 1] == " "
            edits.append(Edit.delete(Span(span.start - blank, span.end)))
        elif option.text[1:].isalpha():
            edits.append(Edit.replace(span, option.text.replace("k", "", 1)))
        else:
            return None
    return Fix("Check the certificate", tuple(edits), Safety.MANUAL)


def _set(build: Build, call: Invocation) -> Span | None:
    """Where a command sets an option so that certificates are not looked at."""
    words = call.command.args
    for at, word in enumerate(words):
        text = written(word).lower()
        for prefix in ("--", "setopt=", "-o"):
            text = text.removeprefix(prefix)
        key, _, value = text.partition("=")
        last = word
        if not value and at + 1 < len(words):
            last = words[at + 1]
            value = expanded(build, call, last).lower()
        if value in _SETTINGS.get((call.command.name, _plain(key)), ()):
            return Span(word.span.start, last.span.end)
    return None


def _plain(key: str) -> str:
    """The key without the repository or host that it is for.

    `*.sslverify`, `http.https://example.com.sslverify`.
    """
    if key.startswith("http.") and key.endswith(".sslverify"):
        return "http.sslverify"
    return key.rpartition(".")[2] if key.endswith(".sslverify") else key


RULE = Rule(
    id="tls-check-off",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=(*_VARIABLES, *_MARKS), commands=("curl", "wget")),
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
            good="RUN --mount=type=secret,id=ca curl -f --cacert /run/secrets/ca -O "
            "https://example.com/a.conf"
        ),
        # the machine itself, no TLS at all, and a download that is looked at
        Example(good="RUN curl -k https://localhost:8443/health"),
        Example(good="RUN wget -q --no-check-certificate ftp://example.com/a.conf"),
        Example(
            good="FROM example.com/base:1\n"
            'HEALTHCHECK CMD ["curl", "-fk", "https://localhost:8443/"]'
        ),
        Example(
            good='RUN wget -q --no-check-certificate $URL -O /a && echo "$SUM  /a" | sha256sum -c'
        ),
        Example(good="ENV PYTHONHTTPSVERIFY=1 NODE_TLS_REJECT_UNAUTHORIZED=1"),
        Example(
            good="RUN git config --global http.sslVerify true && npm config set strict-ssl true"
        ),
        Example(good="RUN echo curl -k && git config --get http.sslVerify"),
        Example(good="RUN curl -f --keepalive-time 2 -o k https://example.com/k"),
    ),
)
