"""What commands that look at images have in common: which image, how it is read, what it was built from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import click

from lightship.base_images import lifetimes
from lightship.cli import options, output
from lightship.cli.progress import progress
from lightship.errors import UsageError
from lightship.image.choose import Choice
from lightship.image.layer import ONE, Cores, Reading
from lightship.image.limits import Limits, limited
from lightship.image.model import Opened
from lightship.inspection.inspection import Inspection, Outcome
from lightship.processes import beside, core_count, share
from lightship.report.image.formats import LISTS, ImageView
from lightship.report.kit.view import View

if TYPE_CHECKING:
    from lightship.build import Build

Decorated = Callable[..., Any]


def source(function: Decorated) -> Decorated:
    """Which image of the source, and for which platform."""
    return _all(
        function,
        click.option(
            "--image", metavar="NAME", default="", help="The image that is meant: its name, tag or digest."
        ),
        click.option("--platform", metavar="OS/ARCH", default="", help="The platform that is meant."),
        click.option("--plain-http", is_flag=True, help="Speak to the registry without TLS."),
    )  # fmt: skip


def reading(function: Decorated) -> Decorated:
    """How it is read."""
    return _all(
        function,
        click.option("--verify", is_flag=True, help="Check every digest, of large uncompressed layers too."),
        click.option(
            "--limit", "limits", multiple=True, callback=options.pairs, metavar="NAME=VALUE",
            help="Raise a limit on what is read of an image: see docs/image.md.",
        ),
        click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="Threads.  [default: one per core]"),
    )  # fmt: skip


def dockerfile(function: Decorated) -> Decorated:
    """What the image was built from."""
    return _all(
        function,
        click.option(
            "-f", "--file", "dockerfile", type=click.Path(dir_okay=False), metavar="DOCKERFILE",
            help="The Dockerfile of the image: layers are traced to its lines.",
        ),
        click.option("--target", metavar="STAGE", help="The stage that was built."),
        click.option(
            "--build-arg", "build_args", multiple=True, callback=options.pairs, metavar="K=V",
            help="A build argument that was set.",
        ),
    )  # fmt: skip


def check_dockerfile(given: Mapping[str, Any]) -> None:
    """A UsageError for options of a Dockerfile where none is named: they would change nothing."""
    if not given["dockerfile"] and (given["target"] or given["build_args"]):
        raise UsageError(
            "--target and --build-arg need --file: the Dockerfile of the image"
        )


class Counter(Protocol):
    """Is told of stored bytes that were read, of a `total` that is None where nobody knows it."""

    total: int | None

    def add(self, number: int, /) -> None: ...


@contextmanager
def opened(
    name: str,
    given: Mapping[str, Any],
    bar: Counter,
    *,
    keep: bool = False,
    cores: Cores = ONE,
) -> Iterator[tuple[Opened, Reading]]:
    """The image that the options mean, until the end of the `with`; `keep` as in SourceOptions, `cores` in Reading."""
    from lightship.inspection.wanted import WANTED  # noqa: PLC0415 - expressions for secrets; --help needs none
    from lightship.sources import SourceOptions, open_image  # noqa: PLC0415

    limits = limited(Limits(), given.get("limits") or {})
    how = Reading(WANTED, limits, bool(given.get("verify")), bar.add, cores)
    choice = Choice(given.get("image") or "", given.get("platform") or "")
    with open_image(
        name, choice, how, SourceOptions(keep, bool(given.get("plain_http")))
    ) as found:
        bar.total = sum(layer.stored or 0 for layer in found.image.layers) or None
        yield found, how


@contextmanager
def inspected(
    name: str,
    given: Mapping[str, Any],
    *,
    keep: bool = False,
    duplicates: bool = False,
    ignore_paths: Sequence[str] = (),
) -> Iterator[Inspection]:
    """The image, inspected; the contents of its files can be asked for until the end of the `with`.

    With `duplicates` small files are compared too; no finding speaks of `ignore_paths`.
    """
    from lightship.inspection.inspect_image import inspect  # noqa: PLC0415 - after the options were found good

    path = given.get("dockerfile")
    build = build_of(path, given) if path else None
    cores = Cores(beside, share) if workers(given) > 1 else ONE
    with (
        progress(name) as bar,
        opened(name, given, bar, keep=keep, cores=cores) as (found, how),
    ):
        inspection = inspect(
            found,
            how,
            build=build,
            dockerfile=path or "",
            today=lifetimes.today(),
            all_duplicates=duplicates,
            ignore_paths=ignore_paths,
            workers=workers(given),
        )
        bar.clear()
        yield inspection


def build_of(path: str, given: Mapping[str, Any]) -> Build:
    """The Build that a Dockerfile and the options make; the configuration that holds for it counts."""
    from lightship.flows.lint import Settings, build  # noqa: PLC0415 - the engine of lint, only with --file
    from lightship.lint.selection import Request  # noqa: PLC0415

    settings = Settings(
        Request(),
        build_args=given.get("build_args"),
        target=given.get("target"),
        config_file=given.get("config_file"),
        no_config=bool(given.get("no_config")),
    )
    return build(path, settings)


def view_of(given: Mapping[str, Any], known: Sequence[str] = LISTS) -> ImageView:
    """What the options want to see, and how; `known` are the lists that there are options for."""
    tree = given.get("tree")
    lists = tuple(name for name in known if given.get(name))
    return ImageView(
        output.is_coloured(given["when"], given.get("output") is not None),
        output.columns(),
        lists,
        os.fsencode(tree).strip(b"/") if tree else b"",
        bool(given.get("files")),
    )


def say_broken(outcomes: Sequence[Outcome], given: Mapping[str, Any]) -> int:
    """The exit code of a gate. Which limits are broken is said on standard error where what was printed is not text."""
    broken = [each for each in outcomes if not each.passed]
    if broken and (given["output"] is not None or given["form"] != "text"):
        from lightship.report.kit.gate_report import gate_text  # noqa: PLC0415 - only where limits are broken

        click.echo(
            "".join(gate_text(outcomes, View(width=output.columns()))),
            nl=False,
            err=True,
        )
    return int(bool(broken))


def _all(
    function: Decorated, *decorators: Callable[[Decorated], Decorated]
) -> Decorated:
    for each in reversed(decorators):
        function = each(function)
    return function


def workers(given: Mapping[str, Any]) -> int:
    """Threads to read with: as `--jobs` says, else one for each processor that this process may use."""
    if given["jobs"]:
        return int(given["jobs"])
    return core_count()
