"""Rows for a spreadsheet (RFC 4180): layers, or the list that is wanted: files, waste, packages.

Paths start with a slash. What a terminal would obey is escaped, and a text that a spreadsheet would
take for a formula starts with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lightship.image.scan import Entry
from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison, PackageChange, PathChange
from lightship.inspection.inspection import Inspection
from lightship.outcome import Outcome
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import sentence
from lightship.report.image.json_image import KINDS, change_words, end_of
from lightship.report.image.layer_figures import layer_figures
from lightship.wording.printable import escaped

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LAYER = "layer,size,compressed,content,waste,added,changed,removed,base,line,instruction,diff_id"
_WASTE = "path,size,layer,by,reason,line,by_line"
_FILES = "path,kind,size,mode,uid,gid,mtime,link,layer,change,gone,by,package"
_PACKAGES = "manager,name,version,size,files,layer,wasted"
_ADVICE = "id,group,severity,saves,in_base,line,rule,message"
_PLACES = "id,finding,path,size,layer,seen,note"
_GATE = "limit,value,figure,passed"
_Row = Sequence[Any]
_COMPARED = "list,name,difference,before,after,old_size,new_size,differs"


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """One table; several lists one after the other, with an empty line between."""
    for number, name in enumerate(_wanted(view)):
        yield "\r\n" if number else ""
        head, rows = _TABLES[name]
        yield from _table(head, rows(inspection))
    if inspection.outcomes:
        yield "\r\n"
        yield from _table(_GATE, map(_limit, inspection.outcomes))


def _wanted(view: ImageView) -> list[str]:
    """The tables: the lists that are wanted, or the layers; a tree is all files here."""
    wanted = [name for name in _TABLES if name in view.lists]
    if view.all_places:
        wanted.append("places")
    if view.files or "tree" in view.lists:
        wanted.append("files")
    return wanted or ["layers"]


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """Figures, settings, packages and files in one table, whose first column says which it is."""
    yield from _table(_COMPARED, _compared(comparison))
    if comparison.outcomes:
        yield "\r\n"
        yield from _table(_GATE, map(_limit, comparison.outcomes))


def _table(head: str, rows: Iterable[_Row]) -> Iterator[str]:
    yield f"{head}\r\n"
    for row in rows:
        out = io.StringIO()
        csv.writer(out).writerow([_cell(value) for value in row])
        yield out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = escaped(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value


def _path(path: bytes) -> str:
    return image_phrases.path(path)


def _layers(inspection: Inspection) -> Iterator[_Row]:
    for figures in layer_figures(inspection):
        layer = inspection.contents.image.layers[figures.layer]
        blame = inspection.blame[figures.layer]
        yield (
            figures.layer,
            figures.size,
            figures.stored,
            figures.content,
            figures.waste,
            figures.added,
            figures.changed,
            figures.removed,
            blame.is_base,
            phrases.line(blame),
            phrases.instruction(blame),
            str(layer.diff_id or ""),
        )


def _waste(inspection: Inspection) -> Iterator[_Row]:
    lines = [phrases.line(blame) for blame in inspection.blame]
    for item in inspection.contents.waste:
        yield (
            _path(item.path),
            item.size,
            item.layer,
            item.by,
            str(item.reason),
            lines[item.layer],
            lines[item.by],
        )


def _files(inspection: Inspection) -> Iterator[_Row]:
    for layer, scan in enumerate(inspection.contents.stack.scans):
        for entry in scan.entries(layer) if scan else ():
            yield _file(inspection, entry)


def _file(inspection: Inspection, entry: Entry) -> _Row:
    reason, layer = end_of(inspection, entry) or ("", "")
    return (
        _path(entry.path),
        KINDS[entry.kind],
        entry.size,
        f"{entry.mode:04o}",
        entry.uid,
        entry.gid,
        entry.mtime,
        escaped(entry.link),
        entry.layer,
        " ".join(change_words(inspection, entry)),
        reason,
        layer,
        _owner(inspection, entry),
    )


def _owner(inspection: Inspection, entry: Entry) -> str:
    """The name of the package that a file belongs to."""
    owner = inspection.package(entry.layer, entry.index)
    return "" if owner is None else inspection.owners.packages[owner].name


def _packages(inspection: Inspection) -> Iterator[_Row]:
    for package in inspection.owners.packages:
        yield (
            package.manager,
            package.name,
            package.version,
            package.size,
            package.files,
            package.layer,
            package.wasted,
        )


def _duplicates(inspection: Inspection) -> Iterator[_Row]:
    for group, duplicate in enumerate(inspection.duplicates):
        for path in duplicate.paths:
            yield group, duplicate.size, _path(path)


def _advice(inspection: Inspection) -> Iterator[_Row]:
    for finding in inspection.findings:
        line = phrases.line(finding.blame) if finding.blame else ""
        yield (
            finding.id,
            str(finding.group),
            finding.severity.label,
            finding.saves,
            finding.in_base,
            line,
            finding.rule,
            sentence(finding),
        )


def _places(inspection: Inspection) -> Iterator[_Row]:
    """Every file of each finding; `finding` counts the rows of the advice from 0."""
    for number, finding in enumerate(inspection.findings):
        for place in finding.places:
            yield (
                finding.id,
                number,
                _path(place.path),
                place.size,
                place.layer,
                place.seen,
                place.note,
            )


def _limit(outcome: Outcome) -> _Row:
    return outcome.name, outcome.limit, outcome.figure, outcome.passed


def _compared(comparison: Comparison) -> Iterator[_Row]:
    same = str(comparison.same).lower()
    yield "same", comparison.first_reason, "", "", "", "", "", same
    for figure in comparison.figures:
        yield "figure", figure.name, "", figure.before, figure.after, "", "", ""
    for setting in comparison.config:
        yield (
            "config",
            setting.name,
            str(setting.difference),
            setting.before,
            setting.after,
            "",
            "",
            "",
        )
    yield from map(_package_change, comparison.packages)
    yield from map(_path_change, comparison.files)


def _package_change(package: PackageChange) -> _Row:
    return (
        "package",
        f"{package.manager} {package.name}",
        str(package.difference),
        " ".join(package.before),
        " ".join(package.after),
        package.old_size,
        package.new_size,
        "",
    )


def _path_change(file: PathChange) -> _Row:
    words = ""
    if file.before and file.after:
        words = " ".join(file.differs.words)
    return (
        "file",
        _path(file.path),
        str(file.difference),
        "",
        "",
        file.old_size,
        file.new_size,
        words,
    )


# The tables in the order in which they are printed
_TABLES: dict[str, tuple[str, Callable[[Inspection], Iterator[_Row]]]] = {
    "layers": (_LAYER, _layers),
    "packages": (_PACKAGES, _packages),
    "waste": (_WASTE, _waste),
    "duplicates": ("group,size,path", _duplicates),
    "advice": (_ADVICE, _advice),
    "places": (_PLACES, _places),
    "files": (_FILES, _files),
}
