"""A package manager installs packages without checking their signatures

## What it does
Finds options such as `--nogpgcheck`, `--allow-unauthenticated` and `--force-yes`, and
repositories without a key.

The rule is silent for package files that come with the build context or an earlier step, and for
a download whose checksum or signature the same RUN verifies: there the package's signature adds
little. It is silent, too, for repositories on the machine itself, and for archives of old
releases, whose keys have expired.

## Why is this bad?
Packages come from mirrors and caches that need not be trusted, because each repository signs its
packages. These options turn the check off: anyone in between can choose what the image contains.
`--force-yes` of apt-get also removes or downgrades what the system needs without asking; apt
itself calls it deprecated.

There is no fix: import the key of the repository (`signed-by=` for apt, `rpm --import`, a file in
/etc/apk/keys), then remove the option.

## When to ignore
Ignore it where the repository is your own and reached over a network that you trust.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import downloads, is_verified
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.shell.specs import written
from lightship.text import Span

_APT = ("--allow-unauthenticated", "--force-yes", "--allow-untrusted")
_RPM = ("--nogpgcheck", "--no-gpgchecks")
_OPTIONS = {
    **dict.fromkeys(("apt-get", "apt", "aptitude"), _APT),
    "apk": ("--allow-untrusted",),
    **dict.fromkeys(("dnf", "yum", "microdnf", "tdnf"), _RPM),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
}
_RPM_TOOL = frozenset(("--nodigest", "--nofiledigest", "--nosignature", "--noverify"))
_SETTINGS = frozenset(
    """apt::get::allowunauthenticated=true apt::get::allowunauthenticated=1
    acquire::allowinsecurerepositories=true acquire::allowinsecurerepositories=1
    gpgcheck=0 gpgcheck=false gpgcheck=no""".split()
)
_LOCAL = frozenset({"file", "directory"})
_MARKS = ("trusted=yes", "gpgcheck=0", "gpgcheck = 0")
_GPGCHECK = regex(r"(?<!repo_)gpgcheck\s?=\s?0")
_WRITERS = ("add-apt-repository", "cat", "echo", "printf", "tee")


def check(build: Build) -> Iterator[Finding]:
    said: set[Instruction] = set()
    for found in build.packages(*_OPTIONS):
        option = found.does.option(*_OPTIONS[found.does.manager])
        span = option.word.span if option is not None else _setting(found)
        if (
            span is not None
            and found.instruction not in said
            and not _is_own(build, found)
        ):
            said.add(found.instruction)
            text = span.of(build.dockerfile.text).strip('"')
            yield Finding(span, _message(found.does.manager, text))
    for each in build.commands("rpm"):
        word = next(
            (word for word in each.command.args if word.value in _RPM_TOOL), None
        )
        if word is not None and _installs(build, each):
            yield Finding(word.span, _message("rpm", word.value or ""))
    yield from _written(build)


def _message(manager: str, option: str) -> str:
    return (
        f"with {option}, {manager} accepts unsigned packages: import the key and remove "
        "the option"
    )


def _setting(found: PackageInvocation) -> Span | None:
    """A value of `-o` or `--setopt` that turns the check off."""
    for option in found.does.options:
        name = (option.value or "").lower().replace(" ", "")
        if (
            option.name in ("--option", "-o", "--setopt")
            and name.removeprefix("*.") in _SETTINGS
        ):
            return option.span
    return None


def _is_own(build: Build, found: PackageInvocation) -> bool:
    """Whether it installs nothing but files that were there, or whose checksum was compared."""
    packages = found.does.packages
    if not packages or any(package.kind not in _LOCAL for package in packages):
        return False
    return _is_known(build, found.instruction)


def _is_known(build: Build, instruction: Instruction) -> bool:
    fetched = any(each.call.instruction is instruction for each in downloads(build))
    return not fetched or is_verified(build, instruction)


def _installs(build: Build, found: Invocation) -> bool:
    """Whether rpm installs something from the network with it."""
    options = [written(word) for word in found.command.args]
    letters = {
        letter
        for text in options
        if text[:1] == "-" and text[1:2] != "-"
        for letter in text[1:]
    }
    installs = (letters & set("iUF") and "q" not in letters) or {
        "--install",
        "--upgrade",
        "--freshen",
    } & set(options)
    return bool(installs) and (
        any("://" in text for text in options)
        or not _is_known(build, found.instruction)
    )


def _written(build: Build) -> Iterator[Finding]:
    """A repository that a command writes down with its check turned off."""
    if not any(mark in build.dockerfile.text for mark in _MARKS):
        return
    for found in build.commands(*_WRITERS):
        for text, span in _texts(found):
            if "trusted=yes" in text and "://" in text and not _is_excused(text):
                yield Finding(
                    span,
                    "apt trusts this repository without a key: use signed-by= instead",
                )
            elif _GPGCHECK.search(text) and "://" in text and not _is_excused(text):
                yield Finding(
                    span,
                    "this repository is not checked for signatures: set gpgkey= and gpgcheck=1",
                )


def _texts(found: Invocation) -> Iterator[tuple[str, Span]]:
    """What the command may write, and where that stands."""
    for word in found.command.args:
        yield written(word), word.span
    for redirect in found.command.redirects:
        body = redirect.body
        at = (
            max((body.text.find(mark) for mark in _MARKS), default=-1)
            if body is not None
            else -1
        )
        if body is not None and at >= 0:
            yield (
                body.text,
                body.span(
                    at,
                    body.text.find("\n", at)
                    if "\n" in body.text[at:]
                    else len(body.text),
                ),
            )


def _is_excused(text: str) -> bool:
    """Whether it lies on this machine, or is an archive of an old release, whose keys have run
    out.
    """
    old = (
        "://snapshot." in text
        or "://old-releases." in text
        or ("://archive." in text and "debian" in text)
    )
    return old or "file:" in text or "copy:" in text


RULE = Rule(
    id="signature-check-off",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.SECURITY,
    aliases=(
        "CKV2_DOCKER_7",
        "CKV2_DOCKER_8",
        "CKV2_DOCKER_9",
        "CKV2_DOCKER_10",
        "CKV2_DOCKER_11",
    ),
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y --allow-unauthenticated git"
        ),
        Example(
            bad="RUN apt-get update && apt-get \\\n    # why\n    --force-yes -y install git"
        ),
        Example(
            bad="RUN apt-get -o APT::Get::AllowUnauthenticated=true install -y git"
        ),
        Example(
            bad="FROM fedora:44\nRUN dnf -y install git --nogpgcheck && dnf clean all"
        ),
        Example(
            bad="FROM rockylinux:9\nRUN yum install -y --nogpgcheck https://example.com/a.rpm; "
            "yum clean all"
        ),
        Example(
            bad="FROM fedora:44\nRUN dnf -y --setopt=gpgcheck=0 install git && dnf clean all"
        ),
        Example(
            bad="FROM opensuse/leap:15.6\nRUN zypper -n --no-gpg-checks in git && zypper "
            "-n clean -a"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache --allow-untrusted -X "
            "https://example.com/edge git"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN wget -q https://example.com/a.apk && apk add --no-cache "
            "--allow-untrusted a.apk"
        ),
        Example(
            bad="FROM fedora:44\nRUN rpm -i --nosignature https://example.com/a.rpm"
        ),
        Example(
            bad="RUN <<EOF\nset -e\napt-get update\napt-get install -y --force-yes git\nEOF"
        ),
        Example(bad="RUN sh -c 'apt-get install -y --allow-unauthenticated git'"),
        Example(bad='RUN ["apt-get", "install", "-y", "--force-yes", "git"]'),
        Example(bad="ONBUILD RUN apt-get install -y --force-yes git"),
        Example(
            bad='RUN echo "deb [trusted=yes] https://example.com/apt stable main" > '
            "/etc/apt/sources.list.d/a.list"
        ),
        Example(
            bad="RUN cat <<EOF > /etc/yum.repos.d/a.repo\n[a]\nbaseurl=https://example.com/a\n"
            "gpgcheck=0\nEOF"
        ),
        Example(
            bad="RUN printf '[a]\\nbaseurl=https://example.com/a\\ngpgcheck=0\\n' > "
            "/etc/yum.repos.d/a.repo"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="FROM fedora:44\nRUN rpm --import https://example.com/key && dnf -y install "
            "git && dnf clean all"
        ),
        # files of the build context, and one that is looked at
        Example(
            good="FROM alpine:3.22\nCOPY a.apk /\nRUN apk add --no-cache --allow-untrusted /a.apk"
        ),
        Example(good="FROM fedora:44\nCOPY a.rpm /\nRUN rpm -U --nosignature /a.rpm"),
        Example(
            good="FROM alpine:3.22\nRUN wget -q https://example.com/a.apk && echo $SUM a.apk | "
            "sha256sum -c && "
            "apk add --no-cache --allow-untrusted a.apk"
        ),
        Example(
            good='RUN echo "deb [trusted=yes] file:///repo ./" > /etc/apt/sources.list.d/a.list'
        ),
        Example(
            good="RUN printf '[a]\\nbaseurl=file:///a\\ngpgcheck=0\\n' > /etc/yum.repos.d/a.repo"
        ),
        # keys of releases that are no longer kept up have run out
        Example(
            good="RUN echo deb [trusted=yes] http://archive.example.com/debian stretch main > "
            "/etc/apt/sources.list"
        ),
        Example(
            good="RUN printf '[a]\\nbaseurl=https://example.com/a\\nrepo_gpgcheck=0\\n' > "
            "/etc/yum.repos.d/a.repo"
        ),
        Example(good="FROM fedora:44\nRUN rpm -qp --nosignature /a.rpm"),
        Example(good="RUN echo apt-get --force-yes"),
    ),
)
