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


def test_a_command_in_a_variable_may_install_anything():
    start = 'FROM ubuntu:24.04\nARG APT="apt-get -o Acquire::Retries=3 -y"\n'
    end = " && add-apt-repository -y ppa:a/b\n"
    call = "RUN ${APT} install -q software-properties-common"
    assert said("command-not-in-image", f"{start}{call}{end}") == []
    assert said("command-not-in-image", f"{start}RUN ${{APT}} update") == []
    assert len(said("command-not-in-image", f"{start}RUN ls ${{APT}}{end}")) == 1
