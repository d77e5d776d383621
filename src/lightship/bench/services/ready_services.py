"""A plan of services held against the engine: it is used where all of its images are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lightship.docker.present_images import present_images
from lightship.docker.service_names import why_no_names
from lightship.errors import EngineError
from lightship.proof.services.services_plan import PlannedService, ServicesPlan
from lightship.proof.services.used import OWN_IMAGE, UsedService, UsedServices
from lightship.record import record
from lightship.wording.lists import first_few

_MOST_NAMED = 8


@record(eq=False)
class ReadyServices:
    """What is started for every run; `plan` is None where nothing is.

    `notes` say why nothing is, or what is not as the compose file has it.
    """

    plan: ServicesPlan | None = None
    used: UsedServices | None = None
    notes: tuple[str, ...] = ()


def ready_services(
    plan: ServicesPlan | None, say: Callable[[str], None]
) -> ReadyServices:
    """What of a plan can be started here.

    An EngineError where an image is missing and the user has asked for the services.
    """
    if plan is None:
        return ReadyServices()
    if not plan.services and not plan.is_asked:
        return ReadyServices(notes=plan.left)
    present = present_images(plan.images)
    absent = [image for image in plan.images if image not in present]
    if absent:
        pulls = ", ".join(_cure(plan, image) for image in absent)
        return _without(plan, f"the engine has no image {', '.join(absent)}", pulls)
    no_names = why_no_names() if plan.services else ""
    if no_names:
        return _without(plan, no_names, "install that package")
    say(in_words(plan))
    notes = (*plan.replaced, *plan.left)
    return ReadyServices(plan, _used(plan, present), notes)


def _without(plan: ServicesPlan, why: str, cure: str) -> ReadyServices:
    """No services, and why; an error where they were asked for."""
    if plan.is_asked:
        raise EngineError(f"{why}: {cure}")
    skipped = f"the services of {plan.file} are not started: {why}"
    return ReadyServices(notes=(f"{skipped}: {cure}, or --no-services",))


def _cure(plan: ServicesPlan, image: str) -> str:
    """How an image comes to be there."""
    for service in plan.services:
        if service.image == image and service.is_built:
            return f"`docker compose build {service.name}`"
    return f"`docker pull {image}`"


def in_words(plan: ServicesPlan) -> str:
    """`with the services of compose.yaml: db (postgres:16), migrate (the image itself)`."""
    named = [f"{item.name} ({_image(item)})" for item in plan.services]
    whose = f"the services of {plan.file}" if plan.file else "services"
    return (
        f"with {whose}: {first_few(named, _MOST_NAMED)}"
        if named
        else f"as {plan.file} runs it"
    )


def _image(service: PlannedService) -> str:
    return service.image or OWN_IMAGE


def _used(plan: ServicesPlan, present: Mapping[str, str]) -> UsedServices:
    services = [
        UsedService(
            item.name,
            item.image,
            present.get(item.image, ""),
            str(item.role),
            item.written,
        )
        for item in plan.services
    ]
    return UsedServices(
        plan.file, plan.app.name, tuple(services), plan.replaced, plan.left
    )
