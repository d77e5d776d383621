"""gem installs a package without a version

## What it does
Finds packages of `gem install` that have no version. Packages in variables and files are left
alone.

The rule is off by default, because pinning every tool that a Dockerfile installs is a matter of
policy.

## Why is this bad?
Two builds of one Dockerfile may install different versions, whenever the authors of the package
publish one. `gem install rake:13.3.0`, or `-v 13.3.0`, asks for one version. The dependencies of a
project belong in its Gemfile and Gemfile.lock.

## When to ignore
Ignore it where the latest version of a tool is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "gem"):
        yield finding(loose, "use {}:VERSION")


RULE = Rule(
    id="unpinned-gem-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("gem",)),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3028",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad="FROM ruby:3.4-slim\nRUN gem install rake"),
        Example(
            bad="FROM ruby:3.4-slim\nRUN gem install --no-document rake:13.3.0 \\\n"
            "    # no version\n    bundler"
        ),
        Example(bad="FROM ruby:3.4-slim\nRUN gem install -v '>= 2' bundler"),
        Example(bad="FROM ruby:3.4-slim\nRUN <<EOF\nset -e\ngem install rake\nEOF"),
        Example(bad='FROM ruby:3.4-slim\nRUN ["gem", "install", "rake"]'),
        Example(bad="FROM ruby:3.4-slim\nONBUILD RUN gem install rake"),
        Example(good="FROM ruby:3.4-slim\nRUN gem install rake:13.3.0"),
        Example(
            good="FROM ruby:3.4-slim\nRUN gem install bundler -v 2.7.2 && gem install rake "
            "--version=13.3.0"
        ),
        Example(
            good="FROM ruby:3.4-slim\nRUN gem install bundler:$BUNDLER $GEMS /a.gem"
        ),
        Example(good="FROM ruby:3.4-slim\nRUN bundle install && gem update --system"),
    ),
)
