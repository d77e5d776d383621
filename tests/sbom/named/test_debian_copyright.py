"""The licences in Debian's copyright files."""

from __future__ import annotations

from sbom.named.reading import licences, named

PATH = "usr/share/doc/libfoo1/copyright"
FORMAT = b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


def test_a_machine_readable_file_has_a_field_for_each():
    data = FORMAT + (
        b"Upstream-Name: foo\n\nFiles: *\nCopyright: someone\nLicense: GPL-2+ or MIT\n"
        b"\nFiles: debian/*\nLicense: Expat\n Permission is\n .\n License: none\n"
        b"\nLicense: GPL-2+\n see /usr/share/common-licenses/GPL-2\n"
    )
    assert licences(PATH, data) == [("GPL-2+ or MIT", "Expat", "GPL-2+")]
    (package,) = named(PATH, data)
    assert (package.manager, package.name) == ("deb", "libfoo1")


def test_another_file_points_to_texts_that_do_not_say_or_later():
    data = (
        b"This is free software; see /usr/share/common-licenses/GPL-2.\n"
        b"Parts: `/usr/share/common-licenses/Apache-2.0' and\n/usr/share/common-licenses/GPL-2.\n"
    )
    assert licences(PATH, data) == [("common-licenses/GPL-2", "Apache-2.0")]


def test_a_file_without_either_names_nothing():
    assert named(PATH, b"Copyright someone. License: ours\n") == ()
    assert named("app/doc/copyright", FORMAT + b"License: MIT\n") == ()
