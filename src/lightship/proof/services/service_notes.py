"""What is told of a plan of services: what stands in for what, and what is not as compose says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from lightship.builds.compose.run_project import NETWORKS, RunProject
from lightship.proof.services.stand_ins import StandIns
from lightship.proof.services.taken import ComposeService
from lightship.record import record
from lightship.wording.lists import first_few

_MOST_NAMED = 6


@record(eq=False)
class PlanNotes:
    """What is not as compose says, each sentence once: what is replaced, and what is left out."""

    replaced: dict[str, None] = field(default_factory=dict)
    left: dict[str, None] = field(default_factory=dict)

    def say_replaced(self, text: str) -> None:
        self.replaced[text] = None

    def say_left(self, text: str) -> None:
        self.left[text] = None


def why_no_image(item: ComposeService) -> str:
    """Why nothing can be started for a service, and what to do."""
    name = item.name
    cure = f"build it, and name its image: --service IMAGE,{name}"
    if item.settings.image_problem:
        return f"{name}: its image is not known: {item.settings.image_problem}; {cure}"
    if item.service.build is not None:
        return f"{name} is built from another Dockerfile: {cure}"
    return f"{name} has no image: {cure}"


def say_networks(
    project: RunProject,
    services: Iterable[ComposeService],
    stand_ins: StandIns,
    notes: PlanNotes,
) -> None:
    """What other projects share with this one cannot be reached."""
    networks = project.top(NETWORKS, stand_ins.filled)
    used = {name for item in services for name in item.settings.networks}
    for name in sorted(used):
        entry = networks.get(name)
        if entry is not None and entry.is_external:
            notes.say_left(
                f"network {name} is external: what is only reachable there is missing: "
                "add it with --service IMAGE,NAME"
            )
    for item in services:
        if item.settings.network_mode == "host":
            notes.say_left(
                f"{item.name} uses the host's network: here it reaches its services by "
                "their names, not at localhost"
            )


def said_of_stand_ins(
    stand_ins: StandIns, read_instead: Mapping[str, str]
) -> tuple[str, ...]:
    """What stands in for what, in sentences."""
    said: list[str] = []
    for path, example in sorted(read_instead.items()):
        if example:
            said.append(f"{path} is not read: {example} is in its place")
        else:
            said.append(
                f"{path} is not read: it may hold credentials, and is not in git"
            )
    if stand_ins.made:
        made = first_few(sorted(stand_ins.made), _MOST_NAMED)
        said.append(f"stand-ins for {made}")
    if stand_ins.empty:
        empty = first_few(sorted(stand_ins.empty), _MOST_NAMED)
        said.append(f"empty, as nothing sets them: {empty}")
    return tuple(said)


def said_of_override(
    project: RunProject, services: Iterable[ComposeService]
) -> Iterator[str]:
    """An override that compose reads unasked says how a developer starts what is built here."""
    for item in services:
        keys = project.left_out.get(item.name)
        if keys:
            named = " --services ".join(project.files)
            yield (
                f"{item.name}: {', '.join(keys)} of {project.files[-1]} left out, "
                f"so that the image is run as it is: --services {named} takes all of it"
            )
