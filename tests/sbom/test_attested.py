"""What attestations beside an image say: bills of materials and provenances of other makers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.image.image import Attestation
from lightship.sbom.attested import Attested, attested

SPDX = "https://spdx.dev/Document"


def said(kind: str, predicate: object, *purls: str) -> Attested:
    (found,) = attested([Attestation(kind, {"predicate": predicate})], purls)
    return found


def reference(purl: str, kind: str = "purl") -> dict[str, object]:
    return {"externalRefs": [{"referenceType": kind, "referenceLocator": purl}]}


def test_a_bill_in_spdx_names_packages_and_some_that_are_not_here():
    packages = [
        reference("pkg:pypi/flask@3?x=1"),
        reference("pkg:pypi/flask@3?x=1"),
        reference("pkg:deb/debian/a@1?arch=amd64"),
        reference("cpe:2.3:a", "cpe23Type"),
        {"name": "the image"},
    ]
    found = said(SPDX, {"packages": packages}, "pkg:deb/debian/a@1?arch=arm64")
    assert found == Attested(SPDX, 2, ("pkg:pypi/flask@3",))


def test_a_bill_in_cyclonedx_names_packages():
    components = [{"purl": "pkg:npm/a@1"}, {"purl": "no package URL"}, {}, 5]
    found = said("https://cyclonedx.org/bom", {"components": components}, "pkg:npm/a@1")
    assert (found.packages, found.unlisted) == (2, ())


def test_syft_writes_the_end_of_a_module_as_a_subpath():
    packages = [reference("pkg:golang/x/y@v3.0.0#v3")]
    assert said(SPDX, {"packages": packages}, "pkg:golang/x/y/v3@v3.0.0").unlisted == ()


V02 = {"builder": {"id": "https://ci"}, "materials": [{"uri": "pkg:docker/python@3"}, {}]}  # fmt: skip
V1 = {
    "buildDefinition": {"resolvedDependencies": [{"uri": "pkg:docker/python@3"}]},
    "runDetails": {"builder": {"id": "https://ci"}},
}


@pytest.mark.parametrize("predicate", [V02, V1])
def test_a_provenance_names_its_builder_and_what_it_took(predicate):
    found = said("slsa", predicate)
    expected = ("pkg:docker/python@3",)
    assert found == Attested("slsa", builder="https://ci", materials=expected)


odd = st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["packages", "components", "externalRefs", "purl", "builder", "materials", "uri", "id"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(odd)
def test_law_any_predicate_is_read(predicate):
    assert said("x", predicate, "pkg:npm/a@1").predicate_type == "x"
