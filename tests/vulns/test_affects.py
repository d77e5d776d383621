"""Ranges of OSV: what the schema says of them, and what other tools got wrong."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.vulns.advisory import Advisory, Affected, VersionRange
from lightship.vulns.affects import Extent, without_repeated
from lightship.vulns.matching import Hit, LookedUp, RecordEntry, hits_of
from lightship.vulns.merging import merged
from lightship.vulns.severity import UNRATED, Rating, rated


def affected(*events, ecosystem="PyPI", versions=(), semver=False):
    ranges = (VersionRange(tuple(events), semver),) if events else ()
    return Affected(ecosystem, "a", ranges, tuple(versions))


def judged(item, version):
    return Extent(item).judged(version)


ZERO = ("introduced", "0")
TWO = (ZERO, ("fixed", "1.2"), ("introduced", "2.0"), ("fixed", "2.3"))
CASES = [
    (TWO, "1.0", True, "1.2"),
    (TWO, "1.2", False, ""),
    (TWO, "1.9", False, ""),
    (TWO, "2.0", True, "2.3"),
    (TWO, "2.3", False, ""),
    (tuple(reversed(TWO)), "2.0", True, "2.3"),
    ((ZERO, ("last_affected", "1.5")), "1.5", True, ""),
    ((ZERO, ("last_affected", "1.5")), "1.5.1", False, ""),
    ((ZERO, ("limit", "1.5")), "1.4", True, ""),
    ((ZERO, ("limit", "1.5")), "1.5", False, ""),
    ((ZERO, ("limit", "*")), "9", True, ""),
    ((ZERO, ("fixed", "1.0"), ("introduced", "1.0")), "1.0", True, ""),
]


@pytest.mark.parametrize(("events", "version", "wanted", "fixed"), CASES)
def test_a_range_is_read_as_the_schema_says(events, version, wanted, fixed):
    judgement = judged(affected(*events), version)
    assert (judgement.is_affected, judgement.fixed) == (wanted, fixed)
    assert not judgement.is_unsure


def test_a_listed_version_is_affected_whatever_ranges_say():
    item = affected(ZERO, ("fixed", "1.0"), versions=("3.0",))
    assert judged(item, "3.0.0").is_affected
    assert not judged(item, "2.0").is_affected


@settings(max_examples=share_of(60))
@given(st.lists(st.integers(0, 9), max_size=6), st.lists(st.integers(0, 9), max_size=6))
def test_what_is_left_of_a_list_is_what_no_range_has(edges, listed):
    kinds = ("introduced", "fixed")
    events = tuple((kinds[at % 2], f"{edge}.0") for at, edge in enumerate(edges))
    ranges = (VersionRange(events), VersionRange((("introduced", "8.0"),)))
    versions = (*(f"{number}.0" for number in listed), "no version")
    extent = Extent(Affected("PyPI", "a", ranges, versions))
    left = extent.outside_ranges(versions)
    judged = [extent.judged_by_ranges(version).is_affected for version in versions]
    kept = [one for one, is_in in zip(versions, judged, strict=True) if not is_in]
    assert [*left] == kept


def test_versions_that_ranges_have_need_not_be_listed():
    item = affected(ZERO, ("fixed", "1.0"), versions=("0.9", "1.0", "odd", "3.0"))
    kept = without_repeated(item)
    assert kept.versions == ("1.0", "odd", "3.0")
    for version in ("0.9", "0.9.0", "1.0", "2.0", "3.0", "odd", "even"):
        assert judged(kept, version) == judged(item, version)


def test_a_range_of_semver_is_in_its_order():
    item = affected(ZERO, ("fixed", "1.0.0-rc.2"), ecosystem="npm", semver=True)
    assert judged(item, "1.0.0-rc.1").is_affected
    assert not judged(item, "1.0.0-rc.10").is_affected


@pytest.mark.parametrize(
    ("event", "version"), [("1.0", "latest"), ("no version", "1.0")]
)
def test_what_has_no_place_in_the_order_is_unsure(event, version):
    judgement = judged(affected(ZERO, ("fixed", event)), version)
    assert judgement.is_unsure
    assert not judgement.is_affected


def candidate(number, name, entry):
    return RecordEntry(
        number, entry.ecosystem, lambda: entry, lambda _number: Advisory(name, 0)
    )


def hits(package, *entries):
    candidates = [candidate(number, *entry) for number, entry in enumerate(entries)]
    return hits_of(package, lambda _ecosystem, _name: candidates)


UNTIL_9 = (ZERO, ("fixed", "9"))


@pytest.mark.parametrize(
    ("ecosystem", "release", "suffix", "wanted"),
    [
        ("Debian", "13", "13", True),
        ("Debian", "13", "12", False),
        ("AlmaLinux", "9", "9", True),
        ("Ubuntu", "24.04", "24.04:LTS", True),
        ("Ubuntu", "22.04", "24.04:LTS", False),
        ("Alpine", "v3.20", "v3.20", True),
        ("Alpine", "v3.20", "v3.2", False),
        ("Red Hat", "9", "enterprise_linux:9::appstream", True),
        ("Red Hat", "9", "rhel_eus:9.2::baseos", False),
    ],
)
def test_a_record_counts_for_its_release_alone(ecosystem, release, suffix, wanted):
    package = LookedUp(ecosystem, release, (("a", "1"),))
    entry = affected(*UNTIL_9, ecosystem=f"{ecosystem}:{suffix}")
    assert bool(hits(package, ("X", entry)).found) is wanted


def test_a_fix_that_is_paid_for_is_none_for_others():
    entry = affected(*UNTIL_9, ecosystem="Ubuntu:Pro:20.04:LTS")
    (free,) = hits(LookedUp("Ubuntu", "20.04", (("a", "1"),)), ("X", entry)).found
    (paid,) = hits(LookedUp("Ubuntu", "20.04", (("a", "1+esm1"),)), ("X", entry)).found
    assert (free.fixed, paid.fixed) == ("", "9")


def test_a_record_of_a_module_is_not_about_other_rpms():
    fix = ("fixed", "2-1.module+el9")
    entry = affected(ZERO, fix, ecosystem="Red Hat:enterprise_linux:9::appstream")
    other = LookedUp("Red Hat", "9", (("a", "1-1.el9"),))
    same = LookedUp("Red Hat", "9", (("a", "1-1.module+el9"),))
    assert not hits(other, ("X", entry)).found
    assert hits(same, ("X", entry)).found


def flaws(*advisories):
    found = [Hit(advisory, "", "") for advisory in advisories]
    return [item.ids for item in merged("Debian", found, lambda _ids: UNRATED)]


def test_a_cycle_of_aliases_is_one_flaw():
    ring = [Advisory(f"A-{n}", 0, aliases=(f"A-{(n + 1) % 5}",)) for n in range(5)]
    assert flaws(*ring) == [tuple(f"A-{n}" for n in range(5))]


def test_a_notice_about_two_flaws_does_not_make_them_one():
    notice = Advisory("DSA-1", 0, upstream=("CVE-1", "CVE-2"))
    record = Advisory("DEBIAN-CVE-1", 0, upstream=("CVE-1",))
    assert flaws(notice, record) == [
        ("CVE-1", "DEBIAN-CVE-1", "DSA-1"),
        ("CVE-2", "DSA-1"),
    ]


@pytest.mark.parametrize(
    ("vectors", "word", "rating"),
    [
        (
            [("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")],
            "",
            Rating.CRITICAL,
        ),
        ([("CVSS_V2", "AV:N/AC:L/Au:N/C:C/I:C/A:C")], "", Rating.HIGH),
        (
            [
                (
                    "CVSS_V4",
                    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:N",
                )
            ],
            "LOW",
            Rating.CRITICAL,
        ),
        ([("CVSS_V3", "CVSS:3.1/broken")], "MODERATE", Rating.MEDIUM),
        ([("Ubuntu", "negligible")], "", Rating.NEGLIGIBLE),
        ([("CVSS_V3", "C" * 100_000)], "", Rating.UNKNOWN),
        ([], "", Rating.UNKNOWN),
    ],
)
def test_a_severity_is_that_of_the_vector_or_of_the_word(vectors, word, rating):
    assert rated(tuple(vectors), word).rating is rating
