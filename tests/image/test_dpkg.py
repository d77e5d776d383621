"""dpkg's database, and what dpkg itself says about it on a Debian machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from images import directory, file, layer, symlink
from owned import by_path, files_of, names, owned, package, read

from lightship.image.owners import find_owners

TWO = b"""Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 2.41-12
Description: GNU C Library
 Package: is no field here
Conffiles:
 /etc/ld.so.conf 000

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.41-12
"""


def test_multi_arch_packages_have_lists_of_their_own():
    found = names(
        layer(
            file("var/lib/dpkg/status", TWO),
            file(
                "var/lib/dpkg/info/libc6:amd64.list",
                b"/usr/lib/x86_64-linux-gnu/libc.so.6\n/usr/share/doc/libc6/copyright\n",
            ),
            file(
                "var/lib/dpkg/info/libc6:i386.list",
                b"/usr/lib/i386-linux-gnu/libc.so.6\n/usr/share/doc/libc6/copyright\n",
            ),
            file("usr/lib/x86_64-linux-gnu/libc.so.6", 1),
            file("usr/lib/i386-linux-gnu/libc.so.6", 1),
            file("usr/share/doc/libc6/copyright", 1),
        )
    )
    assert found == {
        "usr/lib/x86_64-linux-gnu/libc.so.6": "libc6",
        "usr/lib/i386-linux-gnu/libc.so.6": "libc6:i386",
        "usr/share/doc/libc6/copyright": "libc6",
    }


def test_a_removed_package_owns_its_configuration_and_a_purged_one_is_gone():
    status = b"""Package: nginx
Status: deinstall ok config-files
Version: 1.26

Package: gone
Status: purge ok not-installed
"""
    found = owned(
        file("var/lib/dpkg/status", status),
        file("var/lib/dpkg/info/nginx.list", b"/etc/nginx.conf\n"),
        file("etc/nginx.conf", 4),
    )
    assert [(each.name, each.version, each.size) for each in found.packages] == [
        ("nginx", "1.26", 4)
    ]


def test_distroless_images_have_a_stanza_and_sums_for_each_package():
    found = owned(
        file(
            "var/lib/dpkg/status.d/tzdata",
            b"Package: tzdata\nVersion: 2026a-0+deb12u1\nArchitecture: all\n",
        ),
        file(
            "var/lib/dpkg/status.d/tzdata.md5sums",
            b"d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n",
        ),
        file("usr/share/zoneinfo/UTC", 114),
    )
    one = package(found, "tzdata")
    assert (one.manager, one.version, one.size, one.files) == (
        "deb",
        "2026a-0+deb12u1",
        114,
        1,
    )


def test_a_list_without_a_stanza_is_a_package_without_a_version():
    found = owned(file("var/lib/dpkg/info/x:amd64.list", b"/x"), file("x", 2))
    assert [(each.name, each.version, each.size) for each in found.packages] == [
        ("x", "", 2)
    ]


def test_paths_from_before_usrmerge():
    entries = [
        directory("usr/bin"),
        symlink("bin", "usr/bin"),
        symlink("lib64", "usr/lib64"),
        file("usr/lib64/ld.so", 1),
    ]
    found = names(
        layer(
            *entries,
            file("var/lib/dpkg/status", b"Package: libc6\nVersion: 1\n"),
            file(
                "var/lib/dpkg/info/libc6.list", b"/.\n/lib64\n/lib64/ld.so\n/bin/ls\n"
            ),
            file("usr/bin/ls", 1),
        )
    )
    assert found == {
        "usr/bin/ls": "libc6",
        "usr/lib64/ld.so": "libc6",
        "lib64": "libc6",
    }


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="needs dpkg")
def test_dpkg_itself_says_the_same():
    root = Path("/")
    info = Path("/var/lib/dpkg/info")
    chosen = [
        path
        for folder in ("/bin", "/usr/sbin", "/etc", "/usr/lib/x86_64-linux-gnu")
        for path in small(Path(folder))
    ]
    packages = said_by_dpkg(chosen)
    wanted = {name for owners in packages.values() for name in owners}
    lists = [
        path
        for path in info.glob("*.list")
        if path.stem in wanted or path.stem.partition(":")[0] in wanted
    ]
    links = [path for path in root.iterdir() if path.is_symlink()]
    image = read(
        layer(*files_of(root, [*links, *chosen, *lists, Path("/var/lib/dpkg/status")]))
    )
    ours = by_path(image, find_owners(image))
    assert len(packages) > 100
    for path in chosen:
        real = str(path.parent.resolve() / path.name).strip("/")
        expected = packages.get(str(path), set()) | packages.get("/" + real, set())
        found = ours.get(real)
        assert (found is None) == (not expected), path
        assert (
            found is None
            or found in {name.partition(":")[0] for name in expected} | expected
        ), path


def small(folder: Path) -> list[Path]:
    """Some of the files of a folder; those that diversions moved are left out, since they are not followed."""
    diverted = Path("/var/lib/dpkg/diversions")
    moved = (
        set(diverted.read_text(encoding="utf-8").splitlines())
        if diverted.exists()
        else set()
    )
    found = (
        [
            path
            for path in sorted(folder.iterdir())
            if path.is_symlink() or path.is_file()
        ]
        if folder.is_dir()
        else []
    )
    usable = [
        path
        for path in found
        if path.lstat().st_size < 200_000 and not aliases(path) & moved
    ]
    return usable[:150]


def aliases(path: Path) -> set[str]:
    real = str(path.parent.resolve() / path.name)
    return {str(path), real, real.removeprefix("/usr")}


def said_by_dpkg(paths: list[Path]) -> dict[str, set[str]]:
    """Path -> its packages, as `dpkg-query -S` has them, under each of its names."""
    asked = sorted({name for path in paths for name in aliases(path)})
    result = subprocess.run(
        ["dpkg-query", "-S", *asked],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
        encoding="utf-8",
    )
    found: dict[str, set[str]] = {}
    for line in result.stdout.splitlines():
        names_, _, path = line.partition(": ")
        found[path] = set(names_.split(", "))
    merged = {}
    for path in paths:
        merged[str(path)] = set().union(
            *(found.get(name, set()) for name in aliases(path))
        )
    return {path: owners for path, owners in merged.items() if owners}
