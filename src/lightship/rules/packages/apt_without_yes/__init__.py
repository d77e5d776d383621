"""apt-get asks a question that no one can answer

## What it does
Finds apt-get commands that may ask for confirmation.

They are left alone where there is nothing to confirm (`apt-get purge` or `install` without
packages, `install --fix-broken` where no dpkg has left anything broken, an install of packages that
the file has installed before, also through another one, or that the base image has and no update
renews, a removal of what neither the file nor the slim image below it has installed), and where the
answer comes from elsewhere: `-qq`, `yes |`, a redirected input, an apt.conf with `Assume-Yes`, or
options in a variable.

## Why is this bad?
Without `-y`, apt-get asks "Do you want to continue?" as soon as it would install more than the
packages that are named. A build has no one to answer: apt-get reads the end of its input, prints
"Abort." and the build fails. Whether it asks depends on the packages of the base image, so a build
that works today may fail tomorrow.

## Fix safety
The fix adds `-y`. It is safe: it changes nothing where apt-get would not have asked, and where it
would have asked, the build failed.

## When to ignore
Ignore it where a wrapper or a configuration that is not in the Dockerfile gives the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation, PackageInvocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.packages.answers import is_answered
from lightship.facts.packages.apt import APT
from lightship.facts.packages.apt_settings import configured
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.packages.apt_without_yes.present_packages import (
    WITH_OTHERS,
    PresentPackages,
)
from lightship.shell.packages import PackageCommand

_ASKING = frozenset(("install", "upgrade", "remove"))
_REPAIRING = ("--fix-broken", "-f")
_DRY = (
    "--dry-run",
    "--assume-no",
    "--print-uris",
    "--trivial-only",
    "--help",
    "--version",
    "-h",
)


def check(build: Build) -> Iterator[Finding]:
    settled = None
    present = PresentPackages(build)
    for call in build.packages(*APT):
        does = call.does
        if present.settles(call):
            continue
        if not _asks(build, call) or is_answered(build, call, "-y"):
            continue
        if settled is None:
            settled = configured(build, "Assume-Yes")
        if call.instruction in settled:
            continue

        fix = None
        if takes_words(call.script):
            fix = Fix("Add -y", (after_word(call.script, does.subcommand, "-y"),))
        message = (
            f"{does.manager} {does.name} may ask for confirmation, and the build "
            "fails: add -y"
        )
        yield Finding(does.subcommand.span, message, fix)


def _is_sound(build: Build, call: PackageInvocation) -> bool:
    """Whether `--fix-broken install` has nothing to repair: only dpkg leaves packages broken."""
    does = call.does
    if does.packages or does.reads_more or does.option(*_REPAIRING) is None:
        return False
    start = call.command.span.start
    earlier = [
        item for item in build.commands("dpkg") if item.command.span.start < start
    ]
    return all(_must_succeed(item, call) for item in earlier)


def _must_succeed(dpkg: Invocation, call: PackageInvocation) -> bool:
    """Whether it is joined by `&&` to what follows: it fails where it leaves something broken."""
    if dpkg.instruction is not call.instruction or dpkg.script is not call.script:
        return False
    items = call.script.pipelines[dpkg.command.pipeline + 1 : call.command.pipeline + 1]
    forced = ("--force", "--unpack")
    if any(value.startswith(forced) for value in dpkg.command.values if value):
        return False
    return bool(items) and all(item.operator == "&&" for item in items)


def _asks(build: Build, call: PackageInvocation) -> bool:
    """Whether it may ask, as far as its words tell and there is something to do."""
    does = call.does
    if does.action not in _ASKING or _does_nothing(does) or _is_sound(build, call):
        return False
    return not does.assumes_yes and not does.option(*_DRY)


def _does_nothing(does: PackageCommand) -> bool:
    """`apt-get purge` or `install` alone changes nothing, and so asks nothing."""
    if does.name not in ("install", "remove", "purge"):
        return False
    if does.packages or does.reads_more:
        return False
    return does.option(*WITH_OTHERS, *_REPAIRING) is None


RULE = Rule(
    id="apt-without-yes",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=APT),
    aliases=(
        "DL3014",
        "DS-0021",
        "AVD-DS-0021",
        "parfum/aptGetInstallUseY",
        "semgrep/missing-assume-yes-switch",
    ),
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install --no-install-recommends git",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends git",
        ),
        Example(
            bad="RUN apt-get update \\\n    # why git\n    && apt-get -q install \\\n        git",
            fixed="RUN apt-get update \\\n    # why git\n    && apt-get -q install -y \\\n"
            "        git",
        ),
        Example(
            bad="RUN <<EOF\nset -e\napt-get update\napt-get upgrade\nEOF",
            fixed="RUN <<EOF\nset -e\napt-get update\napt-get upgrade -y\nEOF",
        ),
        Example(
            bad='RUN ["apt-get", "install", "git"]',
            fixed='RUN ["apt-get", "install", "-y", "git"]',
        ),
        Example(
            bad="RUN bash -c 'apt-get install git'",
            fixed="RUN bash -c 'apt-get install -y git'",
        ),
        Example(
            bad="ONBUILD RUN apt-get install $PACKAGES",
            fixed="ONBUILD RUN apt-get install -y $PACKAGES",
        ),
        Example(
            good="RUN apt-get update && apt-get install -yq --no-install-recommends git && "
            "apt-get -y autoremove "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get -qq install --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get install -o APT::Get::Assume-Yes=true "
            "--no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && yes | apt-get install --no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get $APT_OPTIONS install git && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(
            good="ENV OPTS=-y\nRUN apt-get update && apt-get install $OPTS "
            "--no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\n"
            "RUN apt-get update && apt-get install --no-install-recommends git && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(good='RUN echo "apt-get install git"'),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends jq && "
            "apt-get install jq "
            "--no-install-recommends && rm -rf /var/lib/apt/lists/*"
        ),
    ),
)
