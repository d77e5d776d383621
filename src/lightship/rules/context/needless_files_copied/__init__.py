"""COPY copies files that the image does not need

## What it does
Finds COPY instructions that copy `.git`, `.venv`, caches, tests, documentation, the Dockerfile
and similar files.

The rule looks at the files that are really sent. It leaves out what the Dockerfile, or another one
in the context, uses: tests that RUN runs, `.git` where git, the program or setuptools-scm reads
it; and documentation or tests that the program's Python code reads or imports, or whose place in
the image is in its settings. Nor does it report what the ignore file includes on purpose
(`!tests/factories`), directories that the project makes packages of, and tests that compose, a
workflow, a task file, a script or a manual runs in a container. Where a line of the ignore file was
meant to exclude a file and does not, the rule about that line reports it. What weighs little has a
lower severity: tests and documentation. They are reported from 1 MB on, or where an install or a
compilation follows, which every change to them runs again. Where only the Dockerfile, compose
files, settings of CI, a few settings of editors and a few compiled modules beside their sources are
copied, or only what an earlier COPY brings too, nothing is reported.

In a build stage whose files do not reach the image, the rule reports environments from another
machine, `.git` and caches where an install or a compilation follows, and tests and documentation
from 1 MB on: the sources beside them run that line again more often. It is silent for images for
development and tests, for examples that nobody publishes, for those made from images that build
others (`docker`, buildx), where compose mounts a directory of the host over what is copied, and for
an image without a start that only makes a program, as PyInstaller does, which is carried out of it,
and where a COPY names a file that is not in the context, but beside the Dockerfile: the build stops
there, and another context is meant.
Where the version comes from git, all tracked files are needed.

## Why is this bad?
`COPY . .` copies whatever happens to be in the build context. All of it makes the image bigger,
and every change to any of it rebuilds this layer and all layers after it: with the Dockerfile and
`.dockerignore` in the context, even a comment in them does. A `.venv` from another machine can
also break the program.

## Fix safety
The fix writes `.dockerignore`, or adds lines at the end of the ignore file in effect. It is safe
where it adds only caches, which every program creates again. Otherwise it is unsafe: a program
may need a file for a reason that the project does not show, and others may build from the same
context. Where the build asks git for the version (setuptools-scm, hatch-vcs), only caches and
environments are excluded: a tracked file that is missing would make the tree dirty.

Tests and documentation are excluded only where no page, script or workflow of the repository
speaks of them near a word for images: somebody may run them in the container. Otherwise excluding
them is a choice.

Where the whole context is copied there is a choice: the ignore file as an allow-list, which
excludes everything (`*`) and includes what the image needs (`!src`). Files that are added to the
project later are not copied by accident, and their changes rebuild nothing; but a new file that
the image does need stays out until someone adds its line. It is not offered where another
Dockerfile uses the same context.

## When to ignore
Ignore it where the image is meant for development and should contain the whole project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.needless import (
    BUILD,
    CACHES,
    ENVIRONMENT,
    ENVIRONMENTS,
    GROUPS,
    Finder,
    NeedlessFile,
)
from lightship.facts.context.git_questions import reads_history
from lightship.facts.context.takings import Taking, takings
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.context.needless_files_copied.brought_anyway import (
    is_left_alone,
    is_mounted_over,
)

if TYPE_CHECKING:
    from lightship.rules.context.needless_files_copied.needless_load import NeedlessLoad

_UNTRACKED = (*ENVIRONMENTS, CACHES)


def check(build: Build) -> Iterator[Finding]:
    context = build.context
    copied = tuple(takings(build))
    if context is None or not copied or not context.is_whole:
        return
    if is_left_alone(build, context):
        return

    # What says how it is built is a few hundred bytes, and whoever edits it builds again
    if not _sends_more_than_build_files(context):
        return
    hits = _hits(build, context)
    if any(hit.group is not BUILD for hit in hits.values()):
        yield from _findings(build, context, copied, hits)


def _findings(
    build: Build,
    context: Context,
    copied: Sequence[Taking],
    hits: Mapping[str, NeedlessFile],
) -> Iterator[Finding]:
    """One for each COPY that brings what no earlier one did."""
    # Clean repositories have none
    from lightship.rules.context.needless_files_copied.misread_files import spoken_of  # noqa: PLC0415

    # As above
    from lightship.rules.context.needless_files_copied.needless_load import (  # noqa: PLC0415
        is_worth_a_word,
        load_of,
    )

    told = spoken_of(build)
    named: set[str] = set()
    for taking in copied:
        if is_mounted_over(build, taking):
            continue
        untold = [file for file in taking.files if file.path not in told]
        sent = [file for file in untold if file.path in hits]
        load = load_of(build, taking, sent, hits)
        files = [hits[file.path] for file in load.files]
        names = {file.name for file in files}
        if not is_worth_a_word(load, files) or named.issuperset(names):
            continue  # the lines that an earlier COPY asks for keep them out of this one too
        named.update(names)
        yield from _of_copy(build, context, taking, load, hits)


def _of_copy(
    build: Build,
    context: Context,
    taking: Taking,
    load: NeedlessLoad,
    hits: Mapping[str, NeedlessFile],
) -> Iterator[Finding]:
    """The findings of one COPY, on each of its sources."""
    # Only a finding needs them
    from lightship.rules.context.needless_files_copied.ignore_fixes import (  # noqa: PLC0415
        allow_only,
        exclude_all,
        exclude_them,
    )

    # As above
    from lightship.rules.context.needless_files_copied.needless_load import message_of  # noqa: PLC0415

    files = [hits[file.path] for file in load.files]
    names = tuple(dict.fromkeys(file.name for file in files))
    message = message_of(load, names, context)
    is_heavy = any(file.group.heavy for file in files)
    severity = Severity.WARNING if is_heavy else Severity.INFO
    fix = exclude_them(build, context, files)
    choices = exclude_all(build, context, files)
    choices += allow_only(build, taking, hits)
    for source in taking.sources:
        yield Finding(source.word.span, message, fix, severity, choices)


def _sends_more_than_build_files(context: Context) -> bool:
    """Whether any file may be needless but those that say how the image is built."""
    finder = Finder([group for group in GROUPS if group is not BUILD])
    return any(
        file.name == ENVIRONMENT or finder.find(file) is not None
        for file in context.sent
    )


def _hits(build: Build, context: Context) -> Mapping[str, NeedlessFile]:
    # Clean repositories have none
    from lightship.facts.context.needless_files import needless  # noqa: PLC0415

    # As above
    from lightship.rules.context.needless_files_copied.carried_out import is_carried_out  # noqa: PLC0415

    hits = needless(build, context)
    if is_carried_out(build):  # nobody keeps the image, but the install may go wrong
        hits = {path: hit for path, hit in hits.items() if hit.group in ENVIRONMENTS}
    if not hits or not reads_history(build, context):
        return hits
    # The tree must stay as it was committed, so tracked files have to be sent
    return {path: hit for path, hit in hits.items() if hit.group in _UNTRACKED}


_START = ".git\n**/.venv\n**/__pycache__\n**/*.py[co]\nDockerfile*\n.dockerignore\n"

RULE = Rule(
    id="needless-files-copied",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("DKL-LI-0003",),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad="WORKDIR /app\nCOPY . .",
            fixed="WORKDIR /app\nCOPY . .",
            files={
                "main.py": "",
                ".git/HEAD": "",
                "tests/test_main.py": "",
                "docs/index.md": "",
            },
            fixed_files={".dockerignore": f"{_START}docs\ntests\n"},
        ),
        Example(
            bad="ADD ./ /app/",
            fixed="ADD ./ /app/",
            files={
                "main.py": "",
                "src/__pycache__/a.pyc": "",
                ".dockerignore": "Dockerfile\n.dockerignore",
            },
            fixed_files={
                ".dockerignore": "Dockerfile\n.dockerignore\n**/__pycache__\n"
            },
        ),
        Example(
            bad="COPY src /app/",
            fixed="COPY src /app/",
            files={
                "src/main.py": "",
                "src/.DS_Store": "",
                "Dockerfile.dockerignore": "a\r\n",
                ".dockerignore": "*\n",
            },
            fixed_files={"Dockerfile.dockerignore": "a\r\n**/.DS_Store\r\n"},
        ),
        Example(
            bad="COPY . /app\nRUN pip install -r /app/requirements.txt",
            fixed="COPY . /app\nRUN pip install -r /app/requirements.txt",
            files={
                "requirements.txt": "",
                ".venv/": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
            fixed_files={".dockerignore": "Dockerfile\n.dockerignore\n**/.venv\n"},
        ),
        Example(
            bad="COPY . /app\nRUN pip install -r /app/requirements.txt",
            fixed="COPY . /app\nRUN pip install -r /app/requirements.txt",
            files={
                "requirements.txt": "",
                "py/pyvenv.cfg": "",
                "py/bin/pip": "",
                ".dockerignore": "Dockerfile\n.*\n",
            },
            fixed_files={".dockerignore": "Dockerfile\n.*\npy\n"},
        ),
        Example(
            bad="COPY Dockerfile src /app/",
            fixed="COPY Dockerfile src /app/",
            files={"src/a.py": "", "src/__pycache__/a.pyc": "", "Dockerfile": ""},
            fixed_files={
                ".dockerignore": ".git\n**/.venv\n**/__pycache__\n**/*.py[co]\n.dockerignore\n"
            },
        ),
        # The version is read from git: a tracked file that is missing makes the tree dirty
        Example(
            bad="COPY . /app\nRUN pip install /app",
            fixed="COPY . /app\nRUN pip install /app",
            files={
                "pyproject.toml": '[build-system]\nrequires = ["setuptools-scm"]\n',
                ".git/HEAD": "",
                "docs/index.md": "",
                "src/__pycache__/a.pyc": "",
            },
            fixed_files={".dockerignore": "**/.venv\n**/__pycache__\n**/*.py[co]\n"},
        ),
        Example(
            good="WORKDIR /app\nCOPY . .\nUSER 10001",
            files={
                ".dockerignore": ".git\nDockerfile\n.dockerignore\n",
                "docs/a.md": "",
                "tests/cases.txt": "",
                "app.py": 'DOCS = Path(__file__).parent / "docs"\n'
                'cases = open("tests/cases.txt")\n',
            },
        ),
        Example(
            good="WORKDIR /srv/app\nCOPY . .\nUSER 10001",
            files={
                ".dockerignore": ".git\nDockerfile\n.dockerignore\n",
                "tests/sample.db": "",
                "app.py": "",
                "etc/app.yml": "database: sqlite:////srv/app/tests/sample.db\n",
            },
        ),
        Example(good="COPY . /app"),
        Example(good="COPY main.py /app/", files={"main.py": "", ".git/HEAD": ""}),
        Example(
            good="COPY src /app/src",
            files={"src/main.py": "", "docs/index.md": "", ".git/HEAD": ""},
        ),
        Example(
            good="COPY . /app",
            files={"main.py": "", ".git/HEAD": "", ".dockerignore": "*\n!main.py\n"},
        ),
        Example(
            good="COPY . /app\nRUN pytest",
            files={
                "tests/test_a.py": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app\nRUN pip install --no-cache-dir --no-deps /app",
            files={
                "pyproject.toml": '[build-system]\nrequires = ["setuptools-scm"]\n',
                ".git/HEAD": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app\nRUN --mount=type=bind,source=.git,target=/app/.git git -C /app "
            "describe > /version",
            files={
                "a": "",
                ".git/HEAD": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app\nRUN make version",
            files={
                "Makefile": "version:\n\tgit -C . rev-parse HEAD > version\n",
                ".git/HEAD": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app", files={"main.py": "", ".dockerignore": "Dockerfile\n"}
        ),
        # A package of that name is none
        Example(
            good="COPY stdlib /src/stdlib\nRUN make -C /src",
            files={"stdlib/venv/__init__.pyi": "", "stdlib/os.pyi": ""},
        ),
        # A file of that name is a script, and a lone .pyc is the program
        Example(
            good="COPY bin/* /usr/local/bin/",
            files={"bin/venv": "#!/bin/sh\n", "bin/b": ""},
        ),
        Example(
            good="COPY *.pyc /app/", files={"game.cpython-312.pyc": "", "b.pyc": ""}
        ),
        Example(
            good='COPY . /app\nUSER 10001\nCMD ["node", "/app"]',
            files={
                "a.js": "",
                "node_modules/": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY --exclude=Dockerfile --exclude=.dockerignore --exclude=.git . /app",
            files={"a": "", "b": "", ".git/HEAD": "", ".dockerignore": ""},
        ),
    ),
)
