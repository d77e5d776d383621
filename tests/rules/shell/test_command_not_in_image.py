"""What an image of the repository's own has is not known, whatever its name."""

from __future__ import annotations

from lightship.repository_facts import RepositoryFacts
from tests.judged import said

_TEXT = "FROM ubuntu:base\nRUN wget https://example.com/a\n"


def test_a_tag_that_the_repository_gives_is_no_public_image():
    own = RepositoryFacts(images=frozenset({"ubuntu", "ubuntu:base"}))
    assert said("command-not-in-image", _TEXT, repository=own) == []

    other = RepositoryFacts(images=frozenset({"ubuntu", "ubuntu:conda"}))
    assert len(said("command-not-in-image", _TEXT, repository=other)) == 1
