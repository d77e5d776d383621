"""Rows for a spreadsheet (RFC 4180): layers, or the list that is wanted: files, waste, packages.

Paths start with a slash. What a terminal would obey is escaped, and a text that a spreadsheet would take for a formula
starts with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lightship.image.stack import NEVER, EndReason
from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import by_weight, sentence
from lightship.report.image.json_image import KINDS, change_words
from lightship.report.image.layer_figures import layer_figures
from lightship.wording.printable import escaped

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LAYER = "layer,size,compressed,content,waste,added,changed,removed,base,line,instruction,diff_id"
_WASTE = "path,size,layer,by,reason,line,by_line"
_FILES = "path,kind,size,mode,uid,gid,mtime,link,layer,change,gone,by,package"
_PACKAGES = "manager,name,version,size,files,layer,wasted"
_ADVICE = "id,group,severity,saves,line,rule,message"
_GATE = "limit,value,figure,passed"
_COMPARED = "list,name,difference,before,after,old_size,new_size,differs"


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """One table; where several lists are wanted, one after the other with an empty line between."""
    wanted: list[str] = [
        name
        for name in ("layers", "packages", "waste", "duplicates", "advice")
        if name in view.lists
    ]
    wanted += ["files"] if view.files or "tree" in view.lists else []
    for at, name in enumerate(wanted or ["layers"]):
        yield "\r\n" if at else ""
        yield from _table(*_TABLES[name](inspection))
    if inspection.outcomes:
        yield "\r\n"
        yield from _table(_GATE, _gate(inspection))


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """Figures, settings, packages and files in one table; the first column says which of them a row is."""
    yield from _table(_COMPARED, _compared(comparison))
    if comparison.outcomes:
        yield "\r\n"
        yield from _table(_GATE, _gate(comparison))


def _table(head: str, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
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


def _layers(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    return _LAYER, (_layer(inspection, at) for at in range(len(inspection.blame)))


def _layer(inspection: Inspection, at: int) -> Sequence[Any]:
    each, blame = layer_figures(inspection)[at], inspection.blame[at]
    numbers = (
        each.size,
        each.stored,
        each.content,
        each.waste,
        each.added,
        each.changed,
        each.removed,
    )
    diff_id = inspection.contents.image.layers[at].diff_id
    return (
        at,
        *numbers,
        blame.is_base,
        phrases.line(blame),
        phrases.instruction(blame),
        str(diff_id or ""),
    )


def _waste(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    lines = [phrases.line(blame) for blame in inspection.blame]
    return _WASTE, (
        (
            _path(each.path),
            each.size,
            each.layer,
            each.by,
            str(each.reason),
            lines[each.layer],
            lines[each.by],
        )
        for each in inspection.contents.waste
    )


def _files(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    return _FILES, _all_files(inspection)


def _all_files(inspection: Inspection) -> Iterator[Sequence[Any]]:
    stack, owners = inspection.contents.stack, inspection.owners
    for layer, scan in enumerate(stack.scans):
        for entry in scan.entries(layer) if scan else ():
            at = entry.index
            end, owner = stack.gone[layer][at], inspection.package(layer, at)
            link = escaped(entry.link)
            about = (
                _path(entry.path),
                KINDS[entry.kind],
                entry.size,
                f"{entry.mode:04o}",
                entry.uid,
                entry.gid,
            )
            fate = (
                (EndReason(stack.why[layer][at]).name.lower(), end)
                if end != NEVER
                else ("", "")
            )
            package = owners.packages[owner].name if owner is not None else ""
            yield (
                *about,
                entry.mtime,
                link,
                layer,
                " ".join(change_words(inspection, entry)),
                *fate,
                package,
            )


def _packages(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    return _PACKAGES, (
        (
            each.manager,
            each.name,
            each.version,
            each.size,
            each.files,
            each.layer,
            each.wasted,
        )
        for each in inspection.owners.packages
    )


def _duplicates(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    return "group,size,path", (
        (at, each.size, _path(path))
        for at, each in enumerate(inspection.duplicates)
        for path in each.paths
    )


def _advice(inspection: Inspection) -> tuple[str, Iterator[Sequence[Any]]]:
    return _ADVICE, (
        (
            each.id,
            str(each.group),
            each.severity.label,
            each.saves,
            phrases.line(each.blame) if each.blame else "",
            each.rule,
            sentence(each),
        )
        for each in by_weight(inspection.findings)
    )


def _gate(judged: Inspection | Comparison) -> Iterator[Sequence[Any]]:
    return (
        (each.name, each.limit, each.figure, each.passed) for each in judged.outcomes
    )


def _compared(comparison: Comparison) -> Iterator[Sequence[Any]]:
    yield (
        "same",
        comparison.first_reason,
        "",
        "",
        "",
        "",
        "",
        str(comparison.same).lower(),
    )
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
    for each in comparison.packages:
        sides = (" ".join(each.before), " ".join(each.after))
        name = f"{each.manager} {each.name}"
        yield (
            "package",
            name,
            str(each.difference),
            *sides,
            each.old_size,
            each.new_size,
            "",
        )
    for file in comparison.files:
        differs = " ".join(file.differs.words) if file.before and file.after else ""
        yield (
            "file",
            _path(file.path),
            str(file.difference),
            "",
            "",
            file.old_size,
            file.new_size,
            differs,
        )


_TABLES: dict[str, Callable[[Inspection], tuple[str, Iterator[Sequence[Any]]]]] = {
    "layers": _layers,
    "packages": _packages,
    "waste": _waste,
    "duplicates": _duplicates,
    "advice": _advice,
    "files": _files,
}
