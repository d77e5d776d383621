"""Python distributions, and what importlib.metadata says of this environment's own."""

from __future__ import annotations

import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest
from images import file, layer
from owned import by_path, files_of, names, owned, package, read

from lightship.image.databases.python import normal
from lightship.image.owners import find_owners

SITE = "venv/lib/python3.13/site-packages"


def test_a_record_lists_files_from_the_directory_that_holds_it():
    record = (
        b"click/__init__.py,sha256=x,1\r\n../../../bin/click,,\n"
        b'"click/a,""b"".py",,\n/etc/click,,\nclick-8.2.dist-info/RECORD,,\n'
    )
    entries = [
        file(f"{SITE}/click-8.2.dist-info/RECORD", record),
        file(f"{SITE}/click/__init__.py", 10),
        file("venv/bin/click", 20),
        file(f'{SITE}/click/a,"b".py', 30),
        file("etc/click", 40),
    ]
    one = package(owned(*entries, file(f"{SITE}/other.py", 5)), "click")
    assert (one.manager, one.version, one.files, one.size) == (
        "python",
        "8.2",
        5,
        100 + len(record),
    )


def test_paths_that_climb_above_the_root_end_there():
    assert names(
        layer(
            file("a-1.dist-info/RECORD", b"../../../../../etc/x,,\n"), file("etc/x", 1)
        )
    ) == {"etc/x": "a"}


def test_an_old_installation_lists_its_files_from_the_egg_info():
    base = "usr/local/lib/python3.8/site-packages/SQLAlchemy-1.3.0-py3.8-linux-x86_64.egg-info"
    lines = b"../sqlalchemy/__init__.py\nPKG-INFO\ninstalled-files.txt"
    entries = [
        file(f"{base}/installed-files.txt", lines),
        file(f"{base}/PKG-INFO", 9),
        file(f"{base}/../sqlalchemy/__init__.py", 3),
    ]
    one = package(owned(*entries), "sqlalchemy")
    assert (one.version, one.size, one.files) == ("1.3.0", 12 + len(lines), 3)


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        ("Flask_SQLAlchemy", "flask-sqlalchemy"),
        ("zope.interface", "zope-interface"),
        ("a-_.b", "a-b"),
    ],
)
def test_names_are_normalised(said, is_):
    assert normal(said) == is_
    assert [
        each.name
        for each in owned(file(f"{said}-1.0.dist-info/RECORD", b"x,,")).packages
    ] == [is_]


def test_an_editable_install_owns_its_marker_and_not_the_source():
    record = b"__editable__.app-1.0.pth,,\napp-1.0.dist-info/RECORD,,\n"
    entries = [
        file(f"{SITE}/app-1.0.dist-info/RECORD", record),
        file(f"{SITE}/__editable__.app-1.0.pth", b"/src\n"),
    ]
    assert set(names(layer(*entries, file("src/app/__init__.py", 3)))) == {
        made.path for made in entries
    }


def test_a_distribution_inside_another_is_the_others():
    outer = b"setuptools/__init__.py,,\nsetuptools/_vendor/six-1.0.dist-info/RECORD,,\nsetuptools/_vendor/six.py,,\n"
    entries = [
        file("s/setuptools/_vendor/six-1.0.dist-info/RECORD", b"six.py,,\n"),
        file("s/setuptools/_vendor/six.py", 4),
        file("s/setuptools-80.dist-info/RECORD", outer),
    ]
    assert [each.name for each in owned(*entries).packages] == ["setuptools"]


def test_a_directory_without_a_version_is_a_name():
    assert [
        (each.name, each.version)
        for each in owned(file("odd.dist-info/RECORD", b"x")).packages
    ] == [("odd", "")]


@pytest.mark.parametrize("name", ["click", "hypothesis", "packaging", "pluggy"])
def test_importlib_says_the_same(name):
    site = Path(sysconfig.get_path("purelib")).resolve()
    theirs = {
        Path(str(path.locate())).resolve() for path in distribution(name).files or ()
    }
    there = [path for path in theirs if path.is_file() and path.stat().st_size]
    version = distribution(name).version
    root = site.parents[3]
    image = read(layer(*files_of(root, there)))
    found = find_owners(image)
    assert [(each.manager, each.name, each.version) for each in found.packages] == [
        ("python", name, version)
    ]
    ours = by_path(image, found)
    assert set(ours) == {str(path).removeprefix(str(root)).strip("/") for path in there}
    assert found.unowned == 0
