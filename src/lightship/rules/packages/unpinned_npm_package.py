"""npm installs a package in whatever version there is

Two builds of one Dockerfile install different versions, on a day that the authors of the package
choose. `npm install -g pm2@6.0.13` asks for one version. A tag (`@latest`) or a range (`@^6`) is no
version. What belongs to a project stands in package.json and its lock file: `npm ci`.

The rule looks at npm, yarn, pnpm and bun. Packages in variables, files, URLs and directories are left
alone. Off by default, since a finding for each tool that a Dockerfile installs is a matter of policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "npm", "yarn", "pnpm", "bun"):
        yield finding(loose, "write {}@VERSION")


RULE = Rule(
    id="unpinned-npm-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3016",),
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
            good="FROM node:24-slim\nRUN npm install -g pm2@6.0.13 @vue/cli@5.0.8 && npm cache clean --force"
        ),
        Example(
            good="FROM node:24-slim\nCOPY package.json package-lock.json /app/\n"
            "RUN npm ci --prefix /app && npm cache clean --force"
        ),
        Example(
            good="FROM node:24-slim\nRUN npm install -g npm@$NPM $TOOLS ./tool git+https://example.com/a.git && "
            "npm cache clean --force"
        ),
        Example(good="FROM node:24-slim\nRUN npm uninstall -g yarn"),
    ),
)
