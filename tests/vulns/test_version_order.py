"""The order of versions: laws, cases of each ecosystem, and the real tools where they are there."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import pytest
from amounts import share_of
from packaging.version import InvalidVersion, Version

from lightship.vulns.orders.rpm_order import label_key
from lightship.vulns.version_order import LONGEST_VERSION, version_key

# Each row rises
RISING = {
    "Alpine": "0.1.0_alpha_pre2 0.1.0_alpha 0.1.0_alpha2 0.1.0_rc1 0.1.0 0.1.0-r0 0.1.0-r10 0.1.0_p1 0.1.0_p1-r1 0.1.0a 0.1.0.1 1.05 1.1 1.10 006 20050718-r1",
    "Debian": "1.0~~ 1.0~~a 1.0~ 1.0 1.0-0+b1 1.0-1~bpo1 1.0-1 1.0a 1.0+dfsg 1.0.1 1.10 1:0.1",
    "Go": "v0.0.0-20200101000000-abcdef123456 v0.1.0 1.21.0-rc.1 go1.21 1.21.1 v2.0.0",
    "Maven": "aardvark zebra ζέβρα ٨ 0.7 1-alpha2snapshot 1-alpha2 1-alpha-123 1-beta-2 1-beta123 1-m2 1-m11 1-rc 1-cr2 1-rc123 1-SNAPSHOT 1 1-sp 1-sp2 "
    "1-sp123 1-abc 1-def 1-pom-1 1-1-snapshot 1-1 1-2 1-123 2.0 2.0.a 2-1 2.0.2 2.0.123 2.1.0 2.1-a 2.1b 2.1-c 2.1-1 2.1.0.1 2.2 "
    "2.123 6.1.0rc3 6.1.0 6.1H.5-beta 11.a2 11.a11 11.b2 11.b11 11.m2 11.m11 11 11.a 11b 11c 11m 20190126.230843 "
    "1234567890.12345 123456789012345.1H.5-beta 12345678901234567890.1H.5-beta",
    "NuGet": "1.0.0-Alpha 1.0.0-beta 1.0.0 1.0.0.1 1.0.1",
    "Packagist": "0.9 1.0-dev 1.0-alpha 1.0-a2 1.0-alpha10 1.0b1-dev 1.0-beta1 1.0-beta1.2 1.0-RC1 1.0 1.0-patch1 1.0.0.1 1.0.10 20200101",
    "PyPI": "1.dev1 1.0a1 1.0b2 1.0rc1 1.0 1.0.post1 1.1 1!0.5",
    "Rocky Linux": "1.0~rc1-1 1.0-1.el9 1.0^git1-1 1.0.a-1 1.0.1-1 1.0.10-1 1:0.1-1",
    "RubyGems": "0.9 1.0.a.2 1.0.b1 1.0-1 1.0 1.0.1 1.0.10",
    "npm": "1.0.0-0 1.0.0-2 1.0.0-10 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0 1.0.1 1.10.0",
}
EQUAL = [
    *(
        ("Maven", "1", other)
        for other in "1.0 1.0.0 1-0 1.0-0 01 1ga 1.GA 1Final 1.0.RELEASE".split()
    ),
    *(("Maven", "1a", other) for other in "1-a 1.0-a 1.0.0-a 1.0a 1.0.0a 1A".split()),
    *(("Maven", "1m3", other) for other in "1-milestone-3 1MileStone3 1.0.M3".split()),
    ("Maven", "1a1", "1-alpha-1"),
    ("Maven", "1b2", "1-beta-2"),
    ("Maven", "1cR", "1rC"),
    ("Maven", "0", "000"),
    ("Maven", "0.x", "x"),
    ("Debian", "1.0", "0:1.0-0"),
    ("Debian", "1.", "1.00"),
    ("Packagist", "v1.0-B.2", "1.0.0.0-beta2"),
    ("Packagist", "1.0-stable", "1.0.0+build"),
    ("PyPI", "1.0", "1.0.0"),
    ("Rocky Linux", "0:1_0-1", "1.0-1"),
    ("RubyGems", "1", "1.0.0"),
    ("RubyGems", "1.a", "1.0.a"),
    ("npm", "1.2", "v1.2.0+build.5"),
    ("NuGet", "1.0-A", "1.0.0.0-a"),
]


@pytest.mark.parametrize("ecosystem", RISING)
def test_versions_rise_as_their_ecosystem_says(ecosystem):
    versions = RISING[ecosystem].split()
    for one, other in pairwise(versions):
        assert version_key(ecosystem, one) < version_key(ecosystem, other), (one, other)


@pytest.mark.parametrize(("ecosystem", "one", "other"), EQUAL)
def test_versions_that_are_written_differently_are_equal(ecosystem, one, other):
    assert version_key(ecosystem, one) == version_key(ecosystem, other)


NONE = [
    *((ecosystem, "") for ecosystem in RISING),
    *((ecosystem, "1" * (LONGEST_VERSION + 1)) for ecosystem in RISING),
    *((ecosystem, "1:\ud800") for ecosystem in RISING if ecosystem != "Rocky Linux"),
    ("Alpine", "1.0bc"),
    ("Debian", "٣:1"),
    ("Go", "(devel)"),
    ("Packagist", "dev-main"),
    ("Packagist", "1.x-dev"),
    ("Maven", "1.0 beta"),
    ("PyPI", "1.0-lts"),
    ("Rocky Linux", "٣:1"),
    ("RubyGems", "v1"),
    ("npm", "latest"),
]


@pytest.mark.parametrize(("ecosystem", "version"), NONE)
def test_what_is_no_version_is_refused(ecosystem, version):
    with pytest.raises(ValueError, match=f"version of {ecosystem}"):
        version_key(ecosystem, version)


def made_versions(alphabet: str, amount: int) -> list[str]:
    chance = random.Random(14)
    return [
        "1" + "".join(chance.choices(alphabet, k=chance.randrange(7)))
        for _ in range(amount)
    ]


def sign(one, other) -> int:
    return (one > other) - (one < other)


def test_packaging_compares_as_we_do():
    words = ("0", "1", "9", ".", "a", "rc", ".post", ".dev", "+", "x")
    made = {"1" + "".join(parts) for parts in product(words, repeat=4)}
    versions = [text for text in sorted(made) if is_version(text)]
    random.Random(14).shuffle(versions)
    assert len(versions) > 1000
    for one, other in pairwise(versions):
        wanted = sign(Version(one), Version(other))
        ours = sign(version_key("PyPI", one), version_key("PyPI", other))
        assert ours == wanted, (one, other)


def is_version(text: str) -> bool:
    try:
        return bool(Version(text))
    except InvalidVersion:
        return False


@pytest.mark.skipif(not shutil.which("dpkg"), reason="needs dpkg")
def test_dpkg_compares_as_we_do():
    versions = [f"{made}1" for made in made_versions("019.~+-ab", share_of(200))]
    for one, other in pairwise(versions):
        wanted = sign(version_key("Debian", one), version_key("Debian", other))
        word = {-1: "lt", 0: "eq", 1: "gt"}[wanted]
        done = subprocess.run(
            ["dpkg", "--compare-versions", one, word, other],
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, (one, word, other, done.stderr)


@pytest.mark.skipif(not shutil.which("rpm"), reason="needs rpm")
def test_rpm_compares_as_we_do():
    pairs = list(pairwise(made_versions("019.~^_ab", share_of(2000))))
    calls = "".join(
        f'print(rpm.vercmp("{one}","{other}").." ")' for one, other in pairs
    )
    told = subprocess.run(
        ["rpm", "--eval", f"%{{lua:{calls}}}"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    for (one, other), answer in zip(pairs, told.stdout.split(), strict=True):
        assert sign(label_key(one), label_key(other)) == int(answer), (one, other)


MAVEN = [
    Path("/usr/share") / name
    for name in ("maven/lib/maven-artifact-3.x.jar", "java/commons-lang3.jar")
]
COMPARABLE = "org.apache.maven.artifact.versioning.ComparableVersion"


def maven_versions(amount: int) -> list[str]:
    """As people write them.

    What Maven 3 makes of a qualifier after a dot that more follows (`1.Final.2`) is not what its
    specification says, so none is made.
    """
    chance = random.Random(14)
    after_hyphen = (
        "-alpha -beta -rc -RC -M -SNAPSHOT -sp -jre -android -redhat -a -b".split()
    )
    after_dot = ".Final .RELEASE .GA .SEC .v2020".split()
    made = []
    for _ in range(amount):
        numbers = chance.choices(("0", "0", "1", "2", "10"), k=chance.randrange(1, 5))
        end = chance.choice(["", *after_hyphen, *after_dot])
        if end in after_hyphen:
            end += chance.choice(("", "1", "10", "-2", ".0", ".3"))
        made.append(".".join(numbers) + (end or chance.choice(("", "-0", "-1"))))
    return made


@pytest.mark.skipif(
    not shutil.which("java") or not all(path.exists() for path in MAVEN),
    reason="needs Maven",
)
def test_maven_compares_as_we_do():
    versions = maven_versions(share_of(2000))
    classes = ":".join(map(str, MAVEN))
    told = subprocess.run(
        ["java", "-cp", classes, COMPARABLE, *versions],
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [line for line in told.stdout.splitlines() if line.startswith("   ")]
    for (one, other), answer in zip(pairwise(versions), answers, strict=True):
        ours = sign(version_key("Maven", one), version_key("Maven", other))
        assert answer == f"   {one} {'=><'[ours] if ours else '=='} {other}"


@cache
def npm_semver() -> Path | None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    folder = Path(npm).resolve().parents[1] / "node_modules" / "semver"
    return folder if folder.is_dir() else None


@pytest.mark.skipif(npm_semver() is None, reason="needs npm's own semver")
def test_npm_compares_as_we_do():
    ends = made_versions("019.-ab", share_of(2000))
    versions = [f"1.{at % 3}.0-{end}" for at, end in enumerate(ends)]
    script = (
        "const s = require(process.argv[1]); let t = ''; process.stdin.on('data', d => t += d).on('end', () => {"
        "const v = JSON.parse(t).filter(x => s.valid(x));"
        "console.log(JSON.stringify([v, v.slice(1).map((x, i) => s.compare(v[i], x))]))})"
    )
    done = subprocess.run(
        ["node", "-e", script, str(npm_semver())],
        input=json.dumps(versions),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    valid, answers = json.loads(done.stdout)
    assert len(valid) > len(versions) / 4
    for (one, other), answer in zip(pairwise(valid), answers, strict=True):
        assert sign(version_key("npm", one), version_key("npm", other)) == answer, (
            one,
            other,
        )
