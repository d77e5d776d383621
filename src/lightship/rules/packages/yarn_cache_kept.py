"""yarn's download cache stays in the image

## What it does
Finds installs by classic yarn whose download cache stays in a layer of the final image.

The rule is silent where something says that yarn is a newer one: .yarnrc.yml, `.yarn`, corepack,
`--immutable`, `yarn set version`. Build stages are left alone, and so are RUN instructions with a
cache mount over the cache. Examples and images for development, tests or CI are left alone, unless
they are pushed to a registry.

## Why is this bad?
Classic yarn keeps every package that it downloads, unpacked, under its cache directory: for root
/usr/local/share/.cache. The finished image never reads it. Without that cache an image of
nolanlawson/pinafore had 189 MB instead of 388 MB (pull request 1073).

A cache mount keeps the cache out of the layer as well, and makes the next build faster.

## Fix safety
The fix runs `yarn cache clean` at the end of the same RUN. It is safe where the build context has a
lock file of classic yarn, because node_modules holds copies of its own. Otherwise it is unsafe,
because the program may run from the cache of newer yarn.

## When to ignore
Ignore it where the container installs packages at run time and should reuse the downloads.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.packages.kept_cache_findings import finding
from lightship.facts.packages.package_caches import YARN, kept_caches
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

_NEWER = (
    ".yarnrc.yml",
    ".yarn/",
    ".yarn ",
    "corepack",
    "--immutable",
    "yarn set version",
    "yarn workspaces focus",
)
_CLASSIC = "# yarn lockfile v1"


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    for call in kept_caches(build, YARN):
        if not _is_newer(build, call):
            safety = Safety.SAFE if _is_classic(build) else Safety.UNSAFE
            yield finding(build, YARN, call, "yarn's downloads", safety)


def _is_newer(build: Build, call: PackageInvocation) -> bool:
    """Whether the Dockerfile or its context says that yarn is not the classic one."""
    if call.does.option("--immutable", "--inline-builds") or any(
        name in build.dockerfile.text for name in _NEWER
    ):
        return True
    return build.context is not None and any(
        file.path.endswith(".yarnrc.yml") for file in build.context.sent
    )


def _is_classic(build: Build) -> bool:
    """Whether all lock files of the context are those of classic yarn."""
    if build.context is None:
        return False
    locks = [file.path for file in build.context.sent if file.name == "yarn.lock"]
    return bool(locks) and all(
        _CLASSIC in (build.context.read(path) or "") for path in locks
    )


_NODE = "FROM node:24-slim\nWORKDIR /app\nCOPY package.json yarn.lock ./\n"

RULE = Rule(
    id="yarn-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=YARN.managers),
    practice=Practice.SIZE,
    aliases=("DL3060", "parfum/yarnCacheCleanAfterInstall"),
    examples=(
        Example(
            bad=f"{_NODE}RUN yarn install --frozen-lockfile",
            fixed=f"{_NODE}RUN yarn install --frozen-lockfile && yarn cache clean",
        ),
        Example(
            bad=f"{_NODE}RUN yarn --production && \\\n    # small\n    ls",
            fixed=f"{_NODE}RUN yarn --production && \\\n    # small\n    ls && \\\n"
            "    yarn cache clean",
        ),
        Example(
            bad=f"{_NODE}RUN <<EOF\nset -e\nyarn\nEOF",
            fixed=f"{_NODE}RUN <<EOF\nset -e\nyarn\nyarn cache clean\nEOF",
        ),
        Example(bad=f'{_NODE}RUN ["yarn", "install"]'),
        Example(
            bad="FROM node:24-slim\nRUN yarn global add serve@14.2.4",
            fixed="FROM node:24-slim\nRUN yarn global add serve@14.2.4 && yarn cache clean",
        ),
        Example(
            bad=f"{_NODE}RUN yarn install",
            fixed=f"{_NODE}RUN yarn install && yarn cache clean",
            files={"package.json": "{}", "yarn.lock": "# yarn lockfile v1\n"},
        ),
        Example(good=f"{_NODE}RUN yarn install --frozen-lockfile && yarn cache clean"),
        Example(good=f"{_NODE}RUN yarn install && rm -rf /usr/local/share/.cache"),
        Example(
            good=f"{_NODE}RUN --mount=type=cache,target=/usr/local/share/.cache yarn install"
        ),
        Example(
            good=f"{_NODE}RUN --mount=type=cache,target=/root/.yarn "
            "YARN_CACHE_FOLDER=/root/.yarn yarn install"
        ),
        Example(good=f"{_NODE}RUN yarn build && yarn run test && yarn --version"),
        Example(good=f'{_NODE}RUN yarn install && rm -rf "$(yarn cache dir)"'),
        # newer yarn, whose cache may be what the program runs from
        Example(good=f"{_NODE}RUN yarn install --immutable"),
        Example(
            good=f"{_NODE}COPY .yarn/releases /app/.yarn/releases\nRUN yarn install"
        ),
        Example(good=f"{_NODE}RUN corepack enable && yarn install"),
        Example(
            good=f"{_NODE}RUN yarn install --immutable",
            files={"package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "a: 1\n"},
        ),
        Example(
            good="FROM node:24 AS build\nWORKDIR /app\nRUN yarn\nFROM scratch\n"
            "COPY --from=build /app /app"
        ),
    ),
)
