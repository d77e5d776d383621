"""pip installs a package without a version

## What it does
Finds packages that pip, pipx or `uv pip` installs without a version. A range (`flask>=3`) is not a
version, because it has no upper end; `flask~=3.1` and `flask==3.*` ask for one series. Packages in
variables, files, URLs and directories are left alone, and so are installs with a constraints file
(`-c`), which may hold all versions.

The rule is off by default, because pinning every tool that a Dockerfile installs is a matter of
policy.

## Why is this bad?
Two builds of one Dockerfile may install different versions, whenever the authors of the package
publish one. `flask==3.1.2` asks for one version; a lock file, or a requirements file with hashes,
also fixes the versions of what flask depends on.

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
    for call, loose in unpinned(build, "pip", "uv", "pipx"):
        if (
            call.does.name != "add"
            and not call.does.constraints
            and not call.does.option("--no-index")
        ):
            yield finding(loose, "use {}==VERSION")


RULE = Rule(
    id="unpinned-pip-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("pip", "uv", "pipx")),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3013",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad="RUN pip install --no-cache-dir flask"),
        Example(
            bad="RUN python3 -m pip install --no-cache-dir flask==3.1.2 \\\n    # no version\n"
            "    gunicorn"
        ),
        Example(
            bad="RUN pip install --no-cache-dir 'flask>=3' \"gunicorn[setproctitle]\""
        ),
        Example(bad="RUN pip install --no-cache-dir --upgrade pip"),
        Example(bad="RUN uv pip install --system flask"),
        Example(bad="RUN pipx install poetry"),
        Example(bad="RUN <<EOF\nset -e\npip install --no-cache-dir flask\nEOF"),
        Example(bad="RUN bash -c 'pip install --no-cache-dir flask'"),
        Example(bad='RUN ["pip", "install", "--no-cache-dir", "flask"]'),
        Example(bad="ONBUILD RUN pip install --no-cache-dir flask"),
        Example(
            good="RUN pip install --no-cache-dir flask==3.1.2 'gunicorn~=23.0' uvicorn===0.38.0"
        ),
        Example(good="RUN pip install --no-cache-dir -r requirements.txt"),
        Example(good="RUN pip install --no-cache-dir -c constraints.txt flask"),
        Example(
            good="RUN pip install --no-cache-dir . ./lib /wheels/a.whl "
            "git+https://example.com/a.git@v1"
        ),
        Example(
            good='RUN pip install --no-cache-dir poetry==$POETRY_VERSION $PACKAGES "uv==${UV}"'
        ),
        Example(
            good="RUN pip install --no-cache-dir --no-index --find-links=/wheels flask"
        ),
        Example(good="RUN pip uninstall -y flask && pip download flask"),
    ),
)
