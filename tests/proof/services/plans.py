"""Plans of services made from files in memory, and what they come to as text that can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lightship.builds.compose.run_project import run_project
from lightship.builds.workspace import Workspace
from lightship.proof.services.plan_services import (
    AppQuestion,
    plan_of_project,
    read_extra,
)
from lightship.proof.services.public_files import PublicFiles
from lightship.proof.services.services_plan import PlannedService, ServicesPlan

DOCKERFILE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"


def plan_of(
    files: Mapping[str, str],
    *,
    path: str = "compose.yaml",
    private: Collection[str] = (),
    given: str = "",
    name: str = "",
    extra: Collection[str] = (),
    in_image: Collection[str] = ("main.py",),
    project: str = "shop",
    images: Collection[str] = (),
    over: Collection[str] = (),
    override: str | None = None,
) -> ServicesPlan | None:
    """The plan of a compose file, or of that with those `over` it; git tracks all files but the `private` ones."""
    whole = {"Dockerfile": DOCKERFILE, "main.py": "", **files}

    def is_in_image(place: str) -> bool:
        return place == "." or any(
            file == place or file.startswith(f"{place}/") for file in in_image
        )

    services = [read_extra(text) for text in extra]
    question = AppQuestion(
        "Dockerfile",
        is_in_image,
        "/app",
        images=frozenset(images),
        project=project,
        name=name,
        extra=[service for service in services if service is not None],
    )
    public = PublicFiles(
        Workspace.of(whole), lambda place: place not in private, given.encode()
    )
    project_files = run_project(public.workspace, path, *over, override=override)
    return plan_of_project(project_files, question, public)


def shown(plan: ServicesPlan | None) -> str:
    """A plan as text: the application, its services in their order, and what is said."""
    if plan is None:
        return "none"
    rows = list(_service(plan.app, "app"))
    for service in plan.services:
        rows += _service(service, str(service.role))
    rows += [f"replaced: {text}" for text in plan.replaced]
    rows += [f"left: {text}" for text in plan.left]
    return "\n".join(rows)


def _service(service: PlannedService, role: str) -> Iterator[str]:
    yield f"{role} {service.name} {service.image or '(own)'}"
    for key in ("entrypoint", "command", "user", "folder", "health", "waits_for"):
        value = getattr(service, key)
        if value:
            words = value if isinstance(value, str) else " ".join(value)
            yield f"  {key}: {words}"
    for name, value in service.environment.items():
        yield f"  {name}={value}"
    for target, volume in service.volumes.items():
        yield f"  volume {volume or '(its own)'} at {target}"
    for target in service.tmpfs:
        yield f"  tmpfs at {target}"
    for file in service.files:
        yield f"  file {file.path} {file.mode:o} {file.data.decode()!r}"
    if service.aliases:
        yield f"  aliases: {' '.join(service.aliases)}"
