"""Which services of a compose file an application needs, and in which order they start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.builds.compose.run_settings import (
    ENDED,
    STARTED,
    RunSettings,
    ServiceNeed,
)
from lightship.builds.compose.service import Service
from lightship.proof.services.known_images import is_tool, known_image
from lightship.record import record
from lightship.regex import regex

_MOST = 30  # services beside one application
_MIGRATES = regex(
    r"(?i)\b(?:migrate|migrations?|alembic\s+upgrade|upgrade\s+head|db\s+upgrade"
    r"|db:migrate|flask\s+db\s+upgrade|aerich\s+upgrade|init[-_]?db|createbuckets?)\b"
)
# What else ends by itself, as the last command of a migration
_ENDS = regex(
    r"(?i)\b(?:collectstatic|loaddata|seed|createsuperuser|compilemessages|exit)\b"
)
_COMMANDS = regex(r"&&|;|\|\||\n")
_COMMAND_PORT = regex(r"(?:(?:\d|\]|\*|\s):|--(?:http-)?port[ =])(\d{2,5})(?![\d:./])")
_WORKER = regex(
    r"(?i)\bcelery\b|\b(?:rq|dramatiq|arq|huey|faust|taskiq)\b|\bworkers?\b|\bbeat\b"
    r"|\bscheduler\b"
)


@record
class ComposeService:
    """A service as compose has it; `is_own` where it is of the image that is proven."""

    service: Service
    settings: RunSettings
    is_own: bool = False

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def words(self) -> str:
        """What it starts, as one text."""
        entrypoint = self.settings.entrypoint or ()
        command = self.settings.command or ()
        return " ".join((*entrypoint, *command))

    @property
    def is_migration(self) -> bool:
        """Whether its command is to end: one that migrates, and then serves nothing."""
        words = self.words or self.name
        if not _MIGRATES.search(words):
            return False
        last = _COMMANDS.split(words.strip())[-1]
        return bool(_MIGRATES.search(last) or _ENDS.search(last))

    @property
    def needs(self) -> tuple[ServiceNeed, ...]:
        """What it depends on, and what it has links to."""
        links = set(self.settings.links.values()) - set(self.settings.depends)
        linked = tuple(ServiceNeed(name) for name in sorted(links))
        return (*self.settings.depends.values(), *linked)


@record
class TakenServices:
    """The services beside an application, in the order in which they start.

    `jobs` are the names of those that end. `waits` are, by name, what is awaited before a start.
    `left` says what was left out, and why.
    """

    services: tuple[ComposeService, ...]
    jobs: frozenset[str]
    waits: Mapping[str, tuple[str, ...]]
    left: tuple[str, ...]


def taken(
    app: ComposeService, all_services: Mapping[str, ComposeService]
) -> TakenServices:
    """What an application needs of all services: by `depends_on`, links and names of hosts.

    Where it says nothing, all data services are needed. Migrations of its image come along.
    """
    choice = _Choice(app, all_services)
    choice.add_needs(app)
    choice.add_named_hosts()
    choice.add_unnamed()
    choice.add_migrations()
    return choice.ordered()


class _Choice:
    """Collects services, each once."""

    def __init__(
        self, app: ComposeService, all_services: Mapping[str, ComposeService]
    ) -> None:
        self._app = app
        self._all = all_services
        self._found: dict[str, ComposeService] = {}
        self._jobs: set[str] = set()
        self._left: dict[str, None] = {}

    def add_needs(self, of: ComposeService) -> None:
        """All that a service depends on, and so on."""
        for need in of.needs:
            if need.condition == ENDED:
                self._jobs.add(need.name)
            self._add(need, of)

    def _add(self, need: ServiceNeed, of: ComposeService) -> None:
        name = need.name
        found = self._all.get(name)
        if name in self._found or name == self._app.name:
            return
        if found is None:
            if need.is_required:
                self._left[f"{name}, on which {of.name} depends, is in no file"] = None
            return
        if why := _why_not(found, self._app):
            self._left[f"{name}: {why}"] = None
            return
        if len(self._found) >= _MOST:
            self._left[f"{name}: more than {_MOST} services are needed"] = None
            return
        self._found[name] = found
        if found.is_migration and found.is_own:
            self._jobs.add(name)
        self.add_needs(found)

    def add_named_hosts(self) -> None:
        """Data services whose names stand in variables of what was taken."""
        for user in (self._app, *self._found.values()):
            for name in _hosts(user, self._all):
                self._add(ServiceNeed(name, STARTED, is_required=False), user)

    def add_unnamed(self) -> None:
        """All data services, where the application names none: compose starts them too."""
        if self._found or self._left:
            return
        for name, service in self._all.items():
            image = service.settings.image
            is_data = image is not None and known_image(image) is not None
            if is_data and not service.is_own and not _why_not(service, self._app):
                self._add(ServiceNeed(name), self._app)

    def add_migrations(self) -> None:
        """Services of the same image that migrate, and need nothing but what was taken."""
        for name, service in self._all.items():
            is_new = name not in self._found and name != self._app.name
            if not is_new or not service.is_own or not service.is_migration:
                continue
            if _is_inactive(service, self._app):
                continue
            if all(need.name in self._found for need in service.needs):
                self._found[name] = service
                self._jobs.add(name)

    def ordered(self) -> TakenServices:
        """What is needed first comes first; jobs wait for all data services."""
        waits = {name: self._waits(found) for name, found in self._found.items()}
        waits[self._app.name] = tuple(self._found)
        order: dict[str, ComposeService] = {}
        for name in self._found:
            self._place(name, waits, order, ())
        return TakenServices(
            tuple(order.values()),
            frozenset(self._jobs & self._found.keys()),
            _without_circles(waits, list(order)),
            tuple(self._left),
        )

    def _waits(self, service: ComposeService) -> tuple[str, ...]:
        own = [need.name for need in service.needs if need.name in self._found]
        is_data = not service.is_own and service.name not in self._jobs
        if is_data:
            return tuple(own)
        data = [
            name
            for name, found in self._found.items()
            if not found.is_own and name not in self._jobs and name != service.name
        ]
        return tuple(dict.fromkeys((*own, *data)))

    def _place(
        self,
        name: str,
        waits: Mapping[str, tuple[str, ...]],
        order: dict[str, ComposeService],
        trail: tuple[str, ...],
    ) -> None:
        if name in order or name in trail:
            return
        for other in waits[name]:
            self._place(other, waits, order, (*trail, name))
        order[name] = self._found[name]


def _without_circles(
    waits: Mapping[str, tuple[str, ...]], order: list[str]
) -> dict[str, tuple[str, ...]]:
    """What is awaited, as far as it starts before: services may wait for one another."""
    kept = dict(waits)
    for at, name in enumerate(order):
        before = set(order[:at])
        kept[name] = tuple(other for other in waits[name] if other in before)
    return kept


def port_of_service(app: ComposeService) -> int | None:
    """Where an application listens; 0 for a worker, None where compose does not say."""
    if app.settings.ports:
        return app.settings.ports[0]
    for match in _COMMAND_PORT.finditer(app.words):
        return int(match[1])
    return 0 if _WORKER.search(app.words) else None


def _is_inactive(service: ComposeService, app: ComposeService) -> bool:
    """Whether a profile is needed for it that the application does not have."""
    profiles = service.service.profiles
    return bool(profiles) and not set(profiles) & set(app.service.profiles)


def _why_not(found: ComposeService, app: ComposeService) -> str:
    """Why a service is not taken; empty where it is."""
    settings = found.settings
    if _is_inactive(found, app):
        profiles = ", ".join(found.service.profiles)
        return f"its profile {profiles} is not active"
    if settings.image is not None and is_tool(settings.image):
        return f"{settings.image} only looks at others, and is not needed"
    mode = settings.network_mode
    if mode == "host":
        return "it uses the host's network: give it a network of its own, or --service"
    if mode and mode not in ("bridge", "default"):
        return f"its network_mode is {mode}: add it with --service"
    return ""


def _hosts(
    user: ComposeService, all_services: Mapping[str, ComposeService]
) -> Iterator[str]:
    """The data services that variables of a service name."""
    texts = [value for value in user.settings.environment.values() if value]
    for name, service in all_services.items():
        image = service.settings.image
        if service.is_own or image is None or known_image(image) is None:
            continue
        if any(_names_host(text, name) for text in texts):
            yield name


def _names_host(text: str, name: str) -> bool:
    """Whether a value is a host, or a URL or address with it."""
    if text == name:
        return True
    at = text.find(name)
    while at >= 0:
        before = text[at - 1 : at]
        after = text[at + len(name) : at + len(name) + 1]
        if before in ("@", "/") and after in (":", "/", ""):
            return True
        if not before and after == ":":
            return True
        at = text.find(name, at + 1)
    return False
