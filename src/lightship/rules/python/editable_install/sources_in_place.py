"""Whether an editable install in the final image links to sources that nothing changes later."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir, join_workdir, related
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import install_of
from lightship.facts.start.read_launches import launches
from lightship.facts.start.start_files import start_files, text_of
from lightship.pyproject.manifest_names import is_manifest
from lightship.regex import regex
from lightship.rules.python.editable_install.editable_options import editable_paths
from lightship.rules.python.editable_install.links_at_start import links_at_start
from lightship.rules.python.editable_install.package_code import lacks_files

_GENERATORS = frozenset({"make", "cmake", "ninja", "protoc"})
_GENERATING = ("grpc_tools.protoc", "--inplace", "compile_proto")
# Servers that put their working directory on the path
_IMPORT_FROM_HERE = frozenset(
    "gunicorn uvicorn hypercorn flask fastapi celery streamlit manage.py".split()
)
# `/shop is made a volume for developer testing`, on one line or two
_FOR_DEVELOPERS = regex(r"(?i)\b(?:volume|mount(?:ed|s)?)\b[^.]{0,60}\bdevelop")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


def is_ready_made(build: Build, call: PackageInvocation) -> bool:
    """Whether the sources are those of the project, nothing works on them later, and no comment
    says why.
    """
    places = _places(build, call)
    if not places or not _are_all_there(build, call, places):
        return False
    if _is_meant(build, call) or _generates_later(build, call):
        return False
    if any(_is_on_path(build, place) for place in places):
        return False
    if _runs_in_place(build, places) or links_at_start(build):
        return False
    if any(_is_mounted(build, place) for place in places):
        return False
    if any(lacks_files(build, call, place) for place in places):
        return False

    start = call.instruction.span.start
    for run in build.each("RUN"):
        if run.span.start <= start:
            continue
        if any(_works_in(build, run, place) for place in places):
            return False
    return True


def _are_all_there(
    build: Build, call: PackageInvocation, places: Sequence[str]
) -> bool:
    """Whether COPY has brought the sources of each package before the install."""
    roots = _copied_roots(build)
    roots_before = _copied_roots(build, call)
    for place in places:
        if not _is_copied(build, call, place, roots):
            return False  # it was cloned: what else is in there is used from there
        if not any(related(place, root) for root in roots_before):
            return False  # only the manifest is there, and the sources come later
        if _comes_later(build, call, place):
            return False
    return True


def _comes_later(build: Build, call: PackageInvocation, place: str) -> bool:
    """Whether a COPY after the install brings code into the directory."""
    for _, brought in deliveries(build):
        if brought is None:
            continue
        item = brought.copying.instruction
        if build.dockerfile.stage_of(item) not in build.lineage:
            continue
        if item.span.start < call.instruction.span.start:
            continue
        is_inside = below(brought.root, place) is not None
        if is_inside and brought.has_sources(build.context):
            return True
    return False


def _is_meant(build: Build, call: PackageInvocation) -> bool:
    """Whether a comment, or a setting of editable installs, says so."""
    text = build.dockerfile.text
    if "editable_mode" in call.command.span.of(text):
        return True
    comments = [item.span.of(text) for item in build.dockerfile.comments]
    if any("ditable" in comment for comment in comments):
        return True
    return _FOR_DEVELOPERS.search(" ".join(comments)) is not None


def _is_mounted(build: Build, place: str) -> bool:
    """Whether compose mounts a directory of the host over the sources."""
    targets = [clean(item.target) for item in build.volumes if item.from_host]
    return any(below(place, target) is not None for target in targets)


def _is_on_path(build: Build, place: str) -> bool:
    """Whether PYTHONPATH has the directory at start: an installed copy would be shadowed."""
    for file in start_files(build):
        text = text_of(build, file) or ""
        if "PYTHONPATH" in text and place in text:
            return True
    return False


def _runs_in_place(build: Build, places: Sequence[str]) -> bool:
    """Whether the start runs a file of the sources, or a server that imports them from there.

    An installed copy would only lie beside them. Python, gunicorn and their like put the working
    directory, or that of the file, on the path first.
    """
    final = build.final
    if final is None:
        return False
    workdir = build.evaluation.finals[final.index].workdir
    for launch in launches(build):
        path = workdir
        if launch.interpreter and not launch.is_module:
            path = in_workdir(workdir, launch.texts[0])
        elif not launch.interpreter and launch.program not in _IMPORT_FROM_HERE:
            continue
        if any(below(path, place) is not None for place in places):
            return True
    return False


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


def _copied_roots(build: Build, call: PackageInvocation | None = None) -> list[str]:
    """Where COPY puts files into the final image; before an install, only its sources."""
    roots: list[str] = []
    for _, brought in deliveries(build):
        if brought is None:
            continue
        item = brought.copying.instruction
        if build.dockerfile.stage_of(item) not in build.lineage:
            continue
        if call is not None:
            is_before = item.span.start < call.instruction.span.start
            if not is_before or not _may_bring_code(build, brought):
                continue
        roots.append(brought.root)
    return roots


def _may_bring_code(build: Build, brought: Delivery) -> bool:
    """Whether more than manifests comes with it, as far as is known."""
    if brought.has_sources(build.context):
        return True
    if build.context is not None and build.context.is_whole:
        return False
    return not all(map(is_manifest, brought.sources))


def _generates_later(build: Build, call: PackageInvocation) -> bool:
    """Whether a command after the install may write into the sources."""
    start = call.command.span.start
    for later in build.commands():
        if later.command.span.start <= start:
            continue
        if build.dockerfile.stage_of(later.instruction) not in build.lineage:
            continue
        if later.command.name in _GENERATORS:
            return True
        text = " ".join(later.command.argument_texts)
        if any(mark in text for mark in _GENERATING):
            return True
    return False


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
