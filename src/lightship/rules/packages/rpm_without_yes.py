"""dnf, yum or zypper asks a question that no one can answer

## What it does
Finds dnf, yum, tdnf and zypper commands that may ask for confirmation.

microdnf is left alone, because it asks only in newer releases (pull request 97 of microdnf). So are
commands whose answer comes from elsewhere: `yes |`, a redirected input, `assumeyes` in a
configuration file, or options in a variable; and so is an autoremove after a `remove -y`, which
has removed what is no longer needed, so that nothing is left to ask about.

## Why is this bad?
Without `-y`, dnf and yum stop at "Is this ok [y/N]", and zypper at "Continue?". A build has no one
to answer: they read the end of their input, take it for a no, and the build fails. Where there is
nothing to do they do not ask, so a build that works on one base image may fail on the next. For an
update and an autoremove, which often have nothing to do, that is a warning.

## Fix safety
The fix adds `-y`. It is safe: it changes nothing where they would not have asked, and where they
would have asked, the build failed.

## When to ignore
Ignore it where a wrapper or a configuration that is not in the Dockerfile gives the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.packages.answers import is_answered
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_ASKING = frozenset(("install", "upgrade", "remove"))
# With nothing to do they do not ask
_MAYBE_IDLE = ("autoremove", "update", "upgrade")
_DRY = ("--assumeno", "--dry-run", "--help", "--version", "-h")


def check(build: Build) -> Iterator[Finding]:
    for call in build.packages("dnf", "yum", "tdnf", "zypper"):
        does = call.does
        if does.action not in _ASKING or does.assumes_yes or does.option(*_DRY):
            continue
        if _is_settled(build, call) or _has_nothing_left(build, call):
            continue

        fix = None
        if takes_words(call.script):
            fix = Fix("Add -y", (after_word(call.script, does.subcommand, "-y"),))
        command = f"{does.manager} {does.name}"
        message = f"{command} asks for confirmation, and the build fails: add -y"
        severity: Severity | None = None
        if does.action == "upgrade" or does.name in _MAYBE_IDLE:
            message = (
                f"{command} may ask for confirmation, and then the build fails: add -y"
            )
            severity = Severity.WARNING
        yield Finding(does.subcommand.span, message, fix, severity)


def _is_settled(build: Build, call: PackageInvocation) -> bool:
    """Whether an option, a configuration file or its input answers."""
    for value in call.does.values("--setopt"):
        if value.lower().startswith("assumeyes"):
            return True

    # In a file that a RUN or COPY writes
    text = build.dockerfile.text.lower()
    if "assumeyes" in text and "assumeyes=" in text.replace(" ", ""):
        return True
    return is_answered(build, call, "-y", "--assumeyes", "-n", "--non-interactive")


def _has_nothing_left(build: Build, call: PackageInvocation) -> bool:
    """Whether it is an autoremove after a removal of the same script.

    `clean_requirements_on_remove` of dnf.conf is on by default (dnf.conf(5)): a removal takes along
    what nothing needs any more.
    """
    if call.does.name != "autoremove":
        return False
    for earlier in build.packages("dnf", "yum", of=call.instruction):
        is_before = earlier.command.span.start < call.command.span.start
        if is_before and earlier.does.name in ("remove", "erase"):
            return True
    return False


_FEDORA = "FROM fedora:44\n"

RULE = Rule(
    id="rpm-without-yes",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(managers=("dnf", "yum", "tdnf", "zypper")),
    aliases=(
        *("DL3030", "DL3034", "DL3038", "semgrep/missing-dnf-assume-yes-switch"),
        *("semgrep/missing-yum-assume-yes-switch", "parfum/yumInstallForceYes"),
    ),
    examples=(
        Example(
            bad=f"{_FEDORA}RUN dnf install git && dnf clean all",
            fixed=f"{_FEDORA}RUN dnf install -y git && dnf clean all",
        ),
        Example(
            bad="FROM rockylinux:9\nRUN yum -q update \\\n    # why\n    && yum install \\\n"
            "        git",
            fixed="FROM rockylinux:9\nRUN yum -q update -y \\\n    # why\n"
            "    && yum install -y \\\n        git",
        ),
        Example(
            bad="FROM opensuse/leap:15.6\nRUN zypper refresh && zypper in git && zypper "
            "clean --all",
            fixed="FROM opensuse/leap:15.6\nRUN zypper refresh && zypper in -y git && zypper "
            "clean --all",
        ),
        Example(
            bad=f"{_FEDORA}RUN <<EOF\nset -e\ndnf groupinstall 'Development Tools'\nEOF",
            fixed=f"{_FEDORA}RUN <<EOF\nset -e\ndnf groupinstall -y 'Development Tools'\nEOF",
        ),
        Example(
            bad=f'{_FEDORA}RUN ["dnf", "remove", "git"]',
            fixed=f'{_FEDORA}RUN ["dnf", "remove", "-y", "git"]',
        ),
        Example(
            bad=f"{_FEDORA}RUN sh -c 'dnf install git'",
            fixed=f"{_FEDORA}RUN sh -c 'dnf install -y git'",
        ),
        Example(
            bad=f"{_FEDORA}ONBUILD RUN dnf install $PACKAGES",
            fixed=f"{_FEDORA}ONBUILD RUN dnf install -y $PACKAGES",
        ),
        Example(
            good=f"{_FEDORA}RUN dnf -y install git && dnf remove -qy git && dnf clean all"
        ),
        Example(
            good="FROM rockylinux:9\nRUN yum install --assumeyes git && yum clean all"
        ),
        Example(
            good="FROM opensuse/leap:15.6\nRUN zypper --non-interactive install git && zypper "
            "-n clean -a"
        ),
        Example(
            good="FROM redhat/ubi9-minimal:9.6\nRUN microdnf install git && microdnf clean all"
        ),
        Example(good=f"{_FEDORA}RUN yes | dnf install git && dnf clean all"),
        Example(good=f"{_FEDORA}RUN dnf $DNF_OPTIONS install git && dnf clean all"),
        Example(
            good=f"{_FEDORA}ENV FLAGS=-y\nRUN dnf install $FLAGS git && dnf clean all"
        ),
        Example(
            good=f"{_FEDORA}RUN echo assumeyes=True >> /etc/dnf/dnf.conf\n"
            "RUN dnf install git && dnf clean all"
        ),
        Example(
            good=f"{_FEDORA}RUN dnf install --setopt=assumeyes=1 git && dnf clean all"
        ),
        Example(good=f"{_FEDORA}RUN dnf makecache && dnf list --installed"),
    ),
)
