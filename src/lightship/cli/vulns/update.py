"""`lightship vulns update`: the copy of OSV."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.extras import require
from lightship.cli.sections import as_command, option, section
from lightship.cli.timeout_option import timeout_of
from lightship.cli.vulns.database_options import DATABASE


@as_command("Get or renew the copy of OSV that is asked.")
@click.argument("ecosystems", nargs=-1, metavar="[ECOSYSTEM]...")
@section(
    "Database",
    option(
        "--from",
        "source",
        metavar="DIR|FILE|URL",
        default="",
        help="A mirror, a zip, a directory of OSV's JSON, or a list of exploits.  "
        "[default: OSV's own bucket]",
    ),
    DATABASE,
    timeout_of("a server"),
)
def command(
    ecosystems: tuple[str, ...], source: str, database: str, timeout: int
) -> None:
    """Get or renew the copy of OSV that `lightship vulns` asks.

    ECOSYSTEM is a name of OSV's: PyPI, npm, Debian. The default is what the copy has already, and
    all where there is none. A mirror has NAME/all.zip for each, as OSV's bucket has. A download
    that was cut off is resumed by the next run; the old copy stays until the new one is whole. From
    a directory or by name lists of exploits are taken, too: CISA's
    known_exploited_vulnerabilities.json (KEV) and FIRST's epss_scores-DAY.csv.gz (EPSS). This needs
    the extra `sbom`: pip install 'lightship[sbom]'.

    \b
    lightship vulns update Debian PyPI
    lightship vulns update --from /mnt/osv

    \b
    Exit code: 0  the copy is renewed
               2  invalid usage, or a part could not be renewed: the old one stays
    """
    require("cvss")
    require("urllib3")
    from lightship.flows.vulns.update_database import (  # noqa: PLC0415 - needs an extra
        UpdateRequest,
        update_database,
    )

    request = UpdateRequest(source, database, ecosystems, timeout)
    update_database(request, output.tell)
