"""An image, or two, as Markdown for a job summary or a comment on a pull request (GitHub's and GitLab's flavour)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection, Outcome
from lightship.report.image import compared_text, image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import by_weight, sentence
from lightship.report.image.layer_rows import layer_rows
from lightship.report.image.waste_groups import waste_groups
from lightship.report.kit.markdown import code, table, table_rows, text
from lightship.wording.counts import count
from lightship.wording.shares import percent
from lightship.wording.sizes import size, size_change

_MOST = 10  # rows of a table, but for layers
_CELL = 120  # characters of an instruction
_NUMBERS = frozenset(("size", "waste", "bytes", "before", "after", "change", "saves"))


def write_inspection(inspection: Inspection, _view: ImageView) -> Iterator[str]:
    """Figures, gate, layers, waste, packages, advice."""
    for part in (_head, _figures, _layers, _waste, _packages, _advice, _notes):
        if rows := list(part(inspection)):
            yield "\n".join(rows) + "\n\n"
        if part is _figures:
            yield from _gate(inspection.outcomes)


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """Whether they are the same, figures, gate, config, packages, files."""
    before, after = (
        code(side.contents.image.name) for side in (comparison.before, comparison.after)
    )
    yield f"## {before} → {after}\n\n"
    yield f"{_verdict(comparison)}\n\n"
    yield from _section(
        "", ("", "before", "after", "change"), _compared_figures(comparison)
    )
    yield from _gate(comparison.outcomes)
    yield from _section("Config", ("", "before", "after"), _compared_config(comparison))
    heading = f"Packages: {compared_text.counts(comparison.packages)}"
    yield from _section(
        heading, ("package", "versions", "bytes"), _compared_packages(comparison)
    )
    heading = f"Files: {compared_text.counts(comparison.files)}{compared_text.kinds(comparison.files)}"
    yield from _section(
        heading, ("", "path", "bytes", "what differs"), _compared_files(comparison)
    )


def _section(
    heading: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    """A table under a heading; nothing where it has no rows."""
    parts = list(table(head, rows, _NUMBERS))
    if parts and heading:
        yield f"### {heading}\n\n"
    yield from parts


def _head(inspection: Inspection) -> Iterator[str]:
    image = inspection.contents.image
    yield f"## {code(image_phrases.name(image))}"
    yield ""
    facts = (
        text(str(image.platform)),
        f"`{image.digest.algorithm}:{image.digest.short}`",
    )
    found = image_phrases.distribution(inspection.distribution)
    yield " · ".join(
        (
            *facts,
            *([text(found)] if found else []),
            f"user {code(image_phrases.user(inspection))}",
        )
    )


def _figures(inspection: Inspection) -> Iterator[str]:
    contents = inspection.contents
    figures = {
        "size": size(contents.size),
        "compressed": image_phrases.compressed(contents).removeprefix("compressed "),
        "content": size(contents.content_bytes),
        "waste": size(contents.wasted_bytes),
        "efficiency": percent(contents.efficiency),
    }
    yield from table_rows(tuple(figures), [figures.values()], numbers=figures)


def _gate(outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not outcomes:
        return
    failed = sum(not each.passed for each in outcomes)
    yield f"### {'❌ Gate failed' if failed else '✅ Gate passed'}\n\n"
    rows = (
        ("✅" if each.passed else "❌", each.name, text(each.limit), text(each.figure))
        for each in outcomes
    )
    yield from table(("", "limit", "value", "figure"), rows)
    for each in outcomes:
        if not each.passed and each.detail:
            yield (
                f"{each.name}:\n\n"
                + "".join(f"- {text(row)}\n" for row in each.detail)
                + "\n"
            )


def _layers(inspection: Inspection) -> Iterator[str]:
    rows = (
        (
            row.name,
            size(row.size),
            size(row.waste) if row.waste else "",
            _short(row.text),
        )
        for row in layer_rows(inspection)
    )
    yield from (
        "### Layers",
        "",
        *table_rows(("layer", "size", "waste", "made by"), rows, _NUMBERS),
    )


def _short(words_: str) -> str:
    return code(words_ if len(words_) <= _CELL else f"{words_[:_CELL]}…")


def _waste(inspection: Inspection) -> Iterator[str]:
    groups = waste_groups(inspection.contents.waste)
    if not groups:
        return
    rows = []
    for each in groups[:_MOST]:
        place = (
            image_phrases.path(each.place).rstrip("/") + "/"
            if each.is_directory
            else image_phrases.path(each.place)
        )
        files = f" ({count(each.files, 'file')})" if each.is_directory else ""
        by = f"{phrases.ENDED[each.reason]} {image_phrases.maker(inspection, each.by)}"
        rows.append(
            (
                size(each.size),
                code(place) + files,
                text(image_phrases.maker(inspection, each.layer)),
                text(by),
            )
        )
    yield from (
        "### Waste",
        "",
        *table_rows(("bytes", "where", "written by", "made waste"), rows, _NUMBERS),
    )
    yield from _rest(len(groups) - _MOST)


def _packages(inspection: Inspection) -> Iterator[str]:
    packages = sorted(
        inspection.owners.packages,
        key=lambda each: (-each.size, each.manager, each.name),
    )
    if not packages:
        return
    rows = (
        (
            size(each.size),
            each.manager,
            code(each.name),
            code(each.version),
            text(image_phrases.maker(inspection, each.layer)),
        )
        for each in packages[:_MOST]
    )
    yield from (
        "### Largest packages",
        "",
        *table_rows(("size", "", "package", "version", "from"), rows, _NUMBERS),
    )
    yield from _rest(len(packages) - _MOST)


def _advice(inspection: Inspection) -> Iterator[str]:
    findings = by_weight(inspection.findings)
    if not findings:
        return
    rows = []
    for each in findings:
        saves = (
            f"{'about ' if each.estimated else ''}{size(each.saves)}"
            if each.saves
            else ""
        )
        line = phrases.line(each.blame) if each.blame else ""
        rows.append(
            (
                each.severity.label,
                code(each.id),
                saves,
                text(line),
                text(sentence(each)),
            )
        )
    yield from (
        "### Advice",
        "",
        *table_rows(("", "finding", "saves", "line", "what to do"), rows, _NUMBERS),
    )


def _notes(inspection: Inspection) -> Iterator[str]:
    yield from (
        f"- {text(note)}" for note in (*inspection.notes, *inspection.owners.notes)
    )


def _rest(rest: int) -> Iterator[str]:
    if rest > 0:
        yield ""
        yield f"and {rest:,} more."


def _verdict(comparison: Comparison) -> str:
    if comparison.same:
        return f"✅ {compared_text.verdict(comparison)}"
    return f"≠ {text(compared_text.verdict(comparison))}"


def _compared_figures(comparison: Comparison) -> Iterator[Sequence[str]]:
    for each in comparison.figures:
        values = [compared_text.value(each, of) for of in (each.before, each.after)]
        yield each.name, *values, compared_text.grows(each)
    layers = [
        len(side.contents.image.layers)
        for side in (comparison.before, comparison.after)
    ]
    yield (
        "layers shared",
        *(f"{len(comparison.shared)} of {many}" for many in layers),
        "",
    )


def _compared_config(comparison: Comparison) -> Iterator[Sequence[str]]:
    for each in comparison.config[:_MOST]:
        yield (
            code(each.name),
            *(
                "" if side is None else _short(side)
                for side in (each.before, each.after)
            ),
        )
    yield from _more(len(comparison.config), 3)


def _compared_packages(comparison: Comparison) -> Iterator[Sequence[str]]:
    packages = sorted(
        comparison.packages,
        key=lambda each: (-abs(each.grows), each.manager, each.name),
    )
    for each in packages[:_MOST]:
        sign = compared_text.SIGNS[each.difference]
        yield (
            f"{sign} {each.manager} {code(each.name)}",
            text(compared_text.versions(each)),
            size_change(each.grows),
        )
    yield from _more(len(packages), 3)


def _compared_files(comparison: Comparison) -> Iterator[Sequence[str]]:
    files = sorted(
        comparison.files,
        key=lambda each: (each.is_metadata_only, -abs(each.grows), each.path),
    )
    for each in files[:_MOST]:
        sign = compared_text.SIGNS[each.difference]
        yield (
            sign,
            code(image_phrases.path(each.path)),
            size_change(each.grows),
            text(compared_text.what_differs(each)),
        )
    yield from _more(len(files), 4)


def _more(count: int, columns: int) -> Iterator[Sequence[str]]:
    if count > _MOST:
        yield (f"{count - _MOST:,} more", *("" for _ in range(columns - 1)))
