"""Which package needs which, as their metadata say it, among those that are there.

Of alternatives it is the first that is there, of versions the one that would be found: by its
architecture, in the same folder of Python packages, in the nearest node_modules. What is not there
is no relation. Sources: deb-control(5), apk-package(5), rpm's docs/manual/dependencies.md, PyPA
"Core metadata specifications", nodejs.org "Loading from node_modules folders".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from lightship.image.databases.package_lists import parent
from lightship.image.databases.python import normal
from lightship.pyproject.markers import may_hold
from lightship.record import record
from lightship.regex import regex
from lightship.sbom.bill import Component

_MOST = 2_000  # that one package may need
_MOST_OF_NAME = 50  # packages of one name, or that provide it
_MOST_PLACES = 100  # where one package of npm lies
_APK_NAME = regex(r"[^<>=~]+")
_PYTHON_NAME = regex(r"\s*([A-Za-z0-9._-]+)")
_FOR_EXTRA = regex(r"\bextra\s*[=!]=")
_MODULES = b"node_modules/"
_DEEPEST = 20


@record(eq=False)
class Gathered:
    """The packages of a manager: their places by name, and by what they provide."""

    components: Sequence[Component]
    named: Mapping[str, Sequence[int]]
    provided: Mapping[str, Sequence[int]]
    by_path: Mapping[bytes, int]


def relations(components: Sequence[Component]) -> tuple[tuple[int, ...], ...]:
    """For each package the places of those that it needs, without itself, in their order."""
    gathered = {manager: _gathered(components, manager) for manager in _READERS}
    found: list[tuple[int, ...]] = []
    for place, component in enumerate(components):
        needed = set(_needed(component, gathered))
        needed.discard(place)
        in_order = sorted(needed)
        found.append(tuple(in_order))
    return tuple(found)


def _needed(component: Component, gathered: Mapping[str, Gathered]) -> Iterator[int]:
    reader = _READERS.get(component.manager)
    if reader is not None and component.facts.needs:
        yield from reader(component, gathered[component.manager])


def _gathered(components: Sequence[Component], manager: str) -> Gathered:
    named: dict[str, list[int]] = {}
    provided: dict[str, list[int]] = {}
    by_path: dict[bytes, int] = {}
    for place, component in enumerate(components):
        if component.manager != manager:
            continue
        _add(named, component.name, place)
        for name in _provided(component):
            _add(provided, name, place)
        if manager == "npm":
            for path in component.paths:
                by_path[parent(path)] = place
    return Gathered(components, named, provided, by_path)


def _add(places: dict[str, list[int]], name: str, place: int) -> None:
    of_name = places.setdefault(name, [])
    if len(of_name) < _MOST_OF_NAME:
        of_name.append(place)


def _provided(component: Component) -> Iterator[str]:
    text = component.facts.provides
    if component.manager == "deb":
        yield from map(_deb_name, _parts(text, ","))
    elif component.manager == "apk":
        yield from _apk_names(text)
    elif component.manager == "rpm":
        yield from _parts(text, "\n")


def _parts(text: str, mark: str | None) -> list[str]:
    return text.split(mark, _MOST)[:_MOST]


def _deb_name(text: str) -> str:
    """`libc6:any (>= 2.34) [amd64]` -> `libc6`."""
    word, _, _ = text.strip().partition(" ")
    name, _, _ = word.partition("(")
    return name.partition(":")[0]


def _of_deb(component: Component, gathered: Gathered) -> Iterator[int]:
    for need in _parts(component.facts.needs, ","):
        for alternative in need.split("|"):
            name = _deb_name(alternative)
            found = gathered.named.get(name) or gathered.provided.get(name)
            if found:
                yield from _of_architecture(component, gathered, found)
                break


def _of_architecture(
    component: Component, gathered: Gathered, places: Sequence[int]
) -> Sequence[int]:
    wanted = (component.facts.architecture, "all", "noarch")
    same: list[int] = []
    for place in places:
        other = gathered.components[place]
        if other.facts.architecture in wanted:
            same.append(place)
    return same or places


def _apk_names(text: str) -> Iterator[str]:
    """Each word without its version; one with `!` must not be there."""
    for word in _parts(text, None):
        if word.startswith("!"):
            continue
        found = _APK_NAME.match(word)
        if found:
            yield found[0]


def _of_apk(component: Component, gathered: Gathered) -> Iterator[int]:
    for name in _apk_names(component.facts.needs):
        yield from gathered.named.get(name) or gathered.provided.get(name, ())


def _of_rpm(component: Component, gathered: Gathered) -> Iterator[int]:
    """Whose capability is required. What only a file or a condition names is not known."""
    for name in _parts(component.facts.needs, "\n"):
        found = gathered.provided.get(name) or gathered.named.get(name)
        if found:
            yield from _of_architecture(component, gathered, found)


def _of_python(component: Component, gathered: Gathered) -> Iterator[int]:
    """What an extra asks for is not known to be needed, nor what another system needs."""
    for requirement in _parts(component.facts.needs, "\n"):
        stated, _, marker = requirement.partition(";")
        found = _PYTHON_NAME.match(stated)
        if found is None or not _is_needed(marker):
            continue
        name = normal(found[1])
        places = gathered.named.get(name, ())
        beside = _beside(component, gathered, places)
        if beside:
            yield from beside
        elif len(places) == 1:
            yield from places


def _is_needed(marker: str) -> bool:
    if _FOR_EXTRA.search(marker):
        return False
    return may_hold(marker.strip())


def _beside(
    component: Component, gathered: Gathered, places: Sequence[int]
) -> list[int]:
    """Those in the same folder of packages."""
    folders = _folders(component)
    beside: list[int] = []
    for place in places:
        others = _folders(gathered.components[place])
        if not folders.isdisjoint(others):
            beside.append(place)
    return beside


def _folders(component: Component) -> frozenset[bytes]:
    return frozenset(parent(parent(path)) for path in component.paths)


def _of_npm(component: Component, gathered: Gathered) -> Iterator[int]:
    needs = _parts(component.facts.needs, None)
    names = [name.encode("utf-8", "replace") for name in needs]
    for path in component.paths[:_MOST_PLACES]:
        folders = tuple(_module_folders(parent(path)))
        for name in names:
            places = (gathered.by_path.get(folder + name) for folder in folders)
            found = next((place for place in places if place is not None), None)
            if found is not None:
                yield found


def _module_folders(folder: bytes) -> Iterator[bytes]:
    """Every node_modules in which Node looks from a folder, the nearest first."""
    yield folder + b"/" + _MODULES
    end = len(folder)
    for _ in range(_DEEPEST):
        at = folder.rfind(_MODULES, 0, end)
        if at < 0:
            return
        yield folder[: at + len(_MODULES)]
        end = at


_READERS: dict[str, Callable[[Component, Gathered], Iterator[int]]] = {
    "apk": _of_apk,
    "deb": _of_deb,
    "npm": _of_npm,
    "python": _of_python,
    "rpm": _of_rpm,
}
