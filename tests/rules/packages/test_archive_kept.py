"""When archive-kept reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("cuda-keyring_1.1-1_all.deb", 0),
        ("packages-microsoft-prod.deb", 0),
        ("epel-release-latest-9.noarch.rpm", 0),
        ("google-chrome-stable_current_amd64.deb", 1),
        ("release-tools.deb", 1),
    ],
)
def test_a_package_that_only_brings_a_key_is_too_small_to_matter(name, count):
    text = f"FROM debian:13\nRUN wget https://example.org/{name} && dpkg -i {name}"
    assert len(said("archive-kept", text)) == count


def test_an_archive_that_a_later_run_unpacks_stays_as_well():
    fetch = "FROM debian:13\nRUN curl -fsSLO https://example.org/tool.tgz"
    [finding] = findings("archive-kept", f"{fetch}\nRUN tar -xzf tool.tgz -C /opt")
    assert finding.message == (
        "tool.tgz stays in the image: download, unpack and remove it in one RUN"
    )
    assert finding.fix is None  # the archive is still needed at the end of its RUN
    stage = f"{fetch}\nFROM debian:13\nRUN tar -xzf tool.tgz"
    assert findings("archive-kept", stage) == []


@pytest.mark.parametrize(("purpose", "count"), [("tool", 0), ("test", 0), ("", 1)])
def test_an_archive_in_an_image_that_nobody_pulls_costs_nothing(purpose, count):
    text = "FROM debian:13\nRUN wget https://example.com/a.tar.gz && tar xf a.tar.gz\n"
    assert len(said("archive-kept", text, purpose=purpose)) == count
