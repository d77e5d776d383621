"""A name in the ignore file applies only at the root, and the same name is sent from below

## What it does
Finds names in `.dockerignore` that are meant for every directory but apply only at the root.

The rule reports where COPY really copies such files: for files that programs write beside others
(caches, environments, logs), and for another name that is nowhere at the root and once below, where
git does not have what is there. It is silent where the pattern starts with a `/`, where COPY names
the path itself, and for names that mean something else in each directory (`build`, `data`).

## Why is this bad?
`.gitignore` looks for `node_modules`, `*.pyc` or `__pycache__` in every directory.
`.dockerignore` does not: a pattern starts at the root of the build context, and `*` does not
match a `/`. So `web/node_modules` and `src/__pycache__` are sent, copied, and rebuild the layer
when they change. `**/node_modules` is excluded at any depth.

## Fix safety
The fix writes `**/` before the name. It is safe for caches, which every program creates again,
and otherwise unsafe. There is no fix for a name that no program is known to write, nor for a
symbolic link: they may be a part of your sources.

## When to ignore
Ignore it where the files below are needed and only those at the root are not.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.root_only_lines import at_root_only
from lightship.lint.finding import Finding, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.wording.lists import listed


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    for misread in at_root_only(build):
        own = file.as_written(misread.pattern)
        verb = "is" if len(misread.tops) == 1 else "are"
        message = f"{own} applies only at the root: {listed(misread.tops)} {verb} sent"
        safety = Safety.SAFE if misread.derived else Safety.UNSAFE
        severity = Severity.WARNING if misread.heavy else Severity.INFO
        fix = None
        if misread.written:
            fix = file.renaming(misread.pattern, misread.text, safety)
        yield file.finding(misread.pattern, message, fix, severity)


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-pattern-at-root-only",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(ignore_file=True),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "src/__pycache__/a.pyc": "",
                ".dockerignore": f"{_OWN}# caches\n__pycache__/\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# caches\n**/__pycache__/\n"},
        ),
        Example(
            bad="COPY . /app\nRUN npm ci --prefix /app/web",
            fixed="COPY . /app\nRUN npm ci --prefix /app/web",
            files={
                "web/package.json": "{}",
                "web/node_modules/": "",
                ".dockerignore": f"{_OWN}node_modules",
            },
            fixed_files={".dockerignore": f"{_OWN}**/node_modules"},
        ),
        Example(
            bad="COPY src /app/",
            fixed="COPY src /app/",
            files={
                "src/a/b.pyc": "",
                "src/a/b.py": "",
                "src/c.log": "",
                ".dockerignore": "*.pyc\r\n*.log\r\n",
            },
            fixed_files={".dockerignore": "**/*.pyc\r\n**/*.log\r\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "deploy/cluster-notes.md": "",
                ".dockerignore": f"{_OWN}cluster-notes.md\n",
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "src/a.py": "",
                "src/__pycache__/": "",
                ".dockerignore": f"{_OWN}**/__pycache__\n",
            },
        ),
        # A module, and a package, of the program
        Example(
            good="COPY . /app",
            files={
                "shop/orders-demo.py": "",
                "shop/wandb/__init__.py": "",
                ".dockerignore": f"{_OWN}orders-demo.py\nwandb/\n",
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "app/build/a.py": "",
                "lib/README.md": "",
                ".dockerignore": f"{_OWN}build\nREADME.md\n",
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "logs/keep.log": "",
                ".dockerignore": f"{_OWN}*.log\n!logs/keep.log\n/*.bak\n",
            },
        ),
    ),
)
