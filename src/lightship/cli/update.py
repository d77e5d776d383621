"""`lightship update`: pinned images to what their tags mean today."""

from __future__ import annotations

import sys

from lightship.cli import lint_options, pin_options
from lightship.cli.extras import require
from lightship.cli.output import Printing
from lightship.cli.pin_options import PinOptions
from lightship.cli.sections import as_command, section


@as_command("Renew digests to what their tags mean today.")
@lint_options.PATHS
@section("Pins", pin_options.WRITE)
@pin_options.PINNING
def command(
    paths: tuple[str, ...], wanted: PinOptions, printing: Printing, *, write: bool
) -> None:
    """Renew digests to what their tags mean today; tags and versions stay.

    PATH is as for `lightship pin`, which pins what is not pinned: that is left alone here. Without
    --write the change is only shown. This asks registries, with the credentials of docker or
    podman, and needs the extra `image`: pip install 'lightship[image]'.

    \b
    Exit code: 0  done
               2  invalid usage, or something failed: nothing is written
    """
    require("urllib3")
    from lightship.pins.pin_choice import PinTask  # noqa: PLC0415 - no help needs it

    report = pin_options.run(paths, PinTask.UPDATE, wanted, printing, is_written=write)
    sys.exit(2 if report.is_failed else 0)
