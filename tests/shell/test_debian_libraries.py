from __future__ import annotations

import pytest

from lightship.shell.debian_libraries import libraries_of, libraries_with_stem


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


@pytest.mark.parametrize(
    ("release", "name", "libraries"),
    [
        ("bookworm", "libicu67", {"libicu72"}),
        ("trixie", "libmagic1", {"libmagic1t64", "libmagic1"}),
        ("trixie", "libgeos-c1v5", {"libgeos-c1t64", "libgeos-c1v5"}),
        ("trixie", "libaio1", {"libaio1t64"}),  # which does not provide it
        ("trixie", "libcodec2-0.9", set()),
    ],
)
def test_the_names_of_a_library_in_a_release(release, name, libraries):
    assert libraries_with_stem(release, name) == libraries
