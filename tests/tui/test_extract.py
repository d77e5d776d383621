"""A file into a folder: nothing outside it, nothing through a link, no bits that the user did not ask for."""

from __future__ import annotations

import os
import stat

import pytest
from images import contents, directory, file, hardlink, layer, opened, symlink

from lightship.errors import FileError, ImageError
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.tui.extract import ExistsError, extract, safe_name


def taken(image, path, folder, **more):
    scan = image.stack.scan(0)
    return extract(image, 0, scan.paths.index(path), str(folder), **more)


@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
def test_a_file_has_its_content(tmp_path, compression):
    image = contents(
        layer(file("before", 5000), file("a/b.txt", b"words"), file("behind", 9)),
        compression=compression,
    )
    path = taken(image, b"a/b.txt", tmp_path / "new" / "folder")
    assert path == str(tmp_path / "new" / "folder" / "b.txt")
    assert (tmp_path / "new" / "folder" / "b.txt").read_bytes() == b"words"


def test_an_empty_file_and_a_hard_link(tmp_path):
    image = contents(
        layer(file("empty"), file("one", b"shared"), hardlink("two", "one"))
    )
    taken(image, b"empty", tmp_path)
    taken(image, b"two", tmp_path)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        "empty": b"",
        "two": b"shared",
    }


def test_setuid_setgid_and_sticky_bits_are_dropped(tmp_path):
    image = contents(layer(file("su", b"x", mode=0o7755), file("secret", b"x", mode=0)))
    for name, wanted in ((b"su", 0o755), (b"secret", 0o600)):
        mode = stat.S_IMODE(os.stat(taken(image, name, tmp_path)).st_mode)
        assert mode == wanted & ~_umask()


def _umask():
    found = os.umask(0)
    os.umask(found)
    return found


@pytest.mark.parametrize(
    "path", [b"..", b"a/..", b"../../..", b".", b"a/.", b"", b"a/"]
)
def test_names_that_lead_elsewhere_are_refused(path):
    with pytest.raises(ImageError, match="not a valid file name"):
        safe_name(path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (b"../../../etc/cron.d/job", "job"),
        (b"/etc/passwd", "passwd"),
        (b"a/\x1b[31mred", r"_x1b[31mred"),
        (b"a/two\nlines", r"two_nlines"),
        (b"a/\xff\xfe", "_xff_xfe"),
        (b"a/..\\..\\win", ".._.._win"),
        (b"a/\xe2\x80\xaefdp.exe", r"_u202efdp.exe"),
        (b"...", "..."),
        ("müsli".encode(), "müsli"),
    ],
)
def test_only_the_last_part_of_a_path_names_the_file(path, name):
    assert safe_name(path) == name


def test_hostile_paths_stay_in_the_folder(tmp_path):
    folder = tmp_path / "in" / "here"
    image = contents(
        layer(file("../../escaped", b"x"), file("a/../../../../escaped2", b"x"))
    )
    for path in image.stack.scan(0).paths:
        assert os.path.dirname(taken(image, path, folder)) == str(folder)
    assert [each.name for each in tmp_path.iterdir()] == ["in"]
    assert [each.name for each in (tmp_path / "in").iterdir()] == ["here"]


def test_nothing_is_overwritten_unasked(tmp_path):
    image = contents(layer(file("a", b"new")))
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(ExistsError, match="already exists"):
        taken(image, b"a", tmp_path)
    assert (tmp_path / "a").read_bytes() == b"old"
    taken(image, b"a", tmp_path, overwrite=True)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("target", ["outside", "nowhere"])
def test_a_link_in_the_folder_is_never_followed(tmp_path, target):
    image = contents(layer(file("a", b"new")))
    (tmp_path / "outside").write_bytes(b"old")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / target)
    with pytest.raises(ExistsError):
        taken(image, b"a", folder)
    taken(image, b"a", folder, overwrite=True)
    assert not (folder / "a").is_symlink()
    assert (tmp_path / "outside").read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_regular_file_is_refused(tmp_path):
    image = contents(
        layer(directory("d"), symlink("l", "/etc/passwd"), hardlink("h", "not-there"))
    )
    for path in (b"d", b"l", b"h"):
        with pytest.raises(ImageError, match="not a regular file"):
            taken(image, path, tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_a_folder_that_is_none_is_said(tmp_path):
    image = contents(layer(file("a", b"x"), file("n" * 300, b"x")))
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(FileError, match="already exists"):
        taken(image, b"a", tmp_path / "taken")
    with pytest.raises(FileError, match="cannot write"):
        taken(image, b"a", tmp_path / "taken" / "below")
    with pytest.raises(FileError, match="cannot write"):
        taken(image, b"n" * 300, tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(FileError, match="cannot write"):
        taken(image, b"a", tmp_path, overwrite=True)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "taken"]


def test_a_layer_that_ends_too_early_leaves_nothing(tmp_path):
    whole = opened(layer(file("a", 5000)))
    read = read_contents(whole, Reading(NOTHING_WANTED, Limits()))
    blob = whole.blobs[0]
    blob.read_at, real = (
        (lambda at, size: real(at, size)[: max(2000 - at, 0)]),
        blob.read_at,
    )
    with pytest.raises(ImageError, match="5,000 bytes were expected"):
        taken(read, b"a", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_went_by_are_said_to_be_gone(tmp_path):
    image = contents(layer(file("a", b"x")))
    image.opened = Opened(image.image, (None,))
    with pytest.raises(ImageError, match="were streamed and not kept"):
        taken(image, b"a", tmp_path)
    assert list(tmp_path.iterdir()) == []
