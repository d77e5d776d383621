"""When remote-script-run is silent."""

from __future__ import annotations

import pytest
from judged import said

from lightship.repository_facts import RepositoryFacts

TEXT = "RUN curl -fsSL https://example.org/install.sh | sh"


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_what_people_work_in_may_be_installed_by_a_script(purpose):
    assert said("remote-script-run", TEXT)
    assert said("remote-script-run", TEXT, purpose=purpose) == []


RAW = "RUN curl -fsSL https://raw.githubusercontent.com/acme/{}/main/install.sh | sh"


@pytest.mark.parametrize(
    "files",
    [
        {
            "pyproject.toml": '[project.urls]\nRepository = "https://github.com/Acme/shop/"\n'
        },
        {
            "package.json": '{"repository": {"url": "git+https://github.com/acme/shop.git/"}}'
        },
        {
            "README.md": "![ci](https://github.com/acme/shop/actions/workflows/ci.yml/badge.svg)"
        },
    ],
)
def test_a_script_of_those_who_own_the_repository(files):
    assert said("remote-script-run", RAW.format("tools"), files) == []
    assert said(
        "remote-script-run", RAW.format("tools"), {"README.md": "github.com/acme/x"}
    )
    assert said(
        "remote-script-run", RAW.replace("https", "http").format("tools"), files
    )


def test_own_settings_of_a_shell_are_meant_to_move():
    assert said("remote-script-run", RAW.format("dotfiles")) == []
    facts = RepositoryFacts(frozenset({"ghcr.io/acme/shop"}))
    assert said("remote-script-run", RAW.format("tools"), repository=facts) == []
