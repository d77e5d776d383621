"""The services that a proof starts beside an application: of compose, or that the user names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from lightship.bench.proof_run import ProofQuestion
from lightship.build import Build
from lightship.builds.compose.run_project import (
    RunProject,
    is_usual,
    override_beside,
    run_project,
)
from lightship.builds.env_file import read_env
from lightship.builds.source_files import COMPOSE, is_build_file
from lightship.errors import FileError, UsageError
from lightship.files.git_index import GitIndex, git_index
from lightship.files.reading import path_inside, read_file
from lightship.files.workspace_folder import open_near, repository_of
from lightship.flows.builds import BuildFinder
from lightship.flows.proof.requests import (
    MeasuringOptions,
    RunOptions,
    ServiceOptions,
)
from lightship.flows.take_build import TakenBuild
from lightship.proof.guesses import copied_files
from lightship.proof.services.plan_secrets import secrets_of_plan
from lightship.proof.services.plan_services import (
    AppQuestion,
    ExtraService,
    plan_of_images,
    plan_of_project,
    read_extra,
)
from lightship.proof.services.public_files import PublicFiles, public_by_name
from lightship.proof.services.services_plan import ServicesPlan
from lightship.record import record
from lightship.regex import regex
from lightship.text import decode

_DEVELOPMENT = regex(
    r"(?i)(?:^|[._/-])(?:dev|devel|development|local|test|tests|ci)(?:[._/-]|$)"
)
_NO_NETWORK = "none"
_NO_APP = "no service of it is built from {dockerfile}: name one with --app"
_NOT_SHARED = (
    "{0} is not read: it is not in git, and so one developer's own: "
    "--services {1} --services {0} adds it"
)
_THE_IMAGE = "the Dockerfile that is proven"


@record(eq=False)
class ServedApp:
    """The application: a Build, its Dockerfile and its context on the disk.

    `written` are the compose files that say how it is built, the best one first; paths count from
    the repository.
    """

    build: Build
    dockerfile: str
    context: str
    written: Sequence[str] = ()

    @property
    def folder(self) -> str:
        """The directory of the Dockerfile; that of the context where none is known."""
        if not self.dockerfile:
            return os.path.abspath(self.context)
        return os.path.dirname(os.path.abspath(self.dockerfile))


def services_of_build(
    taken: TakenBuild, question: ProofQuestion, options: MeasuringOptions
) -> ServicesPlan | None:
    """What is started beside the build that was taken."""
    build = taken.options
    written: tuple[str, ...] = ()
    if build.definition is not None:
        written = tuple(source.path for source in build.definition.sources)
    dockerfile = build.dockerfile or ""
    app = ServedApp(question.after.build, dockerfile, taken.context, written)
    return services_for(app, options.run, options.services)


def services_for(
    app: ServedApp, run: RunOptions, options: ServiceOptions
) -> ServicesPlan | None:
    """What is started beside an application; nothing where it is not run, or has a network.

    A UsageError for services beside a network that the user names.
    """
    has_network = run.run_network != _NO_NETWORK
    is_asked = bool(options.services_files or options.app or options.service)
    if has_network and is_asked:
        raise UsageError(
            "services have a network of their own: leave out --run-network"
        )
    if run.no_run or has_network:
        return None
    return services_of(app, options)


def services_of(app: ServedApp, options: ServiceOptions) -> ServicesPlan | None:
    """What is started beside an application; None where it needs nothing that is known.

    A UsageError for a service that is written wrongly, a FileError for a file that cannot be read.
    """
    extra = [_extra(text) for text in options.service]
    given = b"\n".join(read_file(path) for path in options.env_file)
    if options.no_services:
        if extra or options.services_files or options.app:
            raise UsageError("--no-services: leave out --services, --service and --app")
        return None

    root = repository_of(app.folder)
    named = [_named_file(app, root, path) for path in options.services_files]
    choices = [named] if named else _files_near(app, root)
    found = _first_plan(app, root, choices, given, extra, options)
    if found is not None:
        return found
    if options.services_files or options.app:
        where = ", ".join(options.services_files) or "the compose files"
        why = _NO_APP.format(dockerfile=app.dockerfile or _THE_IMAGE)
        if options.app:
            why = f"no service of it is called {options.app}"
        raise UsageError(f"cannot take services from {where}: {why}")
    if not extra:
        return None
    plan = plan_of_images(extra)
    return replace(plan, secrets=tuple(secrets_of_plan(plan)))


def variables_of(options: ServiceOptions) -> dict[str, str]:
    """What files of variables say, the later ones win. A FileError for one that cannot be read."""
    values: dict[str, str] = {}
    for path in options.env_file:
        values |= read_env(decode(read_file(path)))
    return values


def _extra(text: str) -> ExtraService:
    extra = read_extra(text)
    if extra is None:
        raise UsageError(
            f"invalid --service {text}: write IMAGE or IMAGE,NAME, such as postgres:16,db"
        )
    return extra


def _named_file(app: ServedApp, root: str, named: str) -> str:
    """A compose file that the user names, from the repository."""
    if not os.path.isfile(named):
        raise FileError(f"cannot read {named}: no such file")
    inside = path_inside(os.path.realpath(named), root)
    if inside is None:
        place = app.dockerfile or app.context
        raise UsageError(f"{named} lies outside the repository of {place}")
    return inside


def _files_near(app: ServedApp, root: str) -> list[list[str]]:
    """The compose files that may name the services, the best one first, from the repository."""
    dockerfile = path_inside(os.path.realpath(app.dockerfile), root)
    if dockerfile is None or not app.dockerfile:
        return []
    near = sorted(open_near(root, dockerfile, _is_compose).paths, key=_usual_first)
    written = [path for path in app.written if _is_compose(path)]
    written.sort(key=_usual_first)
    return [[path] for path in dict.fromkeys((*written, *near))]


def _usual_first(path: str) -> tuple[bool, bool, int, str]:
    """What sorts compose files: those that are read unasked first, those for development last."""
    is_for_development = _DEVELOPMENT.search(path) is not None
    return not is_usual(path), is_for_development, path.count("/"), path


def _is_compose(path: str) -> bool:
    return COMPOSE.pattern.fullmatch(path.rpartition("/")[2]) is not None


def _first_plan(
    app: ServedApp,
    root: str,
    choices: Sequence[Sequence[str]],
    given: bytes,
    extra: Sequence[ExtraService],
    options: ServiceOptions,
) -> ServicesPlan | None:
    """The plan of the first files that have services beside the application."""
    dockerfile = path_inside(os.path.realpath(app.dockerfile), root) or ""
    workspace = open_near(root, dockerfile, _is_compose)
    index = git_index(root)
    is_public = partial(_is_public, index, root)
    images = BuildFinder().images_beside(app.dockerfile) if app.dockerfile else ()
    question = AppQuestion(
        dockerfile,
        _in_image(app, root),
        _app_folder(app.build),
        frozenset(images),
        os.path.basename(root),
        options.app or "",
        extra,
    )
    is_asked = bool(options.services_files or options.app or extra)
    for paths in choices:
        files = PublicFiles(workspace, is_public, given)
        override = None
        if not options.services_files:
            override = override_beside(files.workspace, paths[0])
        is_own = override is not None and not _is_shared(index, root, override)
        project = run_project(
            files.workspace, *paths, override=None if is_own else override
        )
        plan = plan_of_project(project, question, files)
        if plan is not None and (plan.services or plan.left or is_asked):
            secrets = _untracked_secrets(plan, project, extra, index)
            said = (_NOT_SHARED.format(override, paths[0]),) if is_own else ()
            replaced = (*plan.replaced, *said)
            return replace(plan, is_asked=is_asked, secrets=secrets, replaced=replaced)
    return None


def _is_shared(index: GitIndex, root: str, path: str) -> bool:
    """Whether git tracks a file; all are shared where no index says so."""
    return not index.data or index.tracks_file(os.path.join(root, path))


def _untracked_secrets(
    plan: ServicesPlan,
    project: RunProject,
    extra: Sequence[ExtraService],
    index: GitIndex,
) -> tuple[str, ...]:
    """Secrets that git does not have: of compose files that it ignores, and of `--service`."""
    places = [
        os.path.join(index.top, path) for path in (project.path, *project.origins)
    ]
    is_tracked = all(index.tracks_file(os.path.realpath(place)) for place in places)
    named = [item.name for item in extra] if is_tracked else None
    return tuple(secrets_of_plan(plan, named))


def _is_public(index: GitIndex, root: str, path: str) -> bool:
    """Whether git tracks a file; where no index says so, by its name.

    A link is followed, as what reads the file does: git keeps the link, not what it leads to.
    Compose files are the user's own words, and count whether they are tracked or not.
    """
    real = path_inside(os.path.realpath(os.path.join(root, path)), root)
    if real is None or ".git" in real.split("/"):
        return False
    if is_build_file(real):
        return True
    if not index.data:
        return public_by_name(path) and public_by_name(real)
    return index.tracks_file(os.path.join(root, real))


def _in_image(app: ServedApp, root: str) -> Callable[[str], bool]:
    """Whether the image has files of a path of the repository."""
    folder = path_inside(os.path.realpath(app.context), root)
    start = "" if folder in (None, ".", "") else f"{folder}/"
    copied = {f"{start}{path}" for path in copied_files(app.build)}

    def in_image(path: str) -> bool:
        if path == ".":
            return bool(copied)
        below = f"{path}/"
        return any(file == path or file.startswith(below) for file in copied)

    return in_image


def _app_folder(build: Build) -> str:
    """The directory in which the program starts; `/` where none is set."""
    final = build.final
    if final is None:
        return "/"
    return build.evaluation.finals[final.index].workdir
