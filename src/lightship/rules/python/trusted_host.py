"""pip or uv is told to trust a host without checking its certificate

## What it does
Finds `--trusted-host` of pip and `--allow-insecure-host` of uv. An index on the builder itself,
`localhost` or a link-local address, is left alone, and so is an ARG whose default is empty or such
a host, unless a build of the repository gives it another.

## Why is this bad?
The option switches off the check that the answer comes from that host. Anyone between the build
and the index, or anyone who controls its name, can deliver any package, and what pip installs
runs as root in the build. The option is often a workaround for a company's proxy with a
certificate of its own, and then stays forever.

Provide the certificate instead: `PIP_CERT` or `--cert` for pip, `SSL_CERT_FILE` for uv, from a
file that `RUN --mount=type=secret` mounts; or reach your own index over https.

pip no longer asks pypi.python.org, so that trust in that host alone is only a note.

## Fix safety
The fix removes the option where no other index is named, in the Dockerfile or in the
requirements: the default index has a certificate that every client knows. It is unsafe: with a
proxy that intercepts TLS the build then fails, where before it accepted the proxy's answers. So it
is made only where another install of the Dockerfile goes without the option, and shown elsewhere.

## When to ignore
Ignore it where the index is reached only through a network that you trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from lightship.base_images.distributions import distribution_of, is_since
from lightship.base_images.lifetimes import official_name
from lightship.base_images.pythons import stated_minor
from lightship.build import Build, Invocation, PackageInvocation
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.installer_settings import settings
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.values.command_values import value
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.shell.packages import read_command
from lightship.shell.specs import written
from lightship.text import Span
from lightship.wording.lists import listed

_OPTIONS = ("--trusted-host", "--allow-insecure-host")
_VARIABLES = ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST")
_MARKS = ("trusted-host", "TRUSTED_HOST", "insecure-host", "INSECURE_HOST")
_OTHER_INDEX = (
    "index-url",
    "INDEX",
    "--index",
    "--default-index",
    "find-links",
    "FIND_LINKS",
    "pip.conf",
    " -i ",
)
# Their certificates are known to every client
_PUBLIC = frozenset(
    """pypi.org test.pypi.org pypi.python.org files.pythonhosted.org pythonhosted.org
    pypi.tuna.tsinghua.edu.cn mirrors.tuna.tsinghua.edu.cn mirrors.aliyun.com
    pypi.mirrors.ustc.edu.cn mirrors.ustc.edu.cn mirrors.cloud.tencent.com repo.huaweicloud.com
    mirrors.huaweicloud.com mirror.baidu.com download.pytorch.org pypi.nvidia.com
    pypi.ngc.nvidia.com github.com raw.githubusercontent.com objects.githubusercontent.com
    gitlab.com data.dgl.ai piwheels.org www.piwheels.org data.pyg.org storage.googleapis.com
    huggingface.co""".split()
)
# pypi.org has taken its place since pip 9.0.2 (2018), and it only redirects there
_FORMER = "pypi.python.org"
# Releases since which their pip is newer than that
_WITHOUT_FORMER = (("Debian", "10"), ("Ubuntu", "20.04"), ("Alpine", "3.8"))
# Came out after it, so that no pip as old as that runs on it
_SINCE_THEN = tuple(f"3.{minor}" for minor in range(7, 100))
# The host itself, and addresses of the link, which no router passes on
_LOCAL = (
    "localhost",
    "127.",
    "169.254.",
    "[::1]",
    "::1",
    "host.docker.internal",
)
_VARIABLE = regex(r"\$\{?(?P<name>\w+)\}?")


def check(build: Build) -> Iterator[Finding]:
    for setting in settings(build, *_VARIABLES):
        # The span of `ENV NAME value` is that of the name alone
        written_text = f"{setting.span.of(build.dockerfile.text)} {setting.value}"
        if not _is_local(setting.value) and not _is_left_empty(build, written_text):
            yield _finding(build, setting.span, [setting.value])

    told: set[str] = set()
    for invocation in build.commands():
        options = [
            (word, host)
            for word, host in _options(invocation.command.words)
            if not _is_local(host)
        ]
        if options:
            span = options[0][0].span
            hosts = list(dict.fromkeys(host for _, host in options))
            fix = _fix(build, invocation, hosts)
            named = dict.fromkeys(_named(build, invocation, host) for host in hosts)
            finding = _finding(build, span, list(named), fix)
            # The same CA cures all of them
            if fix is not None or finding.message not in told:
                yield finding
            told.add(finding.message)


def _options(words: tuple[Word, ...]) -> Iterator[tuple[Word, str]]:
    """The options with the hosts that they name; also inside a word that is handed on to pip."""
    for word, after in zip_longest(words, words[1:]):
        name, equals, value = written(word).partition("=")
        if name in _OPTIONS:
            if not equals and after is not None:
                value = written(after)
            yield word, value
        elif name.startswith("--pip-args") and _OPTIONS[0] in value:
            host = value.split(_OPTIONS[0])[-1].strip(" =").partition(" ")[0]
            yield word, host


def _named(build: Build, call: Invocation, host: str) -> str:
    """A host, by the value of the variable that stands for it where that is known.

    Of what the script gives a variable, the only text that is not empty counts.
    """
    if "$" not in host:
        return host
    found = value(build, call, host)
    if found:
        return found
    variable = _VARIABLE.fullmatch(host.strip("\"'"))
    if variable is None:
        return host
    given: set[str] = set()
    for command in call.script.commands:
        for assignment in command.assignments:
            if assignment.name == variable["name"]:
                given.add(assignment.value or "")
    texts = given - {""}
    return texts.pop() if len(texts) == 1 else host


def _finding(
    build: Build, span: Span, hosts: Sequence[str], fix: Fix | None = None
) -> Finding:
    asked = [host for host in hosts if host not in ("", _FORMER)]
    if _FORMER in hosts and not asked and not _may_ask_former(build):
        message = f"pip no longer asks {_FORMER}, so this has no effect: remove it"
        if fix is not None:
            fix = replace(fix, message="Remove the option")
        return Finding(span, message, fix, Severity.INFO)
    return Finding(span, _message(build, *(asked or hosts)), fix)


def _may_ask_former(build: Build) -> bool:
    """Whether the Dockerfile gives pip the former address, or its pip may be too old."""
    if f"//{_FORMER}" in build.dockerfile.text:
        return True
    image = build.root_image(build.final) if build.final is not None else None
    if image is None:
        return True
    if stated_minor(image) in _SINCE_THEN:
        return False
    release = distribution_of(image)
    if release is None:
        return official_name(image) != "python"
    return not any(is_since(release, *since) for since in _WITHOUT_FORMER)


def _message(build: Build, *hosts: str) -> str:
    known = [host for host in hosts if host and "$" not in host]
    named = listed(known) or "this host"
    if any(f"http://{host}" in build.dockerfile.text for host in known):
        return (
            f"packages of {named} come over plain HTTP, so anyone can answer: use https"
        )
    problem = f"the certificate of {named} is not checked"
    advice = "trust the CA"
    if len(known) > 1:
        problem = f"certificates of {named} are not checked"
    if known and all(map(_is_public, known)):
        advice = "remove the option"
    return f"{problem}, so anyone can answer: {advice}"


def _is_left_empty(build: Build, setting: str) -> bool:
    """Whether a setting, as written, takes an ARG that no file fills.

    Its default is empty, or the builder itself. Who gives it a host, as by a variable of compose,
    has a mirror that may have no certificate.
    """
    variable = _VARIABLE.search(setting)
    if variable is None or build.args.get(variable["name"]):
        return False
    defaults: list[str] = []
    for step in build.evaluation.steps:
        if step.instruction.keyword in ("ARG", "ENV"):
            pairs = zip(step.operands[::2], step.operands[1::2], strict=False)
            defaults += [text for name, text in pairs if name == variable["name"]]
    return bool(defaults) and all(map(_is_local, defaults))


def _is_public(host: str) -> bool:
    name = host.strip("\"'").partition(":")[0]
    return name in _PUBLIC


def _is_local(host: str) -> bool:
    return not host or host.startswith(_LOCAL)


def _fix(build: Build, invocation: Invocation, hosts: list[str]) -> Fix | None:
    """Remove the options where all packages come from the default index."""
    does = read_command(invocation.command)
    text = build.dockerfile.text
    if does is None or any(mark in text for mark in _OTHER_INDEX):
        return None
    if does.option("--find-links"):
        return None

    call = PackageInvocation(
        invocation.instruction, invocation.script, invocation.command, does
    )
    files = requirements_of(build, call)
    if files is None or any(file.missing or file.options for file in files):
        return None  # other files may name another index
    if any(package.kind != "registry" for package in does.packages):
        return None
    if any("$" in host for host in hosts):
        return None

    words: list[Word] = []
    for option in does.options:
        if option.name in _OPTIONS:
            words.append(option.word)
            if option.value_word is not None:
                words.append(option.value_word)
    edits = without(build, invocation.script, invocation.command.words, words)
    if not edits:
        return None
    title = "Check the certificate of the default index"
    safety = Safety.UNSAFE if _trusts_elsewhere(build) else Safety.MANUAL
    return Fix(title, edits, safety)


def _trusts_elsewhere(build: Build) -> bool:
    """Whether another install goes without the option: no proxy stands before the index then."""
    if any(True for _ in settings(build, *_VARIABLES)):
        return False
    installs = build.packages("pip", "uv", action="install")
    return not all(call.does.option(*_OPTIONS) for call in installs)


# An install to which the same index answers
_OTHER = "RUN pip install --no-cache-dir gunicorn==23.0.0\n"

RULE = Rule(
    id="trusted-host",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=_MARKS),
    practice=Practice.SECURITY,
    aliases=("CKV2_DOCKER_4", "CKV2_DOCKER_16"),
    examples=(
        Example(
            bad=f"{_OTHER}RUN pip install --no-cache-dir --trusted-host index.example.com "
            "flask==3.1.2",
            fixed=f"{_OTHER}RUN pip install --no-cache-dir flask==3.1.2",
        ),
        Example(
            bad="RUN pip3 install --trusted-host a.example.com \\\n    # the files\n"
            "    --trusted-host=b.example.com \\\n    flask==3.1.2",
        ),
        Example(
            bad=f'{_OTHER}RUN ["python3", "-m", "pip", "install", "--trusted-host=a.example.com", '
            '"flask==3.1.2"]',
            fixed=f'{_OTHER}RUN ["python3", "-m", "pip", "install", "flask==3.1.2"]',
        ),
        Example(
            bad=f"{_OTHER}RUN set -e; "
            "bash -c 'pip install flask==3.1.2 --trusted-host a.example.com'",
            fixed=f"{_OTHER}RUN set -e; bash -c 'pip install flask==3.1.2'",
        ),
        Example(
            bad=f"{_OTHER}COPY requirements.txt .\n"
            "RUN pip install -r requirements.txt --trusted-host index.example.com",
            fixed=f"{_OTHER}COPY requirements.txt .\nRUN pip install -r requirements.txt",
            files={"requirements.txt": "flask==3.1.2\n"},
        ),
        Example(
            bad="RUN <<EOF\npip install --trusted-host index.example.com -r requirements.txt\nEOF",
        ),
        Example(
            bad="RUN pip install -i http://index.example.com/simple --trusted-host "
            "index.example.com flask"
        ),
        Example(
            bad="ENV PIP_TRUSTED_HOST=index.example.com\nRUN pip install flask==3.1.2"
        ),
        Example(
            bad="RUN export PIP_TRUSTED_HOST=index.example.com && pip install flask==3.1.2"
        ),
        Example(bad="RUN UV_INSECURE_HOST=index.example.com uv sync --locked"),
        Example(bad="RUN pip config set global.trusted-host index.example.com"),
        Example(
            bad="FROM debian:13-slim AS build\n"
            "ONBUILD RUN uv pip install --allow-insecure-host $HOST flask"
        ),
        Example(
            good="RUN pip install --no-cache-dir --cert /run/secrets/ca flask==3.1.2"
        ),
        Example(
            good="RUN pip install --no-cache-dir --trusted-host localhost -i "
            "http://localhost:3141/root flask==3.1.2"
        ),
        Example(
            good="ENV PIP_TRUSTED_HOST=\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
    ),
)
