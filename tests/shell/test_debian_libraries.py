from __future__ import annotations

import pytest

from lightship.shell.debian_libraries import libraries_of


@pytest.mark.parametrize(
    ("release", "package", "libraries"),
    [
        ("trixie", "libpq-dev", ("libpq5",)),
        ("trixie", "libssl-dev", ("libssl3t64",)),
        ("bookworm", "libssl-dev", ("libssl3",)),
        ("trixie", "libicu-dev", ("libicu76",)),
        ("bookworm", "libicu-dev", ("libicu72",)),
        ("bookworm", "libgeos-dev", ("libgeos-c1v5",)),
        ("trixie", "libmpich-dev", None),
        ("bullseye", "libpq-dev", None),
    ],
)
def test_what_takes_the_place_of_headers(release, package, libraries):
    assert libraries_of(release, package) == libraries
