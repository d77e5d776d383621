"""The build reads the commit from GitHub, and not the files that earlier steps made

## What it does
Finds steps with docker/build-push-action that have no `context`, in jobs that check the repository
out and then write files into it: by a download of artifacts, a build of the front end, `sed -i` and
similar commands.

## Why is this bad?
Without `context` the builder fetches the commit itself. Files that earlier steps wrote or changed
are not in it, and neither is what `.dockerignore` would say of them: the image is built without
them, or the build fails.

## Fix safety
The fix adds `context: .`. It is unsafe: the directory of the runner has other files than the
commit, `.git` among them. There is none where another build of the step lacks no files.

## When to ignore
Ignore it where the image does not need these files.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import CiBuild, ContextKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import found_at_step
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.step_builds import in_some
from lightship.facts.ci.workflow_edits import with_inputs
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.wording.lists import listed

_MOST_NAMED = 2


def check(file: CiFile) -> Iterator[Finding]:
    for builds in file.steps:
        found = [build for build in builds if _lacks_files(build)]
        if not found:
            continue
        makers = listed((_maker(file, build) for build in found), _MOST_NAMED)
        some = in_some(len(found), len(builds))
        message = (
            f"without context the commit is built, without what {makers} wrote{some}"
        )
        # The other builds of the step would be sent the directory of the runner too
        fix = _fix(file, found[0]) if len(found) == len(builds) else None
        yield found_at_step(file, found[0], message, fix)


def _lacks_files(build: CiBuild) -> bool:
    """Whether it reads the commit from git, in a job that has written files."""
    is_git = build.context is ContextKind.GIT and not build.is_context_given
    return is_git and bool(build.made_files) and build.checks_out is not None


def _maker(file: CiFile, build: CiBuild) -> str:
    """The step that writes files: it may stand in the workflow that uses this file."""
    written = build.made_files[0]
    if written.path == file.path:
        return f"line {written.line}"
    return f"{written.path.rpartition('/')[2]}:{written.line}"


def _fix(file: CiFile, build: CiBuild) -> Fix | None:
    edit = with_inputs(file, build, ("context: .",))
    if edit is None:
        return None
    return Fix("Add context: .", (edit,), Safety.UNSAFE)


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_CACHE = "cache-from: type=gha\ncache-to: type=gha\n"
_BEFORE = "- uses: actions/checkout@v5\n- run: sed -i s/dev/release/ app.py\n"

RULE = Rule(
    id="generated-files-not-sent",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(f"push: true\n{_CACHE}", before=_BEFORE),
            fixed=workflow(f"push: true\n{_CACHE}context: .\n", before=_BEFORE),
            files=_FILES,
        ),
        Example(
            good=workflow(f"push: true\ncontext: .\n{_CACHE}", before=_BEFORE),
            files=_FILES,
        ),
        Example(
            good=workflow(
                f"push: true\n{_CACHE}", before="- uses: actions/checkout@v5\n"
            ),
            files=_FILES,
        ),
    ),
)
