"""Which package needs which, among those that are there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.image.databases.package_lists import PackageFacts
from lightship.sbom.bill import NO_BLAME, Component
from lightship.sbom.relations import relations


def package(
    manager: str,
    name: str,
    needs: str = "",
    *paths: str,
    arch: str = "",
    provides: str = "",
) -> Component:
    facts = PackageFacts(arch, needs=needs, provides=provides)
    places = tuple(path.encode() for path in paths)
    return Component(manager, name, "1", "", 0, NO_BLAME, places, facts)  # fmt: skip


def needed(*components: Component) -> dict[str, list[str]]:
    """What each needs that needs something, by names with the first path."""
    said = [
        component.name + (f" {component.paths[0].decode()}" if component.paths else "")
        for component in components
    ]
    found = zip(said, relations(components), strict=True)
    return {name: [said[place] for place in places] for name, places in found if places}  # fmt: skip


def test_a_deb_needs_the_first_alternative_that_is_there():
    needs = (
        "libc6:any (>= 2.34), default-mta | mail-transport-agent | postfix, gone, app"
    )
    assert needed(
        package("deb", "app", needs),
        package("deb", "libc6"),
        package("deb", "exim4", provides="mail-transport-agent (= 1), x"),
        package("deb", "postfix"),
    ) == {"app": ["libc6", "exim4"]}


def test_an_rpm_needs_who_provides_the_capability_and_no_file_or_condition():
    needs = "libc.so.6()(64bit)\nbash\n/bin/sh\n(less if bash)\nrpmlib(FileDigests)"
    glibc = {
        arch: package("rpm", "glibc", arch=arch, provides=f"glibc\n{capability}")
        for arch, capability in (
            ("x86_64", "libc.so.6()(64bit)"),
            ("i686", "libc.so.6"),
        )
    }
    components = [
        package("rpm", "app", needs, arch="x86_64"),
        package("rpm", "less", arch="x86_64"),
        package("rpm", "bash", arch="noarch"),
        *glibc.values(),
    ]
    assert relations(components)[0] == (2, 3)


def test_a_deb_needs_that_of_its_architecture():
    libc = [package("deb", "libc6", arch=arch) for arch in ("amd64", "i386")]
    app = package("deb", "app", "libc6, data", arch="i386")
    found = relations([*libc, app, package("deb", "data", arch="all")])
    assert found == ((), (), (1, 3), ())


def test_an_apk_needs_what_others_provide():
    assert needed(
        package("apk", "curl", "so:libc.musl-x86_64.so.1 ca-certificates>=1 !old"),
        package("apk", "musl", provides="so:libc.musl-x86_64.so.1=1"),
        package("apk", "ca-certificates"),
        package("apk", "old"),
    ) == {"curl": ["musl", "ca-certificates"]}


FLASK = """Werkzeug>=3.1
python-dotenv ; extra == 'dotenv'
colorama; sys_platform == 'win32'
jinja2 (>=3) ; python_version > '3'
!"""


def test_a_distribution_of_python_needs_neither_extras_nor_what_is_for_another_system():
    others = ("werkzeug", "python-dotenv", "colorama", "jinja2")
    rest = [package("python", name) for name in others]
    assert needed(package("python", "flask", FLASK), *rest) == {"flask": ["werkzeug", "jinja2"]}  # fmt: skip


def test_of_two_folders_of_python_packages_the_own_one_is_meant():
    paths = [f"{root}/x-1.dist-info/METADATA" for root in ("a", "b")]
    first, second = (package("python", "x", "", path) for path in paths)
    app = package("python", "app", "x", "b/app-1.dist-info/METADATA")
    assert relations([first, second, app]) == ((), (), (1,))
    elsewhere = package("python", "app", "x", "c/app-1.dist-info/METADATA")
    assert relations([first, second, elsewhere]) == ((), (), ())


def test_a_package_of_npm_needs_the_nearest():
    def of_npm(folder: str, needs: str = "") -> Component:
        name = folder.rpartition("node_modules/")[2]
        return package("npm", name, needs, f"{folder}/package.json")

    inner = of_npm("app/node_modules/a/node_modules/@s/b")
    outer = of_npm("app/node_modules/@s/b", "a")
    a = of_npm("app/node_modules/a", "@s/b gone")
    deep = of_npm("app/node_modules/a/node_modules/c", "@s/b")
    elsewhere = of_npm("other/node_modules/c", "@s/b")
    assert relations([inner, outer, a, deep, elsewhere]) == ((), (2,), (0,), (0,), ())


@pytest.mark.parametrize("manager", ["golang", "maven"])
def test_other_kinds_have_none(manager):
    assert relations([package(manager, "a", "b"), package(manager, "b")]) == ((), ())


@given(
    st.lists(
        st.tuples(st.sampled_from(["deb", "apk", "python", "npm", "rpm"]), st.sampled_from("abc"), st.text(max_size=20), st.text(max_size=9))
    )
)  # fmt: skip
def test_law_a_relation_leads_to_another_package_of_the_kind(rows):
    components = [package(kind, name, f"{needs} a", f"node_modules/{name}/x", provides=more) for kind, name, needs, more in rows]  # fmt: skip
    for place, places in enumerate(relations(components)):
        assert place not in places
        assert all(components[other].manager == components[place].manager for other in places)  # fmt: skip
