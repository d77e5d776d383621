"""An install of Node packages may ignore the lock file

## What it does
Finds `npm install`, and `yarn install`, `pnpm install` and `bun install` without the option that
insists on the lock file, where the lock file of the build context is in the image.

The rule is silent where the build context is not known or has no lock file, for `CI=true` with pnpm
and Yarn 2 and newer, which insist on it then, for installs that name packages, where COPY takes the
lock file only if there is one (`yarn.lock*`), for the branch of a script that is for projects
without a lock file (`if [ -f package-lock.json ]; then npm ci; else npm install; fi`), where
node_modules is filled or mounted before `npm install`, since `npm ci` removes it, on Node images
whose npm is older than `npm ci` (npm 5.7), where a lock file is stale and the project has that of
another tool too, and in images for development.

## Why is this bad?
Where package.json and the lock file do not agree, these commands resolve again: they install
versions that nobody has tested, and the build succeeds. `npm ci` and `--frozen-lockfile` install
what the lock file says, or stop. `npm ci` is also faster, because it has nothing to resolve.

## Fix safety
The fix writes `npm ci`, or adds `--frozen-lockfile` (`--immutable` for Yarn 2 and newer). It is
unsafe, because a build that has succeeded with a stale lock file then fails. Where the lock file
already lacks a version range of package.json or a package that another one needs, or
pnpm-workspace.yaml with its overrides is not copied, there is no fix: the install would stop. Where
that cannot be told, as of workspaces, overrides and lock files of npm 6 and Bun, or a comment says
that it is `npm install` for now or on purpose, it is only shown. A lock file of Yarn 1 that a later
Yarn installs from is not reported: the install rewrites it.

## When to ignore
Ignore it where the newest versions are wanted, as in a nightly test of dependencies.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.edits.word_edits import inside
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_files import presence
from lightship.facts.stages.final_image import is_worked_in
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.packages.node_lock_not_checked.migrated_locks import is_migrated
from lightship.rules.packages.node_lock_not_checked.npm_without_ci import lacks_ci
from lightship.rules.packages.node_lock_not_checked.open_locks import (
    CLASSIC,
    LOCKS,
    MANIFEST,
    is_for_no_lock,
    is_left_over,
    lock_fits,
    open_lock,
)
from lightship.text import Edit

_WORKSPACE = "pnpm-workspace.yaml"
_ON_PURPOSE = regex(
    r"(?i)\b(?:temporar|for now\b|on purpose\b|intention|deliberate|instead of\b)"
)


def check(build: Build) -> Iterator[Finding]:
    if build.context is None or is_worked_in(build):
        return
    for install in installs(build):
        if not install.is_node or not install.whole:
            continue
        if install.tool == "npm" and _needs_install(build, install):
            continue
        if is_for_no_lock(build, install):
            continue
        lock = open_lock(build, install)
        if lock and is_migrated(build, install, lock):
            continue
        if lock and not is_left_over(build, install, lock):
            yield _finding(build, install, lock)


def _needs_install(build: Build, install: Install) -> bool:
    """Whether `npm ci` cannot take the place of `npm install`."""
    return lacks_ci(build, install) or _has_modules(build, install)


def _has_modules(build: Build, install: Install) -> bool:
    """Whether something of node_modules is there before, such as a mount of its cache.

    `npm ci` removes the whole directory first.
    """
    stage = build.dockerfile.stage_of(install.instruction)
    if stage is None:
        return False
    for below in build.lineage_of(stage):
        for item in below.instructions:
            if item.span.start > install.instruction.span.start:
                break
            before = item.line.text
            if item is install.instruction:
                before = " ".join(flag.text for flag in item.flags)
            if "node_modules" in before:
                return True
    return False


def _finding(build: Build, install: Install, lock: str) -> Finding:
    title = f"{install.tool} install"
    name = posixpath.basename(lock)
    option = _option(build, install, lock)
    if _lacks_workspace_file(build, install, lock):
        message = f"{name} needs {_WORKSPACE} for its overrides: copy it too, and add {option}"
        return Finding(install.does.subcommand.span, message)
    if lock_fits(build, lock) is False:
        message = f"{name} does not agree with {MANIFEST}, so {title} resolves again: renew it"
        return Finding(install.does.subcommand.span, message)

    advice = "use npm ci" if install.tool == "npm" else f"add {option}"
    message = f"{title} may install other versions than {name} says: {advice}"

    fix = None
    edit = _edit(install, option)
    if edit is not None:
        is_clear = lock_fits(build, lock) and not _is_on_purpose(build, install)
        safety = Safety.UNSAFE if is_clear else Safety.MANUAL
        words = "npm ci" if install.tool == "npm" else option
        verb = "Use" if install.tool == "npm" else "Add"
        fix = Fix(f"{verb} {words}", (edit,), safety)
    return Finding(install.does.subcommand.span, message, fix)


def _is_on_purpose(build: Build, install: Install) -> bool:
    """Whether a comment at the RUN says that it is this command for a reason."""
    for line in comments_near(build.dockerfile, install.instruction).splitlines():
        names_it = f"{install.tool} install" in line or "npm ci" in line
        if names_it and _ON_PURPOSE.search(line):
            return True
    return False


def _lacks_workspace_file(build: Build, install: Install, lock: str) -> bool:
    """Whether the lock file has settings of pnpm-workspace.yaml, which is not in the image.

    pnpm refuses such a lock file: its settings differ from those that it sees.
    """
    context = build.context
    if install.tool != "pnpm" or context is None or install.directory is None:
        return False
    text = context.read(lock) or ""
    origin = posixpath.join(posixpath.dirname(lock), _WORKSPACE)
    if "\noverrides:" not in text or not context.exists(origin):
        return False
    if "overrides:" not in (context.read(origin) or ""):
        return False
    path = posixpath.join(install.directory, _WORKSPACE)
    return presence(build, install.instruction, path).is_there is False


def _option(build: Build, install: Install, lock: str) -> str:
    if install.tool != "yarn" or build.context is None:
        return "--frozen-lockfile"
    text = build.context.read(lock) or ""
    return "--frozen-lockfile" if CLASSIC in text else "--immutable"


def _edit(install: Install, option: str) -> Edit | None:
    does = install.does
    if not takes_words(install.script):
        return None
    if install.tool != "npm":
        return after_word(install.script, does.subcommand, option)
    if does.option("--save", "--no-save", "--save-dev", "--save-exact"):
        return None
    word = does.subcommand
    return inside(word, word.value or "", "ci")


_NODE = "FROM node:24-slim AS build\nWORKDIR /app\n"
_REST = "FROM scratch\nCOPY --from=build /app/dist /"
_FILES = {
    ".dockerignore": "Dockerfile\n.dockerignore\n",
    "package.json": '{"name": "a"}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}',
    "index.js": "",
}
_YARN = {
    ".dockerignore": "Dockerfile\n.dockerignore\n",
    "package.json": '{"name": "a"}',
    "yarn.lock": "# yarn lockfile v1\n",
}
_BERRY = {**_YARN, "yarn.lock": "__metadata:\n  version: 8\n"}
_PNPM = {
    ".dockerignore": "Dockerfile\n.dockerignore\n",
    "package.json": '{"name": "a"}',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
}

RULE = Rule(
    id="node-lock-not-checked",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=tuple(LOCKS)),
    production_only=True,
    practice=Practice.REPRODUCIBILITY,
    examples=(
        Example(
            bad=f"{_NODE}COPY package.json package-lock.json ./\nRUN npm install\n"
            f"COPY . .\n{_REST}",
            fixed=f"{_NODE}COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n{_REST}",
            files=_FILES,
        ),
        Example(
            bad=f"{_NODE}COPY package*.json ./\nRUN npm i --omit=dev \\\n    # built below\n"
            f"    && npm cache clean --force\n{_REST}",
            fixed=f"{_NODE}COPY package*.json ./\nRUN npm ci --omit=dev \\\n    # built below\n"
            f"    && npm cache clean --force\n{_REST}",
            files=_FILES,
        ),
        Example(
            bad=f"{_NODE}COPY package.json yarn.lock ./\nRUN yarn install\n{_REST}",
            fixed=f"{_NODE}COPY package.json yarn.lock ./\n"
            f"RUN yarn install --frozen-lockfile\n{_REST}",
            files=_YARN,
        ),
        Example(
            bad=f"{_NODE}COPY package.json yarn.lock ./\nRUN yarn\n{_REST}",
            fixed=f"{_NODE}COPY package.json yarn.lock ./\nRUN yarn --immutable\n{_REST}",
            files=_BERRY,
        ),
        Example(
            bad=f"{_NODE}COPY package.json pnpm-lock.yaml ./\nRUN pnpm install --prod\n{_REST}",
            fixed=f"{_NODE}COPY package.json pnpm-lock.yaml ./\n"
            f"RUN pnpm install --frozen-lockfile --prod\n{_REST}",
            files=_PNPM,
        ),
        Example(
            good=f"{_NODE}COPY package*.json ./\nRUN npm ci\nCOPY . .\n{_REST}",
            files=_FILES,
        ),
        Example(  # npm ci would remove the mount
            good=f"{_NODE}COPY package*.json ./\n"
            "RUN --mount=type=cache,target=/app/node_modules/.cache npm install && npm run build\n"
            f"{_REST}",
            files=_FILES,
        ),
        Example(good=f"{_NODE}COPY package*.json ./\nRUN npm install\n{_REST}"),
        Example(
            good=f"{_NODE}COPY package.json ./\nRUN npm install\n{_REST}",
            files=_FILES,
        ),
        Example(
            good=f"{_NODE}COPY package.json ./\nRUN npm install\n{_REST}",
            files={".dockerignore": "Dockerfile\n", "package.json": "{}"},
        ),
        Example(
            good=f"{_NODE}COPY package*.json ./\nRUN npm install express@5.1.0\n{_REST}",
            files=_FILES,
        ),
        Example(
            good=f"{_NODE}COPY package*.json ./\nRUN npm install -g pnpm@10.0.0\n{_REST}",
            files=_FILES,
        ),
        Example(
            good=f"{_NODE}COPY package.json yarn.lock ./\nRUN yarn --frozen-lockfile\n{_REST}",
            files=_YARN,
        ),
        Example(
            good=f"{_NODE}ENV CI=true\nCOPY package.json pnpm-lock.yaml ./\n"
            f"RUN pnpm install\n{_REST}",
            files=_PNPM,
        ),
        Example(
            good=f"{_NODE}COPY package*.json ./\nRUN npm install --no-package-lock\n{_REST}",
            files=_FILES,
        ),
        Example(
            good="FROM node:24-slim AS dev\nWORKDIR /app\nCOPY package*.json ./\n"
            "RUN npm install && npm cache clean --force",
            files=_FILES,
        ),
        Example(
            good=f"{_NODE}COPY package*.json ./\nRUN npm run build\n{_REST}",
            files=_FILES,
        ),
    ),
)
