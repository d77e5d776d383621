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


def test_labels_that_a_file_made_up_are_said_once():
    start = "FROM scratch\nLABEL org.opencontainers.image."
    lines = [f"{start[len('FROM scratch') :]}acme.{name}=a" for name in "abc"]
    text = (
        "FROM scratch" + "".join(lines) + f"{lines[0].replace('acme.a', 'license')}\n"
    )
    made_up, misspelt = findings("oci-label-unknown", text)
    assert "use org.opencontainers.image.licenses" in misspelt.message
    assert made_up.message == (
        "org.opencontainers.image.acme.a, org.opencontainers.image.acme.b and 1 more are not OCI "
        "labels: use a domain of your own"
    )
