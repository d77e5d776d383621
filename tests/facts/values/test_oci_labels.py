"""Keys of labels that the OCI image specification defines, and those that look like them."""

from __future__ import annotations

import pytest

from lightship.facts.values.oci_labels import KEYS, OCI, is_unknown, meant_key


def test_keys_of_the_image_specification():
    assert OCI == "org.opencontainers.image."
    assert {"title", "revision", "base.digest"} < KEYS
    assert not is_unknown(f"{OCI}title")
    assert not is_unknown("com.example.title")


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        (f"{OCI}license", f"{OCI}licenses"),
        ("org.opencontainer.image.Url", f"{OCI}url"),
        (f"{OCI}desciption", f"{OCI}description"),
        (f"{OCI}team", ""),
    ],
)
def test_what_an_unknown_key_stands_for(key, meant):
    assert is_unknown(key)
    assert meant_key(key) == meant
