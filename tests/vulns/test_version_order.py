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
    "NuGet": "1.0.0-Alpha 1.0.0-beta 1.0.0 1.0.0.1 1.0.1",
    "Packagist": "0.9 1.0-dev 1.0-alpha 1.0-a2 1.0-alpha10 1.0b1-dev 1.0-beta1 1.0-beta1.2 1.0-RC1 1.0 1.0-patch1 1.0.0.1 1.0.10 20200101",
    "PyPI": "1.dev1 1.0a1 1.0b2 1.0rc1 1.0 1.0.post1 1.1 1!0.5",
    "Rocky Linux": "1.0~rc1-1 1.0-1.el9 1.0^git1-1 1.0.a-1 1.0.1-1 1.0.10-1 1:0.1-1",
    "RubyGems": "0.9 1.0.a.2 1.0.b1 1.0-1 1.0 1.0.1 1.0.10",
    "npm": "1.0.0-0 1.0.0-2 1.0.0-10 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0 1.0.1 1.10.0",
}
EQUAL = [
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
    )
    for (one, other), answer in zip(pairs, told.stdout.split(), strict=True):
        assert sign(label_key(one), label_key(other)) == int(answer), (one, other)


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
    )
    valid, answers = json.loads(done.stdout)
    assert len(valid) > len(versions) / 4
    for (one, other), answer in zip(pairwise(valid), answers, strict=True):
        assert sign(version_key("npm", one), version_key("npm", other)) == answer, (
            one,
            other,
        )
