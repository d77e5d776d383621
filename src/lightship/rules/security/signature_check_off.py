"""A package manager installs packages without checking their signatures

## What it does
Finds options such as `--nogpgcheck`, `--allow-unauthenticated` and `--force-yes`, and
repositories without a key.

The rule is silent for package files that come with the build context or an earlier step, and for
a download whose checksum or signature the same RUN verifies: there the package's signature adds
little. It is silent, too, for an option of apt that stands only at `apt-get update`, where it does
nothing, for repositories on the machine itself, for those that
are written down where no apt runs afterwards, for archives of old releases,
whose keys have expired, and where dnf installs nothing but `.rpm` files from https addresses: it
does not check their signatures unless `localpkg_gpgcheck` is set.

## Why is this bad?
Packages come from mirrors and caches that need not be trusted, because each repository signs its
packages. These options turn the check off: anyone in between can choose what the image contains.
`--force-yes` of apt-get also removes or downgrades what the system needs without asking; apt
itself calls it deprecated.

There is no fix: import the key of the repository (`signed-by=` for apt, `rpm --import`, a file in
/etc/apk/keys), then remove the option. Where all sources are those of the distribution or have a
key already, the option can simply go. Of a package file that is downloaded by itself a key may not
exist (Microsoft has none for its .apk): compare its checksum or signature in the same RUN, and keep
the option.

## When to ignore
Ignore it where the repository is your own and reached over a network that you trust.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of, is_since
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.downloads import downloads, is_verified
from lightship.facts.start.purpose import runs_program
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
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
_INSTALLING = frozenset(("--install", "--upgrade", "--freshen"))
_SETTINGS = frozenset(
    """apt::get::allowunauthenticated=true apt::get::allowunauthenticated=1
    acquire::allowinsecurerepositories=true acquire::allowinsecurerepositories=1
    gpgcheck=0 gpgcheck=false gpgcheck=no""".split()
)
_LOCAL = frozenset({"file", "directory"})
_OF_APT = frozenset(("apt-get", "apt", "aptitude"))
# What gives a source its key
_WITH_KEY = ("apt-key", "signed-by", "keyring", "trusted.gpg")
# A source of packages that is none of the distribution's own
_FOREIGN = regex(
    r"\bdeb(?:-src)?\s+(?:\[[^\]]*\]\s*)?[a-z+]+://(?![\w.-]*\b(?:ubuntu\.com|debian\.org)\b)"
)
_ARCHIVES = ("archive.debian.org", "old-releases.ubuntu.com", "snapshot.debian.org")
_MARKS = ("trusted=yes", "gpgcheck=0", "gpgcheck = 0")
# One of these stands in every Dockerfile that turns a check off
_NAMES = (
    *sorted({option for options in _OPTIONS.values() for option in options}),
    *sorted(_RPM_TOOL),
    "allowunauthenticated",
    "allowinsecurerepositories",
    "gpgcheck",
    "trusted=yes",
)
_GPGCHECK = regex(r"(?<!repo_)gpgcheck\s?=\s?0")
# apt, what calls it, and scripts, which may
_MAY_INSTALL = regex(
    r"(?<![\w/.])(?:apt(?:-get|itude)?|install-deps|--with-deps)\b(?![/.])|\.sh\b|\|\s*(?:ba)?sh\b"
    r"|\b(?:make|ansible\S*|(?:ba)?sh)\s|\./"
)
_WRITERS = ("add-apt-repository", "cat", "echo", "printf", "tee")


def check(build: Build) -> Iterator[Finding]:
    reported: set[Instruction] = set()
    for call in build.packages(*_OPTIONS):
        manager = call.does.manager
        option = call.does.option(*_OPTIONS[manager])
        is_idle = manager in _OF_APT and call.does.action == "update"
        span = _setting(call)
        if option is not None and not is_idle:
            span = option.word.span
        if span is None or call.instruction in reported or _is_own(build, call):
            continue
        if manager in _OF_APT and build.mentions(*_ARCHIVES):
            continue  # its keys have expired

        reported.add(call.instruction)
        text = span.of(build.dockerfile.text).strip('"')
        message = _message(manager, text)
        if _are_files(call):
            # No repository has signed them: there may be no key to import
            effect = f"with {text}, {manager} installs any file"
            message = f"{effect}: compare its checksum in this RUN"
        elif manager in _OF_APT and _has_signed_sources(build, call):
            effect = f"with {text}, {manager} accepts unsigned packages"
            message = f"{effect}: remove it"
        yield Finding(span, message)

    for rpm in build.commands("rpm"):
        options = (word for word in rpm.command.args if word.value in _RPM_TOOL)
        word = next(options, None)
        if word is not None and _installs(build, rpm):
            yield Finding(word.span, _message("rpm", word.value or ""))

    yield from _written(build)


def _message(manager: str, option: str) -> str:
    return f"with {option}, {manager} accepts unsigned packages: import the key"


def _has_signed_sources(build: Build, call: PackageInvocation) -> bool:
    """Whether all sources of packages are those of the distribution, of Launchpad, whose keys
    add-apt-repository imports, or such as come with a key.
    """
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    if image is None or not image.official:
        return False
    release = distribution_of(image)
    is_debian = release is not None and release.product == "Debian"
    if release is not None and is_debian and not is_since(release, "Debian", "9"):
        return False  # the keys of older ones are out of date

    text = build.dockerfile.text
    if any(mark in text for mark in _WITH_KEY):
        return True
    return "sources.list.d" not in text and _FOREIGN.search(text) is None


def _setting(call: PackageInvocation) -> Span | None:
    """A value of `-o` or `--setopt` that turns the check off."""
    for option in call.does.options:
        if option.name not in ("--option", "-o", "--setopt"):
            continue
        setting = (option.value or "").lower().replace(" ", "")
        if setting.removeprefix("*.") in _SETTINGS:
            return option.span
    return None


def _is_own(build: Build, call: PackageInvocation) -> bool:
    """Whether it installs nothing but files that were there, or whose checksum was compared."""
    packages = call.does.packages
    if packages and all(_is_rpm_by_https(package.name) for package in packages):
        return True  # dnf does not check such a file anyway: localpkg_gpgcheck is off
    return _are_files(call) and _is_known(build, call.instruction)


def _are_files(call: PackageInvocation) -> bool:
    """Whether it names nothing but package files, which were downloaded or copied before."""
    packages = call.does.packages
    return bool(packages) and all(package.kind in _LOCAL for package in packages)


def _is_rpm_by_https(name: str) -> bool:
    return name.startswith("https://") and name.endswith(".rpm")


def _is_known(build: Build, run: Instruction) -> bool:
    downloaded = any(file.call.instruction is run for file in downloads(build))
    return not downloaded or is_verified(build, run)


def _installs(build: Build, call: Invocation) -> bool:
    """Whether rpm installs something from the network with it."""
    words = [written(word) for word in call.command.args]
    long = [word for word in words if word.startswith("--")]
    short = [word for word in words if word.startswith("-") and word not in long]
    letters = set("".join(short))

    # `rpm -qi` asks about a package
    by_letter = not letters.isdisjoint("iUF") and "q" not in letters
    by_word = not _INSTALLING.isdisjoint(long)
    if not by_letter and not by_word:
        return False
    if any("://" in word for word in words):
        return True
    return not _is_known(build, call.instruction)


def _written(build: Build) -> Iterator[Finding]:
    """A repository that a command writes down with its check turned off."""
    if not any(mark in build.dockerfile.text for mark in _MARKS):
        return
    for call in build.commands(*_WRITERS):
        for text, span in _texts(call):
            if "://" not in text or _is_excused(text):
                continue

            if "trusted=yes" in text:
                if not _may_be_read(build, call.instruction):
                    continue
                message = (
                    "apt trusts this repository without a key: use signed-by= instead"
                )
                yield Finding(span, message)
            elif _GPGCHECK.search(text):
                message = (
                    "this repository is not checked for signatures: set gpgkey= and "
                    "gpgcheck=1"
                )
                yield Finding(span, message)


def _may_be_read(build: Build, writer: Instruction) -> bool:
    """Whether apt may install something from the repository, in the build or on an image of it.

    Instructions after the one that writes it are looked at, in its stage and in what starts from
    that; others may start from an image that runs nothing itself.
    """
    own = build.dockerfile.stage_of(writer)
    if own is None or not own.instructions:
        return True

    heirs = [s for s in build.dockerfile.stages if own in build.lineage_of(s)]
    if build.final in heirs and not runs_program(build):
        return True

    for stage in heirs:
        for item in stage.instructions:
            if item.span.start < writer.span.start or item.keyword != "RUN":
                continue

            rest = item.span.of(build.dockerfile.text)
            if item is writer:
                rest = rest.partition("trusted=yes")[2]
            if _MAY_INSTALL.search(rest):
                return True
    return False


def _texts(call: Invocation) -> Iterator[tuple[str, Span]]:
    """What the command may write, and where that stands."""
    for word in call.command.args:
        yield written(word), word.span

    for redirect in call.command.redirects:
        body = redirect.body
        if body is None:
            continue

        text = body.text
        start = max(text.find(mark) for mark in _MARKS)
        if start >= 0:
            line_end = text.find("\n", start)
            end = line_end if line_end >= 0 else len(text)
            yield text, body.span(start, end)


def _is_excused(text: str) -> bool:
    """Whether it lies on this machine, or is an archive of an old release, whose keys have run
    out.
    """
    if "file:" in text or "copy:" in text:
        return True
    if "://snapshot." in text or "://old-releases." in text:
        return True
    return "://archive." in text and "debian" in text


RULE = Rule(
    id="signature-check-off",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=_NAMES),
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
            bad="FROM rockylinux:9\nRUN yum install -y --nogpgcheck http://example.com/a.rpm; "
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
            "apk add --no-cache --allow-untrusted a.apk && rm a.apk"
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
