"""go installs a module without a version

## What it does
Finds `go install` and `go get` commands that name a module without a version: `@latest` and the
name of a branch are not versions, and `go get` without one takes the latest. `go install` without a
version takes the one that go.mod names, and is left alone.

The rule is off by default, because pinning every tool that a Dockerfile installs is a matter of
policy.

## Why is this bad?
Two builds of one Dockerfile may install different versions, whenever the authors of the module
publish one. `go install example.com/tool@v1.4.2` asks for one; the hash of a commit works as well.

## When to ignore
Ignore it where the latest version of a tool is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.packages import Package


def check(build: Build) -> Iterator[Finding]:
    for call, loose in unpinned(build, "go"):
        named = [package for package in loose if _is_module(call, package)]
        if named:
            yield finding(tuple(named), "use {}@VERSION")


def _is_module(call: PackageInvocation, package: Package) -> bool:
    """Whether it names a module to download, not a package of the sources at hand."""
    if package.version:
        return True
    host, _, _ = package.name.partition("/")
    return call.does.name == "get" and "." in host


RULE = Rule(
    id="unpinned-go-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("go",)),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3062",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad="FROM golang:1.25\nRUN go install example.com/tool@latest"),
        Example(
            bad="FROM golang:1.25\nRUN go install -v \\\n    # a branch\n    example.com/tool@main"
        ),
        Example(bad="FROM golang:1.25\nRUN go get -u example.com/tool"),
        Example(
            bad="FROM golang:1.25\nRUN <<EOF\nset -e\ngo install example.com/tool@latest\nEOF"
        ),
        Example(
            bad='FROM golang:1.25\nRUN ["go", "install", "example.com/tool@latest"]'
        ),
        Example(
            bad="FROM golang:1.25\nRUN sh -c 'CGO_ENABLED=0 go install example.com/tool@latest'"
        ),
        Example(bad="FROM golang:1.25\nONBUILD RUN go install example.com/tool@latest"),
        Example(good="FROM golang:1.25\nRUN go install example.com/tool@v1.4.2"),
        Example(
            good="FROM golang:1.25\nRUN go install example.com/tool@3f2a1bc9 example.com/b@$VERSION"
        ),
        Example(
            good="FROM golang:1.25\nRUN go install ./cmd/... example.com/in/go.mod && go get "
            "./... && go get -d -v ."
        ),
        Example(good="FROM golang:1.25\nRUN go mod download && go build ./..."),
    ),
)
