"""From what a user calls an image to its contents, and to its inspection."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from lightship.base_images import lifetimes
from lightship.files.reading import STDIN
from lightship.flows.build_options import config_of
from lightship.flows.image_request import ImageRequest
from lightship.image.image import Opened
from lightship.image.layer import ONE, Cores, Reading
from lightship.image.read_limits import Limits, limited
from lightship.inspection.inspection import Inspection
from lightship.processes import beside, share

if TYPE_CHECKING:
    from lightship.build import Build
    from lightship.image.read import Contents
    from lightship.image.scan import Wanted


class Counter(Protocol):
    """Is told of stored bytes that were read, of a `total` that is None where nobody knows it."""

    total: int | None

    def add(self, number: int, /) -> None: ...


@contextmanager
def open_image(
    name: str,
    request: ImageRequest,
    counter: Counter,
    *,
    keep: bool = False,
    cores: Cores = ONE,
) -> Iterator[tuple[Opened, Reading]]:
    """The image that the user means, until the end of the `with`.

    `keep` is as in SourceOptions, `cores` as in Reading.
    """
    from lightship import sources  # noqa: PLC0415 - expressions for secrets; --help needs none

    limits = limited(Limits(), request.read_limits)
    reading = Reading(_wanted(request), limits, request.verify, counter.add, cores)
    options = sources.SourceOptions(keep, request.plain_http, request.timeout)
    with sources.open_image(name, request.choice, reading, options) as opened:
        stored = 0
        for layer in opened.image.layers:
            stored += layer.stored or 0
        counter.total = stored or None
        yield opened, reading


def _wanted(request: ImageRequest) -> Wanted:
    """Whose content is looked at."""
    if request.all_packages:
        from lightship.sbom.named import file_kinds  # noqa: PLC0415 - few commands need it

        return file_kinds.WANTED
    # Expressions for secrets
    from lightship.inspection.wanted import WANTED, WITHOUT_SECRETS  # noqa: PLC0415

    wanted = WITHOUT_SECRETS if request.no_secrets else WANTED
    if request.packages_too:
        from lightship.sbom.named import file_kinds  # noqa: PLC0415 - few commands need it

        return file_kinds.with_packages(wanted)
    return wanted


@contextmanager
def read_image(
    name: str,
    request: ImageRequest,
    counter: Counter,
) -> Iterator[Contents]:
    """The image, read in this process alone; files' contents can be asked for until the end.

    Nothing forks: that a thread of the viewer may call it, of which a copy would have no other.
    """
    from lightship.image.read import read_contents  # noqa: PLC0415 - once the screen stands

    with open_image(name, request, counter, keep=True) as (opened, reading):
        yield read_contents(opened, reading, request.workers)


@contextmanager
def inspect_image(
    name: str,
    request: ImageRequest,
    counter: Counter,
    *,
    duplicates: bool = False,
    ignore_paths: Sequence[str] = (),
) -> Iterator[Inspection]:
    """The image, inspected; files' contents can be asked for until the end of the `with`.

    With `duplicates` small files are compared too; no finding speaks of `ignore_paths`.
    """
    # After the options were found good
    from lightship.inspection.inspect_image import inspect  # noqa: PLC0415

    build = origin_of(request)
    cores = Cores(beside, share) if request.workers > 1 else ONE
    with open_image(name, request, counter, cores=cores) as (opened, reading):
        yield inspect(
            opened,
            reading,
            build=build,
            dockerfile=request.build.dockerfile or "",
            today=lifetimes.today(),
            all_duplicates=duplicates,
            ignore_paths=ignore_paths,
            workers=request.workers,
        )


def inspecting(request: ImageRequest) -> Callable[[Contents], Inspection]:
    """What inspects an image that is read later; the Dockerfile is read now."""
    build = origin_of(request)
    today = lifetimes.today()

    def inspect(contents: Contents) -> Inspection:
        # Once the screen stands
        from lightship.inspection.inspect_image import inspect_contents  # noqa: PLC0415

        return inspect_contents(
            contents,
            build=build,
            dockerfile=request.build.dockerfile or "",
            today=today,
        )

    return inspect


def origin_of(request: ImageRequest) -> Build | None:
    """The Build that made the image; None where no Dockerfile is named."""
    options = request.build
    path = options.dockerfile
    if path is None:
        return None
    # 70 modules, and most images come without
    from lightship.flows.make_build import read_build  # noqa: PLC0415

    folder = os.path.dirname(path) or "."
    root = None if path == STDIN else folder
    config = config_of(options, folder)
    return read_build(path, options, root, path, config)
