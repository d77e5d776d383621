"""When install-without-update reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("image", "packages", "count"),
    [
        ("ubuntu:22.04", "gpgv", 0),
        ("ubuntu:24.04", "tar gzip", 0),
        ("ubuntu:24.04", "gpgv curl", 1),
        ("debian:12-slim", "gpgv", 0),
        ("python:3.13-slim-bookworm", "gpgv bash", 0),
        # Its apt needs sqv in place of gpgv
        ("debian:13-slim", "gpgv", 1),
        ("debian:13-slim", "coreutils", 0),
    ],
)
def test_apt_needs_no_index_for_what_the_distribution_brings(image, packages, count):
    text = (
        f"FROM {image}\nRUN apt install -y {packages} && apt-get -y update && "
        "apt-get install -y git\n"
    )
    assert len(said("install-without-update", text)) == count
