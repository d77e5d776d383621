"""Two images side by side as text: figures, layers, config, packages, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lightship.inspection.comparison import (
    ComparedFigure,
    Comparison,
    ConfigChange,
    PackageChange,
    PathChange,
    SideDifference,
)
from lightship.inspection.inspection import Inspection
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
_COLOURS = {
    SideDifference.ADDED: GREEN,
    SideDifference.REMOVED: "31",
    SideDifference.CHANGED: YELLOW,
}


def write(comparison: Comparison, view: ImageView) -> Iterator[str]:
    """The screen; with lists in the view, of COMPARED_LISTS, all rows of those."""
    for part in (_head, _figures, _flaws, _config, _packages, _files):
        if rows := list(part(comparison, view)):
            yield "\n".join(rows) + "\n\n"


def _head(comparison: Comparison, view: ImageView) -> Iterator[str]:
    yield _side("before", comparison.before, view)
    yield _side("after", comparison.after, view)
    colour = GREEN if comparison.same else YELLOW
    yield f"{'':>8}{paint(verdict(comparison), colour, view)}"


def _side(word: str, inspection: Inspection, view: ImageView) -> str:
    image = inspection.contents.image
    name = paint(image_phrases.name(image, view.width // 2), BOLD, view)
    digest = paint(f"{image.digest.algorithm}:{image.digest.short}", DIM, view)
    return f"{word:<7} {name}  {escaped(str(image.platform))}  {digest}"


def verdict(comparison: Comparison) -> str:
    """Whether the two are the same, and if not the first reason."""
    if not comparison.same:
        return f"not the same: {comparison.first_reason}"
    return "the same, except for times" if comparison.semantic else "the same"


def _figures(comparison: Comparison, view: ImageView) -> Iterator[str]:
    yield paint(f"{'':<12}{'before':>10}  {'after':>10}  {'change':>12}", BOLD, view)
    for figure in comparison.figures:
        yield _figure(figure, view)

    shared = len(comparison.shared)
    layers = count(len(comparison.before.contents.image.layers), "layer")
    text = f"{shared} of {layers} shared" if shared else "no layer shared"
    yield paint(text, DIM, view)


def _figure(figure: ComparedFigure, view: ImageView) -> str:
    before = value(figure, figure.before)
    after = value(figure, figure.after)
    change = paint(f"{grows(figure):>12}", _figure_colour(figure), view)
    return f"{figure.name:<12}{before:>10}  {after:>10}  {change}".rstrip()


def _figure_colour(figure: ComparedFigure) -> str:
    """Less bytes are good, more are bad; more efficiency is good."""
    change = figure.grows or 0
    if figure.name == "efficiency":
        return GREEN if change > 0 else DIM
    if figure.name not in _BYTES or not change:
        return DIM
    return RED if change > 0 else GREEN


def value(figure: ComparedFigure, number: float | None) -> str:
    """A figure of one image, in its unit."""
    if number is None:
        return "unknown"
    if figure.name == "efficiency":
        return percent(number)
    return size(number) if figure.name in _BYTES else f"{number:,.0f}"


def grows(figure: ComparedFigure) -> str:
    """How a figure changed; nothing where it did not."""
    change = figure.grows
    if change is None:
        return "unknown"
    if not change:
        return ""
    if figure.name == "efficiency":
        return f"{change * 100:+.1f} points"
    return size_change(change) if figure.name in _BYTES else f"{change:+,.0f}"


def _flaws(_comparison: Comparison, view: ImageView) -> Iterator[str]:
    if view.flaw_change is None:
        return
    # With a copy of OSV alone
    from lightship.report.kit.flaw_text import flaw_change_rows  # noqa: PLC0415

    yield from flaw_change_rows(view.flaw_change, view)


def _config(comparison: Comparison, view: ImageView) -> Iterator[str]:
    settings = comparison.config
    if not settings:
        return
    yield paint(f"CONFIG  {count(len(settings), 'setting')}", BOLD, view)
    shown = settings if "settings" in view.lists else settings[:_MOST]
    for setting in shown:
        yield from _setting(setting, view)
    yield from _more(len(settings) - len(shown), "settings", view)


def _setting(setting: ConfigChange, view: ImageView) -> Iterator[str]:
    """A row; the new value on a second one where there is no room for both."""
    head = f"  {_sign(setting.difference, view)} {escaped(setting.name, 24):<24}"
    room = max(view.width - 30, 20)
    texts = [text for text in (setting.before, setting.after) if text is not None]
    values = [shortened(escaped(text), room) for text in texts]
    joined = " -> ".join(values)
    if len(values) > 1 and len(joined) > room:
        yield f"{head}  {values[0]}"
        yield f"{'':<25}-> {values[1]}"
    else:
        yield f"{head}  {joined}".rstrip()


def _packages(comparison: Comparison, view: ImageView) -> Iterator[str]:
    if not comparison.packages:
        return
    yield paint(f"PACKAGES  {counts(comparison.packages)}", BOLD, view)
    packages = sorted_packages(comparison)
    shown = packages if "packages" in view.lists else packages[:_MOST]
    for package in shown:
        sign = _sign(package.difference, view)
        head = f"  {sign} {size_change(package.grows):>9}"
        name = f"{package.manager:<7} {escaped(package.name)}"
        yield f"{head}  {name} {versions(package)}"
    yield from _more(len(packages) - len(shown), "packages", view)


def sorted_packages(comparison: Comparison) -> list[PackageChange]:
    """Packages that differ, those first whose size changed most."""
    return sorted(comparison.packages, key=_package_order)


def _package_order(package: PackageChange) -> tuple[int, str, str]:
    return -abs(package.grows), package.manager, package.name


def versions(package: PackageChange) -> str:
    """The versions before and after."""
    sides = filter(None, (package.before, package.after))
    texts = [escaped(", ".join(side)) for side in sides]
    return " -> ".join(texts)


def counts(changes: Sequence[PathChange] | Sequence[PackageChange]) -> str:
    """How many were added, removed and changed."""
    numbers = Counter(change.difference for change in changes)
    kinds_of_change = [kind for kind in SideDifference if numbers[kind]]
    return ", ".join(f"{numbers[kind]:,} {kind}" for kind in kinds_of_change)


def _files(comparison: Comparison, view: ImageView) -> Iterator[str]:
    if not comparison.files:
        return
    numbers = f"{counts(comparison.files)}{kinds(comparison.files)}"
    yield paint(f"FILES  {numbers}", BOLD, view)

    files = sorted_files(comparison)
    shown = files if "files" in view.lists else files[:_MOST]
    for file in shown:
        yield _file(file, view)
    yield from _more(len(files) - len(shown), "files", view)

    if comparison.uncompared:
        number = count(comparison.uncompared, "file")
        text = f"  {number} with contents that could not be compared"
        yield paint(text, DIM, view)


def sorted_files(comparison: Comparison) -> list[PathChange]:
    """Files that differ: those of which more than metadata differs first, then by size."""
    return sorted(comparison.files, key=_file_order)


def _file_order(file: PathChange) -> tuple[bool, int, bytes]:
    return file.is_metadata_only, -abs(file.grows), file.path


def _file(file: PathChange, view: ImageView) -> str:
    sign = _sign(file.difference, view)
    head = f"  {sign} {size_change(file.grows):>9}"
    row = f"{head}  {image_phrases.path(file.path)}"
    what = what_differs(file)
    if not what:
        return row
    return f"{row}  {paint(what, DIM, view)}"


def kinds(files: Sequence[PathChange]) -> str:
    """Of how many changed files only the metadata or only the time differs."""
    metadata = [file for file in files if file.is_metadata_only]
    times = sum(file.is_time_only for file in metadata)
    others = len(metadata) - times
    parts = []
    if others:
        parts.append(f"{others:,} only in mode, owner or attributes")
    if times:
        parts.append(f"{times:,} only in time")
    return f" ({', '.join(parts)})" if parts else ""


def what_differs(file: PathChange) -> str:
    """What differs in a file that both images have."""
    if file.difference is not SideDifference.CHANGED:
        return ""
    details = _details(file)
    words = [details.get(word, str(word)) for word in file.differs.words]
    if not file.compared:
        words.append("content not compared")
    return ", ".join(words)


def _details(file: PathChange) -> dict[str, str]:
    """What replaces a word: `mode 0644 -> 0755`."""
    old = file.before
    new = file.after
    if old is None or new is None:
        return {}
    details = {}
    if old.mode != new.mode:
        details["mode"] = f"mode {old.mode:04o} -> {new.mode:04o}"
    if (old.uid, old.gid) != (new.uid, new.gid):
        details["owner"] = f"owner {old.uid}:{old.gid} -> {new.uid}:{new.gid}"
    return details


def _sign(difference: SideDifference, view: ImageView) -> str:
    return paint(SIGNS[difference], _COLOURS[difference], view)


def _more(rest: int, name: str, view: ImageView) -> Iterator[str]:
    if rest > 0:
        yield f"    {paint(f'{rest:,} more; --{name} lists all', DIM, view)}"
