"""`inspect`: all that is known about one image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lightship.image.blame import blame
from lightship.image.databases import npm
from lightship.image.distribution import find_distribution
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.owners import Owners, find_owners
from lightship.image.read import Contents, read_contents
from lightship.inspection.duplicates import LEAST, find_duplicates
from lightship.inspection.globs import ignored_by
from lightship.inspection.image_advice import find_advice
from lightship.inspection.inspected_parts import InspectedParts
from lightship.inspection.inspection import NOT_SEARCHED, Blame, Inspection
from lightship.inspection.phrases import line_number
from lightship.inspection.secret_search import Secrets, find_secrets

if TYPE_CHECKING:
    from lightship.build import Build


def inspect(  # noqa: PLR0913 - what the options say
    opened: Opened,
    reading: Reading,
    *,
    build: Build | None,
    dockerfile: str,
    today: date,
    all_duplicates: bool = False,
    ignore_paths: Sequence[str] = (),
    workers: int = 2,
) -> Inspection:
    """Read an image and say what is in it.

    `reading.wanted` is to be `wanted.WANTED`, or `WITHOUT_SECRETS`. `build` is
    of the Dockerfile at `dockerfile`, where there is one. With `all_duplicates` small files are
    compared too. `ignore_paths` are globs of paths that no finding speaks of; figures count them.
    Raises ImageError and its kin.
    """
    contents = read_contents(opened, reading, workers)
    return inspect_contents(
        contents,
        build=build,
        dockerfile=dockerfile,
        today=today,
        all_duplicates=all_duplicates,
        ignore_paths=ignore_paths,
    )


def inspect_contents(
    contents: Contents,
    *,
    build: Build | None,
    dockerfile: str,
    today: date,
    all_duplicates: bool = False,
    ignore_paths: Sequence[str] = (),
) -> Inspection:
    """As `inspect`, of an image that was read."""
    ignored = ignored_by(ignore_paths)
    owners = find_owners(contents)
    distribution = find_distribution(contents, today)
    blamed = blame(contents.image, build, dockerfile)
    least = 1 if all_duplicates else LEAST
    duplicates = find_duplicates(contents, least, ignored)
    known = InspectedParts(
        contents,
        owners,
        distribution,
        blamed,
        today,
        ignored,
        _secrets(contents, owners),
        _base_line(blamed, build),
    )
    advice = find_advice(known, duplicates)
    read_dockerfile = "" if build is None else dockerfile
    return Inspection(
        contents,
        owners,
        distribution,
        blamed,
        advice.findings,
        duplicates,
        dockerfile=read_dockerfile,
        notes=tuple(_notes(contents)),
        together=advice.together,
    )


def _secrets(contents: Contents, owners: Owners) -> Secrets:
    """The files with secrets, where those are looked for."""
    if not contents.reading.wanted.searches:
        return {}
    _search_kept(contents)
    return find_secrets(contents, owners)


def _search_kept(contents: Contents) -> None:
    """Look for secrets in what was kept for its packages, and is not a database of them alone."""
    find = contents.reading.wanted.find
    for scan in filter(None, contents.stack.scans):
        for index, data in scan.contents.items():
            path = scan.paths[index]
            found = find(path, data) if npm.is_by_hand(path) else None
            if found:
                scan.secrets[index] = found


def _base_line(blamed: Sequence[Blame], build: Build | None) -> str:
    """The line of the FROM that names the base image; empty where it is not known."""
    stages = build.lineage if build else ()
    if stages:
        return str(stages[0].from_.first_line)
    lines = [line_number(made) for made in blamed if made.is_base]
    return lines[-1] if lines else ""


def _notes(contents: Contents) -> Iterator[str]:
    image = contents.image
    if not contents.reading.wanted.searches:
        yield NOT_SEARCHED
    for layer in image.layers:
        if layer.absent:
            yield f"layer {layer.index + 1} is missing and not counted: {layer.absent}"
    if any(scan is not None and scan.has_table for scan in contents.stack.scans):
        yield "only tables of contents, package lists and files that may hold secrets were read"
    if not image.history_matches:
        yield "the history of this image does not match its layers, so layers have no history"
