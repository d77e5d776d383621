"""Two images side by side as text: figures, layers, config, packages, files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.inspection.comparison import (
    ComparedFigure,
    Comparison,
    PackageChange,
    PathChange,
    SideDifference,
)
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.wording.counts import count
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent
from lightship.wording.sizes import size, size_change

_BYTES = ("size", "compressed", "content", "waste")
_MOST = 8  # rows of a list on the screen
SIGNS = {
    SideDifference.ADDED: "+",
    SideDifference.REMOVED: "-",
    SideDifference.CHANGED: "~",
}
_PAINT = {
    SideDifference.ADDED: GREEN,
    SideDifference.REMOVED: "31",
    SideDifference.CHANGED: YELLOW,
}


def write(comparison: Comparison, view: ImageView) -> Iterator[str]:
    """The screen; with lists in the view, of COMPARED_LISTS, all rows of those."""
    for part in (_head, _figures, _config, _packages, _files):
        if rows := list(part(comparison, view)):
            yield "\n".join(rows) + "\n\n"


def _head(comparison: Comparison, view: ImageView) -> Iterator[str]:
    for side, inspection in (
        ("before", comparison.before),
        ("after", comparison.after),
    ):
        image = inspection.contents.image
        digest = paint(f"{image.digest.algorithm}:{image.digest.short}", DIM, view)
        name = paint(image_phrases.name(image, view.width // 2), BOLD, view)
        yield f"{side:<7} {name}  {escaped(str(image.platform))}  {digest}"
    yield "        " + paint(
        verdict(comparison), GREEN if comparison.same else YELLOW, view
    )


def verdict(comparison: Comparison) -> str:
    """Whether the two are the same, and if not the first reason."""
    but = ", but for times" if comparison.semantic else ""
    return (
        f"the same{but}"
        if comparison.same
        else f"not the same: {comparison.first_reason}"
    )


def _figures(comparison: Comparison, view: ImageView) -> Iterator[str]:
    yield paint(f"{'':<12}{'before':>10}  {'after':>10}  {'change':>12}", BOLD, view)
    for figure in comparison.figures:
        change = grows(figure)
        better = figure.name == "efficiency" and (figure.grows or 0) > 0
        worse = figure.name in _BYTES and (figure.grows or 0) > 0
        code = (
            GREEN
            if better or (figure.name in _BYTES and (figure.grows or 0) < 0)
            else RED
            if worse
            else DIM
        )
        sides = f"{figure.name:<12}{value(figure, figure.before):>10}  {value(figure, figure.after):>10}"
        yield f"{sides}  {paint(f'{change:>12}', code, view)}".rstrip()
    shared = len(comparison.shared)
    layers = comparison.before.contents.image.layers
    counts = count(len(layers), "layer")
    yield paint(
        f"{shared} of {counts} shared" if shared else "no layer shared", DIM, view
    )


def value(figure: ComparedFigure, of: float | None) -> str:
    """A figure of one image, in its unit."""
    if of is None:
        return "unknown"
    if figure.name == "efficiency":
        return percent(of)
    return size(of) if figure.name in _BYTES else f"{of:,.0f}"


def grows(figure: ComparedFigure) -> str:
    """How a figure changed; nothing where it did not."""
    change = figure.grows
    if not change:
        return "" if change is not None else "unknown"
    if figure.name == "efficiency":
        return f"{change * 100:+.1f} points"
    if figure.name not in _BYTES:
        return f"{change:+,.0f}"
    return f"{size_change(change)}"


def _config(comparison: Comparison, view: ImageView) -> Iterator[str]:
    if not comparison.config:
        return
    yield paint(f"CONFIG  {count(len(comparison.config), 'setting')}", BOLD, view)
    shown_rows = (
        comparison.config if "settings" in view.lists else comparison.config[:_MOST]
    )
    room = max(view.width - 30, 20)
    for each in shown_rows:
        old, new = (
            None if text is None else shortened(escaped(text), room)
            for text in (each.before, each.after)
        )
        head = f"  {paint(SIGNS[each.difference], _PAINT[each.difference], view)} {escaped(each.name, 24):<24}"
        if old is not None and new is not None and len(old) + len(new) + 4 > room:
            yield f"{head}  {old}"
            yield f"{'':<25}-> {new}"
        else:
            yield f"{head}  {' -> '.join(text for text in (old, new) if text is not None)}".rstrip()
    yield from _more(len(comparison.config) - len(shown_rows), "settings", view)


def _packages(comparison: Comparison, view: ImageView) -> Iterator[str]:
    if not comparison.packages:
        return
    yield paint(f"PACKAGES  {counts(comparison.packages)}", BOLD, view)
    packages = sorted(
        comparison.packages,
        key=lambda each: (-abs(each.grows), each.manager, each.name),
    )
    shown_rows = packages if "packages" in view.lists else packages[:_MOST]
    for each in shown_rows:
        sign = paint(SIGNS[each.difference], _PAINT[each.difference], view)
        yield f"  {sign} {size_change(each.grows):>9}  {each.manager:<7} {escaped(each.name)} {versions(each)}"
    yield from _more(len(packages) - len(shown_rows), "packages", view)


def versions(change: PackageChange) -> str:
    """The versions before and after."""
    sides = [escaped(", ".join(side)) for side in (change.before, change.after) if side]
    return " -> ".join(sides)


def counts(changes: Sequence[PathChange] | Sequence[PackageChange]) -> str:
    """How many were added, removed and changed."""
    found = [each.difference for each in changes]
    return ", ".join(
        f"{found.count(each):,} {each}" for each in SideDifference if each in found
    )


def _files(comparison: Comparison, view: ImageView) -> Iterator[str]:
    files = comparison.files
    if not files:
        return
    yield paint(f"FILES  {counts(files)}{kinds(files)}", BOLD, view)
    rows = sorted(
        files, key=lambda each: (each.is_metadata_only, -abs(each.grows), each.path)
    )
    shown_rows = rows if "files" in view.lists else rows[:_MOST]
    for each in shown_rows:
        sign = paint(SIGNS[each.difference], _PAINT[each.difference], view)
        what = what_differs(each)
        yield (
            f"  {sign} {size_change(each.grows):>9}  {image_phrases.path(each.path)}"
            + (f"  {paint(what, DIM, view)}" if what else "")
        )
    yield from _more(len(rows) - len(shown_rows), "files", view)
    if comparison.uncompared:
        yield paint(
            f"  {count(comparison.uncompared, 'file')} with contents that could not be compared",
            DIM,
            view,
        )


def kinds(files: Sequence[PathChange]) -> str:
    """Of how many changed files only the metadata or only the time differs."""
    changed = [each for each in files if each.is_metadata_only]
    times = sum(each.is_time_only for each in changed)
    parts = [
        (len(changed) - times, "only in mode, owner or attributes"),
        (times, "only in time"),
    ]
    found = ", ".join(f"{many:,} {text}" for many, text in parts if many)
    return f" ({found})" if found else ""


def what_differs(each: PathChange) -> str:
    """What differs in a file that both images have."""
    if each.difference is not SideDifference.CHANGED:
        return ""
    found = [str(word) for word in each.differs.words]
    if each.before is not None and each.after is not None:
        old, new = each.before, each.after
        if old.mode != new.mode:
            found = [
                f"mode {old.mode:04o} -> {new.mode:04o}" if word == "mode" else word
                for word in found
            ]
        if (old.uid, old.gid) != (new.uid, new.gid):
            owners = f"owner {old.uid}:{old.gid} -> {new.uid}:{new.gid}"
            found = [owners if word == "owner" else word for word in found]
    return ", ".join(found if each.compared else [*found, "content not compared"])


def _more(rest: int, name: str, view: ImageView) -> Iterator[str]:
    if rest > 0:
        yield f"    {paint(f'{rest:,} more; --{name} lists all', DIM, view)}"
