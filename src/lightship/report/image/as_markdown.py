"""An image, or two, as Markdown for a job summary or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.image.owners import InstalledPackage
from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import ImageFinding, Inspection
from lightship.inspection.unowned_folders import UnownedFolder, unowned_folders
from lightship.outcome import Outcome
from lightship.report.image import compared_text, image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import largest_packages, sentence
from lightship.report.image.layer_rows import LayerRow, layer_rows
from lightship.report.image.waste_groups import WasteGroup, waste_groups
from lightship.report.kit.markdown import code, table, table_rows, text
from lightship.wording.counts import count
from lightship.wording.shares import percent
from lightship.wording.sizes import size, size_change

_MOST = 10  # rows of a table, but for layers
_CELL = 120  # characters of an instruction
_NUMBERS = frozenset(
    (
        "size",
        "waste",
        "bytes",
        "before",
        "after",
        "change",
        "saves",
        "in the base image",
    )
)


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """Figures, gate, known vulnerabilities, layers, waste, packages, advice."""
    for part in (_head, _figures, _layers, _waste, _packages, _advice, _notes):
        if rows := list(part(inspection)):
            yield "\n".join(rows) + "\n\n"
        if part is _figures:
            yield from _gate(inspection.outcomes)
            yield from _flaws(view)


def _flaws(view: ImageView) -> Iterator[str]:
    if view.flaws is None:
        return
    # With a copy of OSV alone
    from lightship.report.kit.flaw_text import flaws_markdown  # noqa: PLC0415

    yield from flaws_markdown(view.flaws)


def write_comparison(comparison: Comparison, view: ImageView) -> Iterator[str]:
    """Whether they are the same, figures, gate, vulnerabilities, config, packages, files."""
    before = code(comparison.before.contents.image.name)
    after = code(comparison.after.contents.image.name)
    yield f"## {before} → {after}\n\n"
    yield f"{_verdict(comparison)}\n\n"
    figures = _compared_figures(comparison)
    yield from table(("", "before", "after", "change"), figures, _NUMBERS)
    yield from _gate(comparison.outcomes)
    yield from _flaw_change(view)

    config = _compared_config(comparison)
    yield from _section("Config", ("", "before", "after"), config)

    heading = f"Packages: {compared_text.counts(comparison.packages)}"
    packages = _compared_packages(comparison)
    yield from _section(heading, ("package", "versions", "bytes"), packages)

    counts = compared_text.counts(comparison.files)
    kinds = compared_text.kinds(comparison.files)
    heading = f"Files: {counts}{kinds}"
    files = _compared_files(comparison)
    yield from _section(heading, ("", "path", "bytes", "what differs"), files)


def _flaw_change(view: ImageView) -> Iterator[str]:
    if view.flaw_change is None:
        return
    # With a copy of OSV alone
    from lightship.report.kit.flaw_text import flaw_change_markdown  # noqa: PLC0415

    yield from flaw_change_markdown(view.flaw_change)


def _section(
    heading: str,
    head: Sequence[str],
    rows: Iterable[Iterable[str]],
) -> Iterator[str]:
    """A table under a heading; nothing where it has no rows."""
    parts = list(table(head, rows, _NUMBERS))
    if parts:
        yield f"### {heading}\n\n"
    yield from parts


def _head(inspection: Inspection) -> Iterator[str]:
    image = inspection.contents.image
    yield f"## {code(image_phrases.name(image))}"
    yield ""
    platform = text(str(image.platform))
    digest = f"`{image.digest.algorithm}:{image.digest.short}`"
    distribution = text(image_phrases.distribution(inspection.distribution))
    user = f"user {code(image_phrases.user(inspection))}"
    yield " · ".join(filter(None, (platform, digest, distribution, user)))


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
    in_base = image_phrases.base_waste(inspection)
    if in_base:
        yield from ("", f"Waste: {in_base}.")


def _gate(outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not outcomes:
        return
    passed = all(outcome.passed for outcome in outcomes)
    verdict = "✅ Gate passed" if passed else "❌ Gate failed"
    yield f"### {verdict}\n\n"
    yield from table(("", "limit", "value", "figure"), map(_limit, outcomes))
    for outcome in outcomes:
        if not outcome.passed and outcome.detail:
            rows = "".join(f"- {text(row)}\n" for row in outcome.detail)
            yield f"{outcome.name}:\n\n{rows}\n"


def _limit(outcome: Outcome) -> Iterator[str]:
    yield "✅" if outcome.passed else "❌"
    yield outcome.name
    yield text(outcome.limit)
    yield text(outcome.figure)


def _layers(inspection: Inspection) -> Iterator[str]:
    rows = map(_layer, layer_rows(inspection))
    yield from ("### Layers", "")
    yield from table_rows(("layer", "size", "waste", "made by"), rows, _NUMBERS)


def _layer(row: LayerRow) -> Iterator[str]:
    yield row.name
    yield size(row.size)
    yield size(row.waste) if row.waste else ""
    yield _short(row.text)


def _short(words: str) -> str:
    if len(words) > _CELL:
        words = f"{words[:_CELL]}…"
    return code(words)


def _waste(inspection: Inspection) -> Iterator[str]:
    groups = waste_groups(inspection.contents.waste)
    if not groups:
        return
    yield from ("### Waste", "")
    rows = (_group(inspection, group) for group in groups[:_MOST])
    yield from table_rows(("bytes", "where", "written by", "why"), rows, _NUMBERS)
    yield from _rest(len(groups) - _MOST)


def _group(inspection: Inspection, group: WasteGroup) -> Iterator[str]:
    yield size(group.size)
    place = image_phrases.path(group.place)
    if group.is_directory:
        directory = place.rstrip("/") + "/"
        files = count(group.files, "file")
        yield f"{code(directory)} ({files})"
    else:
        yield code(place)
    yield text(image_phrases.maker(inspection, group.layer))
    ender = image_phrases.maker(inspection, group.by)
    yield text(f"{phrases.ENDED[group.reason]} {ender}")


def _packages(inspection: Inspection) -> Iterator[str]:
    packages = largest_packages(inspection)
    if not packages:
        return
    yield from ("### Largest packages", "")
    rows = (_package(inspection, package) for package in packages[:_MOST])
    yield from table_rows(("size", "", "package", "version", "from"), rows, _NUMBERS)
    yield from _rest(len(packages) - _MOST)
    yield from _unowned(inspection)


def _unowned(inspection: Inspection) -> Iterator[str]:
    """What belongs to no package, by folder."""
    folders = unowned_folders(inspection)
    if not folders:
        return
    total = size(inspection.owners.unowned)
    yield from ("", f"{total} belong to no package:", "")
    rows = (_folder(inspection, row) for row in folders[:_MOST])
    yield from table_rows(("size", "where", "from"), rows, _NUMBERS)
    yield from _rest(len(folders) - _MOST)


def _folder(inspection: Inspection, row: UnownedFolder) -> Iterator[str]:
    yield size(row.size)
    yield code(image_phrases.folder(row))
    yield text(image_phrases.maker(inspection, row.layer))


def _package(inspection: Inspection, package: InstalledPackage) -> Iterator[str]:
    yield size(package.size)
    yield package.manager
    yield code(package.name)
    yield code(package.version)
    yield text(image_phrases.maker(inspection, package.layer))


def _advice(inspection: Inspection) -> Iterator[str]:
    findings = inspection.findings
    if not findings:
        return
    yield from ("### Advice", "")
    total = image_phrases.together(inspection)
    if total:
        yield from (f"**{total}.**", "")
    head = ("", "finding", "saves", "in the base image", "line", "what to do")
    yield from table_rows(head, map(_finding, findings), _NUMBERS)


def _finding(finding: ImageFinding) -> Iterator[str]:
    yield finding.severity.label
    yield code(finding.id)
    yield image_phrases.saves(finding)
    yield image_phrases.in_base(finding)
    yield text(phrases.line(finding.blame)) if finding.blame else ""
    yield text(sentence(finding))


def _notes(inspection: Inspection) -> Iterator[str]:
    for note in (*inspection.notes, *inspection.owners.notes):
        yield f"- {text(note)}"


def _rest(rest: int) -> Iterator[str]:
    if rest > 0:
        yield ""
        yield f"and {rest:,} more."


def _verdict(comparison: Comparison) -> str:
    verdict = compared_text.verdict(comparison)
    return f"✅ {verdict}" if comparison.same else f"≠ {text(verdict)}"


def _compared_figures(comparison: Comparison) -> Iterator[Sequence[str]]:
    for figure in comparison.figures:
        before = compared_text.value(figure, figure.before)
        after = compared_text.value(figure, figure.after)
        yield figure.name, before, after, compared_text.grows(figure)

    shared = len(comparison.shared)
    sides = (comparison.before, comparison.after)
    layers = [len(side.contents.image.layers) for side in sides]
    before, after = [f"{shared} of {number}" for number in layers]
    yield "layers shared", before, after, ""


def _compared_config(comparison: Comparison) -> Iterator[Sequence[str]]:
    for setting in comparison.config[:_MOST]:
        before = _value(setting.before)
        after = _value(setting.after)
        yield code(setting.name), before, after
    yield from _more(len(comparison.config), 3)


def _value(setting: str | None) -> str:
    return "" if setting is None else _short(setting)


def _compared_packages(comparison: Comparison) -> Iterator[Sequence[str]]:
    packages = compared_text.sorted_packages(comparison)
    for package in packages[:_MOST]:
        sign = compared_text.SIGNS[package.difference]
        name = f"{sign} {package.manager} {code(package.name)}"
        versions = text(compared_text.versions(package))
        yield name, versions, size_change(package.grows)
    yield from _more(len(packages), 3)


def _compared_files(comparison: Comparison) -> Iterator[Sequence[str]]:
    files = compared_text.sorted_files(comparison)
    for file in files[:_MOST]:
        sign = compared_text.SIGNS[file.difference]
        path = code(image_phrases.path(file.path))
        what = text(compared_text.what_differs(file))
        yield sign, path, size_change(file.grows), what
    yield from _more(len(files), 4)


def _more(rows: int, columns: int) -> Iterator[Sequence[str]]:
    if rows > _MOST:
        more = f"{rows - _MOST:,} more"
        yield more, *[""] * (columns - 1)
