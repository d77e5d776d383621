"""Whether an editable install in the final image links to sources that nothing changes later."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, join_workdir, related
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import install_of
from lightship.rules.python.editable_install.editable_options import editable_paths

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


def is_ready_made(build: Build, call: PackageInvocation) -> bool:
    """Whether the sources are those of the project, nothing works on them later, and no comment
    says why.
    """
    places = _places(build, call)
    if not places:
        return False
    roots = _copied_roots(build)
    for place in places:
        if not _is_copied(build, call, place, roots):
            return False  # it was cloned: what else is in there is used from there

    text = build.dockerfile.text
    for comment in build.dockerfile.comments:
        if "ditable" in comment.span.of(text):
            return False

    start = call.instruction.span.start
    for run in build.each("RUN"):
        if run.span.start <= start:
            continue
        if any(_works_in(build, run, place) for place in places):
            return False
    return True


def _places(build: Build, call: PackageInvocation) -> list[str]:
    """The directories that are linked to."""
    install = install_of(build, call)
    if install is None or install.directory is None:
        return []
    places: list[str] = []
    for path in editable_paths(call):
        joined = join_workdir(install.directory, path)
        places.append(joined.path)
    return places


def _copied_roots(build: Build) -> list[str]:
    """Where COPY puts files into the final image."""
    roots = []
    for _, brought in deliveries(build):
        if brought is None:
            continue
        stage = build.dockerfile.stage_of(brought.copying.instruction)
        if stage in build.lineage:
            roots.append(brought.root)
    return roots


def _is_copied(
    build: Build, call: PackageInvocation, place: str, roots: Sequence[str]
) -> bool:
    """Whether COPY or ADD has brought the project there, as far as is known."""
    if build.context is None:
        return any(related(place, root) for root in roots)

    for name in _MANIFESTS:
        manifest = clean(f"{place}/{name}")
        if origin_of(build, call.instruction, manifest):
            return True
    return False


def _works_in(build: Build, run: Instruction, place: str) -> bool:
    """Whether a RUN may write to the sources: a package that was installed before would not have
    it.
    """
    if build.dockerfile.stage_of(run) not in build.lineage:
        return False
    state = build.evaluation.before(run)
    if state is None:
        return False
    if below(state.workdir, place) is not None:
        return True
    text = run.span.of(build.dockerfile.text)
    return place in text
