"""What oci-label-unknown says of a misspelt key."""

from __future__ import annotations

from judged import findings


def test_a_misspelt_key_is_the_one_that_is_near():
    start = "FROM scratch\nLABEL org.opencontainers.image."
    [near] = findings("oci-label-unknown", f"{start}desciption=a\n")
    assert near.message.endswith("use org.opencontainers.image.description")
    assert near.fix is not None
    [far] = findings("oci-label-unknown", f"{start}team=a\n")
    assert far.message.endswith("use a domain of your own")
    assert far.fix is None
