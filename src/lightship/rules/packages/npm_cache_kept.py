"""npm's download cache stays in the image

## What it does
Finds npm installs whose download cache stays in a layer of the final image.

Build stages are left alone, and so are RUN instructions with a cache mount over /root/.npm or with
a later command that removes that directory. Examples, tools and images for development, tests or CI
are left alone, unless they are pushed to a registry; so are installs of small programs alone, such
as yarn, pnpm or rtlcss, and of any program by its name on an image of gigabytes, such as PyTorch's.

## Why is this bad?
npm keeps every archive that it downloads under ~/.npm, and the finished image never reads them.
Without that cache an image of nwtgck/piping-server had 93 MB instead of 110 MB (pull request 388),
and one of Tiledesk/tiledesk-server was 120 MB smaller (89).

A cache mount over /root/.npm keeps the archives out of the layer as well, and makes the next build
faster.

## Fix safety
The fix runs `npm cache clean --force` at the end of the same RUN, once: a call that comes too early
or in a later RUN of its own is removed. It is safe: node_modules and
global packages are copies of their own. It is not offered where the script may end early, continues
in the background, or may not reach the install.

## When to ignore
Ignore it where the container installs packages at run time and should reuse the downloads.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.facts.packages.kept_cache_findings import finding
from lightship.facts.packages.package_caches import NPM, kept_caches
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

# Each leaves less than 10 MB in the cache, with what it depends on (measured on 2026-12-01 and 03)
_LITTLE = frozenset(
    """bower clean-css-cli coffee-script concurrently configurable-http-proxy corepack forever
    grunt-cli gulp-cli handlebars html_codesniffer http-server json-server less live-server
    localtunnel markdownlint-cli n node-gyp nodemon npm npm-check-updates pnpm postcss-cli prettier
    retire rimraf rtlcss sass serve svgo tailwindcss tsx uglify-js uglifycss wscat yarn
    yuglify""".split()
)


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    for call in kept_caches(build, NPM):
        if not _is_little(build, call):
            yield finding(build, NPM, call, "npm's downloads")


def _is_little(build: Build, call: PackageInvocation) -> bool:
    """Whether the whole RUN installs nothing but tools that are a small archive each, or some by
    name on an image of gigabytes.
    """
    stage = build.dockerfile.stage_of(call.instruction)
    is_on_much = stage is not None and is_on_gigabytes(build, stage)
    for other in build.packages("npm", of=call.instruction):
        if not other.does.installs:
            continue
        names = {package.name for package in other.does.packages}
        if not names or not (is_on_much or names <= _LITTLE):
            return False
    return True


_NODE = "FROM node:24-slim\n"

RULE = Rule(
    id="npm-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=NPM.managers),
    practice=Practice.SIZE,
    aliases=("parfum/npmCacheCleanAfterInstall",),
    examples=(
        Example(
            bad=f"{_NODE}RUN npm install -g pm2@6.0.13",
            fixed=f"{_NODE}RUN npm install -g pm2@6.0.13 && npm cache clean --force",
        ),
        Example(
            bad=f"{_NODE}WORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev \\\n"
            "    # small\n    && ls",
            fixed=f"{_NODE}WORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev \\\n"
            "    # small\n    && ls \\\n"
            "    && npm cache clean --force",
        ),
        Example(
            bad=f"{_NODE}WORKDIR /app\nRUN <<EOF\nset -e\nnpm ci\nEOF",
            fixed=f"{_NODE}WORKDIR /app\nRUN <<EOF\nset -e\nnpm ci\nnpm cache clean --force\nEOF",
        ),
        Example(
            bad=f"{_NODE}RUN npm cache clean --force && npm install -g pm2@6.0.13",
            fixed=f"{_NODE}RUN npm install -g pm2@6.0.13 && npm cache clean --force",
        ),
        Example(
            bad=f"{_NODE}RUN sh -c 'npm install -g pm2@6.0.13'",
            fixed=f"{_NODE}RUN sh -c 'npm install -g pm2@6.0.13 && npm cache clean --force'",
        ),
        # npm is gone at the end of the RUN
        Example(
            bad=f"{_NODE}RUN npm install -g pm2@6.0.13 && rm -rf /usr/local/lib/node_modules/npm"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache nodejs npm && npm ci && apk del npm"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache --virtual .build nodejs-npm git "
            "&& npm ci && apk del .build"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache -t .node npm\n"
            "RUN npm ci && apk del .node"
        ),
        Example(
            bad='FROM debian:trixie-slim\nARG DEPS="npm git"\n'
            "RUN npm ci && apt-get purge -y $DEPS"
        ),
        # What is removed there is something else
        Example(
            bad="FROM node:24-alpine\nRUN apk add --no-cache -t .build make g++ && npm ci "
            "&& apk del .build",
            fixed="FROM node:24-alpine\nRUN apk add --no-cache -t .build make g++ && npm ci "
            "&& apk del .build && npm cache clean --force",
        ),
        Example(bad=f'{_NODE}RUN ["npm", "install", "-g", "pm2@6.0.13"]'),
        Example(
            bad=f"{_NODE}WORKDIR /app\nRUN if test -f package.json; then npm ci; fi"
        ),
        Example(bad=f"{_NODE}WORKDIR /app\nRUN npm ci --cache=/c"),
        Example(
            bad=f"{_NODE}ONBUILD RUN npm ci",
            fixed=f"{_NODE}ONBUILD RUN npm ci && npm cache clean --force",
        ),
        Example(
            good=f"{_NODE}RUN npm install -g pm2@6.0.13 && npm cache clean --force"
        ),
        Example(good=f"{_NODE}WORKDIR /app\nRUN npm ci && rm -rf ~/.npm /tmp/*"),
        Example(good=f"{_NODE}WORKDIR /app\nRUN npm ci && rm -rf /root/.npm/_cacache"),
        Example(
            good=f"{_NODE}WORKDIR /app\nRUN --mount=type=cache,target=/root/.npm npm ci"
        ),
        Example(
            good=f"{_NODE}WORKDIR /app\nENV npm_config_cache=/tmp/npm\nRUN npm ci && rm -rf /tmp/*"
        ),
        Example(
            good=f'{_NODE}WORKDIR /app\nRUN npm ci && rm -rf "$(npm config get cache)"'
        ),
        Example(good=f"{_NODE}WORKDIR /root\nRUN npm ci && rm -rf .npm"),
        Example(good=f"{_NODE}WORKDIR /app\nRUN npm ci --cache=/c && rm -rf /c"),
        Example(good=f"{_NODE}WORKDIR /app\nRUN npm run build && npm prune --omit=dev"),
        Example(
            good="FROM node:24 AS build\nWORKDIR /app\nRUN npm ci\nFROM scratch\n"
            "COPY --from=build /app /app"
        ),
    ),
)
