"""From a compose file, or from images that the user names, to a ServicesPlan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from lightship.base_images.reference import read_reference
from lightship.builds.compose.merged_settings import run_settings
from lightship.builds.compose.run_project import (
    CONFIGS,
    SECRETS,
    VOLUMES,
    RunProject,
    builds_dockerfile,
)
from lightship.proof.services.binds import BoundFiles
from lightship.proof.services.known_images import (
    is_tool,
    known_image,
    missing_variable,
    name_of_image,
    probe_of,
)
from lightship.proof.services.public_files import PublicFiles
from lightship.proof.services.service_notes import (
    PlanNotes,
    said_of_override,
    said_of_stand_ins,
    say_networks,
    why_no_image,
)
from lightship.proof.services.service_parts import (
    ServiceParts,
    file_variables,
    planned,
)
from lightship.proof.services.services_plan import (
    PlannedService,
    ServiceRole,
    ServicesPlan,
)
from lightship.proof.services.stand_ins import StandIns
from lightship.proof.services.taken import (
    ComposeService,
    TakenServices,
    port_of_service,
    taken,
)
from lightship.record import record
from lightship.regex import regex

_APP = "app"  # what the application is called where no compose file names it
_NOT_IN_NAME = regex(r"[^a-z0-9_-]")


@record
class ExtraService:
    """A service that the user adds: an image, what it is called, and its variables."""

    image: str
    name: str
    environment: Mapping[str, str]


@record(eq=False)
class AppQuestion:
    """The application whose services are wanted.

    `dockerfile` counts from the workspace. `is_in_image` says whether the image has files of a
    path, `folder` where its program lies. `images` are names, without tags, under which the
    repository publishes its images. `project` is the directory of the workspace, after which
    compose calls a project there. `name` is the service that the user names, empty for the one
    that is built from the Dockerfile. `extra` are services that the user adds.
    """

    dockerfile: str
    is_in_image: Callable[[str], bool]
    folder: str = "/"
    images: frozenset[str] = frozenset()
    project: str = ""
    name: str = ""
    extra: Sequence[ExtraService] = ()


def plan_of_images(extra: Sequence[ExtraService]) -> ServicesPlan:
    """The services that the user names, without a compose file."""
    services = [_extra(item) for item in extra]
    waits = tuple(service.name for service in services)
    app = PlannedService(_APP, waits_for=waits)
    return ServicesPlan(app, tuple(services), is_asked=True)


def _extra(item: ExtraService) -> PlannedService:
    environment = dict(item.environment)
    missing, value = missing_variable(item.image, environment)
    if missing:
        environment[missing] = value
    return PlannedService(
        item.name,
        item.image,
        environment=environment,
        probe=probe_of(item.image, environment),
        written="--service",
    )


def plan_of_project(
    project: RunProject, question: AppQuestion, files: PublicFiles
) -> ServicesPlan | None:
    """What a project starts beside the application; None where no service is built from it."""
    services = _compose_services(project, question, files)
    app = _app_of(services, question)
    if app is None:
        return None
    chosen = taken(app, services)
    notes = PlanNotes(left=dict.fromkeys(chosen.left))
    parts = _parts(project, question, files, notes)
    plans = _plans(project, question, chosen, parts)
    stand_ins = parts.stand_ins
    own = planned(app.name, run_settings(app.service, stand_ins.filled), "", parts)

    all_taken = (app, *chosen.services)
    say_networks(project, all_taken, stand_ins, notes)
    for item in chosen.services:
        if item.name not in plans:
            notes.say_left(why_no_image(item))

    started = list(plans.values())
    added = [_extra(item) for item in _beside_taken(question, chosen)]
    before = tuple(service.name for service in (*started, *added))
    return ServicesPlan(
        replace(own, waits_for=before),
        tuple(_without_absent((*added, *started))),
        ", ".join(project.files),
        (
            *notes.replaced,
            *said_of_stand_ins(stand_ins, files.read_instead),
            *said_of_override(project, all_taken),
        ),
        tuple(notes.left),
        port_of_service(app),
    )


def _parts(
    project: RunProject,
    question: AppQuestion,
    files: PublicFiles,
    notes: PlanNotes,
) -> ServiceParts:
    """What all services of a project are made of."""
    stand_ins = StandIns()
    return ServiceParts(
        files,
        BoundFiles(files, notes.say_left),
        stand_ins,
        project.top(SECRETS, stand_ins.filled),
        project.top(CONFIGS, stand_ins.filled),
        project.top(VOLUMES, stand_ins.filled),
        question.is_in_image,
        question.folder,
        notes.say_replaced,
        notes.say_left,
    )


def _plans(
    project: RunProject,
    question: AppQuestion,
    chosen: TakenServices,
    parts: ServiceParts,
) -> dict[str, PlannedService]:
    """The services that were taken and have an image, by their names in compose."""
    instead = {item.name: item for item in question.extra}
    compose_name = _project_name(project.path, question.project)
    plans: dict[str, PlannedService] = {}
    for item in chosen.services:
        plan = _planned(item, chosen, parts, instead.get(item.name), compose_name)
        if plan is not None:
            plans[item.name] = plan
    return plans


def _beside_taken(
    question: AppQuestion, chosen: TakenServices
) -> Iterable[ExtraService]:
    """The services of the user that stand in for none of compose; of one name the last."""
    extra = {item.name: item for item in question.extra}
    for item in chosen.services:
        extra.pop(item.name, None)
    return extra.values()


def _compose_services(
    project: RunProject,
    question: AppQuestion,
    files: PublicFiles,
) -> dict[str, ComposeService]:
    """All services of a project, and which are of the image that is proven.

    What stands in for something in those that are not taken is of no interest.
    """
    unnoted = StandIns()
    found: dict[str, ComposeService] = {}
    own_images: set[str] = set()
    for name, service in project.services.items():
        is_own = builds_dockerfile(files.workspace, service, question.dockerfile)
        if is_own and service.image:
            own_images.add(service.image)
        settings = run_settings(service, unnoted.filled)
        environment = {
            **file_variables(settings, files.workspace),
            **settings.environment,
        }
        settings = replace(settings, environment=environment)
        found[name] = ComposeService(service, settings, is_own)
    # Others may run what one of them builds, by its name
    for service_name, item in found.items():
        image = item.service.image or ""
        is_own = image in own_images or _is_published(image, question)
        if item.service.build is None and is_own:
            found[service_name] = replace(item, is_own=True)
    return found


def _is_published(image: str, question: AppQuestion) -> bool:
    """Whether an image is the one that is proven, by its name.

    What is known as a data service or a tool never is: a repository may lie in a directory that
    is called redis. For the same reason that directory only tells of names with an owner.
    """
    reference = read_reference(image)
    if isinstance(reference, str):
        return False
    if known_image(image) is not None or is_tool(image):
        return False
    if reference.name in question.images:
        return True
    last = reference.name.rpartition("/")[2]
    own = {*question.images, question.project.lower()}
    return not reference.official and last in own


def _app_of(
    services: Mapping[str, ComposeService], question: AppQuestion
) -> ComposeService | None:
    """The service that is the application: the one that is named, or that has ports."""
    if question.name:
        named = services.get(question.name)
        return replace(named, is_own=True) if named is not None else None
    own = [item for item in services.values() if item.is_own]
    own = [item for item in own if not item.is_migration] or own
    own.sort(key=_app_rank)
    return own[0] if own else None


def _app_rank(item: ComposeService) -> tuple[bool, bool, bool]:
    """What sorts services of one image: those without a profile and with ports first."""
    has_profile = bool(item.service.profiles)
    return has_profile, not item.settings.ports, item.settings.command is not None


def _planned(
    item: ComposeService,
    chosen: TakenServices,
    parts: ServiceParts,
    instead: ExtraService | None,
    compose_name: str,
) -> PlannedService | None:
    """A service that was taken; None where no image is known for it."""
    settings = run_settings(item.service, parts.stand_ins.filled)
    is_built = item.service.build is not None
    if instead is not None:
        is_built = False
        environment = {**settings.environment, **instead.environment}
        settings = replace(settings, image=instead.image, environment=environment)
    image = ""
    if not item.is_own:
        image = settings.image or ""
        if is_built and not image and not settings.image_problem and compose_name:
            # What compose builds without a name for it, it calls after the project
            image = f"{compose_name}-{item.name}"
        if not image:
            return None
    plan = planned(item.name, settings, image, parts)
    written = item.service.written
    return replace(
        plan,
        role=_role_of(item, chosen),
        waits_for=chosen.waits[item.name],
        written=f"{written.path}:{written.line}",
        is_built=is_built and bool(image),
    )


def _role_of(item: ComposeService, chosen: TakenServices) -> ServiceRole:
    if item.name in chosen.jobs:
        return ServiceRole.JOB
    return ServiceRole.PART if item.is_own else ServiceRole.DATA


def _project_name(path: str, at_root: str) -> str:
    """What compose calls the project of a file: the directory, in the letters that it allows.

    Source: compose-go, loader/loader.go, NormalizeProjectName.
    """
    folder = path.rpartition("/")[0].rpartition("/")[2] or at_root
    return _NOT_IN_NAME.sub("", folder.lower()).lstrip("_-")


def _without_absent(services: Iterable[PlannedService]) -> Iterable[PlannedService]:
    """The services, none of which waits for one that is not there."""
    known = list(services)
    names = {service.name for service in known}
    for service in known:
        waits = tuple(name for name in service.waits_for if name in names)
        yield replace(service, waits_for=waits)


def read_extra(text: str) -> ExtraService | None:
    """`IMAGE[,NAME][,VARIABLE=VALUE…]`; None for what is not so."""
    image, *rest = text.split(",")
    name = ""
    environment: dict[str, str] = {}
    for part in rest:
        key, equals, value = part.partition("=")
        if equals and key:
            environment[key] = value
        elif not name and key:
            name = key
        else:
            return None
    name = name or name_of_image(image)
    if not name_of_image(image) or not name:
        return None
    return ExtraService(image, name, environment)
