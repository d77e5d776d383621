"""Which records are about a package's release."""

from __future__ import annotations

import pytest

from lightship.vulns.releases import is_of_release

OF = [
    ("Debian:13", "13"),
    ("Ubuntu:24.04:LTS", "24.04"),
    ("Ubuntu:Pro:18.04:LTS", "18.04"),
    ("Alpine:v3.20", "v3.20"),
    ("Red Hat:enterprise_linux:9::appstream", "9"),
    ("AlmaLinux:9.8", "9"),
    ("PyPI", ""),
    ("Maven:https://repo.example/releases", ""),
    ("openSUSE:Leap 15.6", "Leap 15.6"),
    ("openSUSE:Leap 15.6 NonFree", "Leap 15.6"),
    ("openSUSE:Tumbleweed", "Tumbleweed"),
    ("SUSE:Linux Enterprise Module for Basesystem 15 SP5", "15 SP5"),
    ("SUSE:Linux Enterprise Server 15 SP5-LTSS", "15 SP5"),
    ("SUSE:Linux Enterprise Server for SAP Applications 15 SP5", "15 SP5"),
    ("SUSE:Linux Enterprise Server 16.0", "16.0"),
    ("SUSE:Linux Enterprise Server 15", "15"),
]
NOT_OF = [
    ("Debian:12", "13"),
    ("Red Hat:rhel_eus:9.4::baseos", "9"),
    ("openSUSE:Leap 15.5", "Leap 15.6"),
    ("SUSE:Linux Enterprise Server 5 SP7", "15 SP7"),
    ("SUSE:Linux Enterprise Server 15 SP4-LTSS", "15 SP5"),
    ("SUSE:Linux Enterprise Server 15 SP5", "15"),
    ("SUSE:Linux Micro 6.2", "6.2"),
    ("SUSE:Manager Server 4.3", "4.3"),
]


@pytest.mark.parametrize(("ecosystem", "release"), OF)
def test_a_record_is_about_its_release(ecosystem, release):
    assert is_of_release(ecosystem, release)


@pytest.mark.parametrize(("ecosystem", "release"), NOT_OF)
def test_a_record_is_about_no_other_release(ecosystem, release):
    assert not is_of_release(ecosystem, release)
