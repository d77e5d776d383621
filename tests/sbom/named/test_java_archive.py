"""Which artifacts a jar holds."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sbom.named.reading import brief, named

MANIFEST = "META-INF/MANIFEST.MF"


def jar(files: dict[str, bytes], method: int = 0) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def pom(group: str, artifact: str, version: str) -> dict[str, bytes]:
    text = f"#Created by Maven\nversion={version}\ngroupId={group}\nartifactId = {artifact}\n"
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": text.encode()}


LOG4J = ("maven", "org.apache.logging.log4j:log4j-core", "2.14.1")
INNER = jar(pom("org.apache.logging.log4j", "log4j-core", "2.14.1"))


def test_each_pom_is_an_artifact_those_put_in_too():
    shaded = jar({**pom("a.b", "app", "1"), **pom("c", "lib", "2-rc1")}, ZIP_DEFLATED)
    assert brief("app/app.jar", shaded) == [
        ("maven", "a.b:app", "1"),
        ("maven", "c:lib", "2-rc1"),
    ]


@pytest.mark.parametrize(
    ("name", "manifest", "expected"),
    [
        ("guava-33.3.1-jre.jar", b"", ("guava", "33.3.1-jre")),
        ("x.jar", b"Implementation-Version: 1.2\nImplementation-Vendor-Id: org.x\n", ("org.x:x", "1.2")),
        ("x.jar", b"Bundle-Version: 1.\n 2.3\n", ("x", "1.2.3")),
    ],
)  # fmt: skip
def test_without_a_pom_file_name_and_manifest_say_it(name, manifest, expected):
    made = jar({MANIFEST: b"Manifest-Version: 1.0\n" + manifest})
    assert brief(f"app/{name}", made) == [("maven", *expected)]


def test_neither_name_nor_manifest_with_a_version_names_nothing():
    assert named("app/x.jar", jar({MANIFEST: b"Manifest-Version: 1.0\n"})) == ()
    assert named("app/x.jar", jar({"A.class": b"x"})) == ()


def test_jars_in_a_jar_are_read_but_not_for_ever():
    boot = jar({**pom("x", "app", "1"), "BOOT-INF/lib/log4j-core-2.14.1.jar": INNER})
    assert brief("app.jar", boot) == [("maven", "x:app", "1"), LOG4J]
    nested = INNER
    for _ in range(3):
        nested = jar({"in.jar": nested})
    assert brief("app.war", nested) == [LOG4J]
    assert named("app.war", jar({"in.jar": nested})) == ()


def test_what_inflates_to_too_much_is_not_read():
    bomb = jar({**pom("a", "b", "1"), "in.jar": bytes(65 << 20)}, ZIP_DEFLATED)
    assert brief("a.jar", bomb) == [("maven", "a:b", "1")]
    large = {"META-INF/maven/a/b/pom.properties": b"groupId=a\nartifactId=b\n" * 9000}
    assert named("a.jar", jar(large, ZIP_DEFLATED)) == ()


def test_a_table_of_contents_that_says_to_be_huge_is_not_read():
    end = INNER.rindex(b"PK\x05\x06")
    huge = INNER[: end + 12] + b"\xff\xff\xff\x7f" + INNER[end + 16 :]
    assert named("a.jar", huge) == ()
    locator = INNER[:end] + b"PK\x06\x07" + bytes(16) + INNER[end:]
    assert named("a.jar", locator) == ()


@given(st.integers(0, len(INNER)), st.binary(max_size=9))
def test_law_any_bytes_put_into_a_jar_name_packages_or_nothing(at, data):
    for changed in (INNER[:at] + data + INNER[at:], INNER[:at] + data, data):
        for package in named("a-1.jar", changed):
            assert package.manager == "maven"
