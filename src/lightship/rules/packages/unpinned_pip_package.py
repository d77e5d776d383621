"""pip installs a package in whatever version there is

Two builds of one Dockerfile install different versions, on a day that the authors of the package
choose. `flask==3.1.2` asks for one version; a lock file or a requirements file with hashes settles
what flask itself needs as well.

A range (`flask>=3`) is no version: it has no upper end. `flask~=3.1` and `flask==3.*` ask for one
series. Packages in variables, files, URLs and directories are left alone, and so is an install with
a constraints file (`-c`), which may hold all versions.

Off by default, since a finding for each tool that a Dockerfile installs is a matter of policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for found, loose in unpinned(build, "pip", "uv", "pipx"):
        if (
            found.does.name != "add"
            and not found.does.constraints
            and not found.does.option("--no-index")
        ):
            yield finding(loose, "write {}==VERSION")


RULE = Rule(
    id="unpinned-pip-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3013",),
    examples=(
        Example(bad="RUN pip install --no-cache-dir flask"),
        Example(
            bad="RUN python3 -m pip install --no-cache-dir flask==3.1.2 \\\n    # no version\n    gunicorn"
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
            good="RUN pip install --no-cache-dir . ./lib /wheels/a.whl git+https://example.com/a.git@v1"
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
