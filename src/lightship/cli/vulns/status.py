"""`lightship vulns status`: what the copy of OSV holds."""

from __future__ import annotations

from lightship.cli import output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, section
from lightship.cli.vulns.database_options import DATABASE
from lightship.report.vulns.status_formats import STATUS_FORMATS, status_writer


@as_command("Show what the copy of OSV holds, and how old it is.")
@section("Database", DATABASE)
@output.printing(STATUS_FORMATS)
def command(database: str, printing: Printing) -> None:
    """Show what the copy of OSV holds: for each ecosystem how many records, when it was
    downloaded, and of when its newest record is; what was skipped, and why.

    \b
    Exit code: 0  done
               2  there is no copy, or it cannot be read
    """
    from lightship.flows.vulns.database_status import (  # noqa: PLC0415 - --help needs none
        database_status,
    )

    status = database_status(database)
    write = status_writer(printing.form)
    output.show(write(status), printing.output)
