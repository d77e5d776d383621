"""npm installs a package without a version

## What it does
Finds packages that npm, yarn, pnpm or bun installs without a version. A tag (`@latest`) or a range
(`@^6`) is not a version. Packages in variables, files, URLs and directories are left alone.

The rule is off by default, because pinning every tool that a Dockerfile installs is a matter of
policy.

## Why is this bad?
Two builds of one Dockerfile may install different versions, whenever the authors of the package
publish one. `npm install -g pm2@6.0.13` asks for one version. The dependencies of a project belong
in package.json and its lock file: install them with `npm ci`.

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
    for _, loose in unpinned(build, "npm", "yarn", "pnpm", "bun"):
        yield finding(loose, "use {}@VERSION")


RULE = Rule(
    id="unpinned-npm-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("npm", "yarn", "pnpm", "bun")),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3016",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad="FROM node:24-slim\nRUN npm install -g pm2"),
        Example(
            bad="FROM node:24-slim\nRUN npm i -g pm2@6.0.13 \\\n    # no version\n    serve"
        ),
        Example(bad="FROM node:24-slim\nRUN npm install -g pm2@latest serve@^14"),
        Example(bad="FROM node:24-slim\nRUN yarn global add @vue/cli"),
        Example(bad="FROM node:24-slim\nRUN pnpm add -g turbo"),
        Example(bad="FROM oven/bun:1.3-slim\nRUN bun add -g serve"),
        Example(bad="FROM node:24-slim\nRUN <<EOF\nset -e\nnpm install -g pm2\nEOF"),
        Example(bad='FROM node:24-slim\nRUN ["npm", "install", "-g", "pm2"]'),
        Example(bad="FROM node:24-slim\nONBUILD RUN npm install -g pm2"),
        Example(
            good="FROM node:24-slim\nRUN npm install -g pm2@6.0.13 @vue/cli@5.0.8 && npm cache "
            "clean --force"
        ),
        Example(
            good="FROM node:24-slim\nCOPY package.json package-lock.json /app/\n"
            "RUN npm ci --prefix /app && npm cache clean --force"
        ),
        Example(
            good="FROM node:24-slim\nRUN npm install -g npm@$NPM $TOOLS ./tool "
            "git+https://example.com/a.git && "
            "npm cache clean --force"
        ),
        Example(good="FROM node:24-slim\nRUN npm uninstall -g yarn"),
    ),
)
