"""Builds on one screen: by Dockerfile, then which image comes from which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Purpose,
    Written,
)
from lightship.builds.graph import ImageNode
from lightship.report.builds.formats import ShownBuilds
from lightship.report.kit.paint import BOLD, DIM, GREEN, YELLOW, paint
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_LABELS = 2  # of a build on the screen
_PLACES = 3  # of equal builds on the screen


def write(item: ShownBuilds, view: View) -> Iterator[str]:
    """The screen."""
    builds = item.discovery.builds
    if not builds and not item.discovery.unresolved:
        yield "no Dockerfile and no build found\n"
        return
    for part in (_builds, _graph, _unresolved):
        rows = list(part(item, view))
        if rows:
            yield "\n".join(rows) + "\n\n"
    yield f"{_summary(builds)}\n"


def _summary(builds: Sequence[BuildDefinition]) -> str:
    places = {(build.dockerfile, build.inline) for build in builds}
    text = f"{count(len(builds), 'build')} of {count(len(places), 'Dockerfile')}"
    guesses = sum(build.kind is BuildSourceKind.GUESS for build in builds)
    if guesses:
        text += f"; {guesses:,} guessed: [[build]] in lightship.toml can say it"
    return text


def _builds(item: ShownBuilds, view: View) -> Iterator[str]:
    before = ""
    for build in item.discovery.builds:
        title = escaped(item.shown(build.dockerfile))
        if build.inline is not None:
            title += f":{build.inline.line}"
        if title != before:
            yield paint(title, BOLD, view)
        before = title
        yield _head(item, build, view)
        yield f"      {paint(_origin(item, build), DIM, view)}"


def _head(item: ShownBuilds, build: BuildDefinition, view: View) -> str:
    """What is built, in one row."""
    colour = YELLOW if build.kind is BuildSourceKind.GUESS else GREEN
    parts = [f"context {escaped(item.shown(build.context))}"]
    if build.target is not None:
        parts.append(f"target {escaped(build.target)}")
    parts += [f"{escaped(name)}={_value(value)}" for name, value in build.args.items()]
    parts += _labels(build)
    if build.platforms:
        parts.append(escaped(", ".join(build.platforms)))
    for name, value in build.contexts.items():
        parts.append(f"{escaped(name)} from {_value(value)}")
    if build.purpose is not Purpose.UNKNOWN:
        parts.append(build.purpose.value)
    kind = paint(f"{build.kind.value:<12}", colour, view)
    return f"  {kind}  {' · '.join(parts)}"


def _labels(build: BuildDefinition) -> Iterator[str]:
    """The first labels, and how many more there are."""
    for key, label in islice(build.labels.items(), _LABELS):
        yield f"label {escaped(key, 60)}={_value(label.value)}"
    more = len(build.labels) - _LABELS
    if more > 0:
        yield count(more, "more label")


def _value(value: str | None) -> str:
    return "?" if value is None else escaped(value, 60)


def _origin(item: ShownBuilds, build: BuildDefinition) -> str:
    """What says so, and where."""
    places = [_place(item, source) for source in build.sources[:_PLACES]]
    more = len(build.sources) - _PLACES
    text = f"{escaped(build.why)}: {', '.join(places)}"
    return f"{text} and {more} more" if more > 0 else text


def _place(item: ShownBuilds, written: Written) -> str:
    return f"{escaped(item.shown(written.path))}:{written.line}"


def _graph(item: ShownBuilds, view: View) -> Iterator[str]:
    if not item.graph:
        return
    yield paint("IMAGES", BOLD, view)
    for root in item.graph:
        yield f"  {escaped(root.name)}"
        yield from _branches(item, root, "  ", view)


def _branches(
    item: ShownBuilds,
    node: ImageNode,
    indent: str,
    view: View,
) -> Iterator[str]:
    """What comes from an image, with lines that lead there."""
    for child in node.children:
        is_last = child is node.children[-1]
        corner = "└─ " if is_last else "├─ "
        yield f"{indent}{corner}{_stage(item, child, view)}"
        deeper = "   " if is_last else "│  "
        yield from _branches(item, child, indent + deeper, view)


def _stage(item: ShownBuilds, node: ImageNode, view: View) -> str:
    place = f"{escaped(item.shown(node.path))}:{node.line}"
    text = place
    if node.name:
        text = f"{escaped(node.name)}  {paint(place, DIM, view)}"
    if node.copies:
        text += f"  copies from {escaped(', '.join(node.copies))}"
    names = list(dict.fromkeys(_result(build) for build in node.builds))
    if names:
        text += f"  {paint('=> ' + ', '.join(names), GREEN, view)}"
    return text


def _result(build: BuildDefinition) -> str:
    """What the image that a build makes is called."""
    if build.names:
        return escaped(build.names[0])
    is_guess = build.kind is BuildSourceKind.GUESS
    return "guessed" if is_guess else build.kind.value


def _unresolved(item: ShownBuilds, view: View) -> Iterator[str]:
    places = item.discovery.unresolved
    if not places:
        return
    yield paint("NOT RESOLVED", BOLD, view)
    for place in places:
        where = paint(_place(item, place.source), BOLD, view)
        yield f"  {where}  {escaped(place.why)}"
