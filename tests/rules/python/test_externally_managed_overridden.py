"""When externally-managed-overridden reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

from lightship.repository_facts import RepositoryFacts

OVERRIDE = "pip install --break-system-packages -I -r requirements.txt"
DEBIAN = "FROM debian:13-slim\n"
RULE_EM = "externally-managed-overridden"


def test_an_install_for_a_user_replaces_nothing_of_the_system():
    text = "RUN pip install --user --break-system-packages flask==3.1.2"
    assert said("externally-managed-overridden", text) == []


def test_pip_beside_modules_of_the_distribution_is_meant():
    install = "RUN apt-get install -y python3-pip {}\n"
    assert said(RULE_EM, f"{DEBIAN}{install.format('python3-dev')}RUN {OVERRIDE}")
    assert said(RULE_EM, f"{DEBIAN}{install.format('python3-uno')}RUN {OVERRIDE}") == []
    alpine = "FROM alpine:3.22\nRUN apk add py3-pip py3-olm\n"
    assert said(RULE_EM, f"{alpine}RUN {OVERRIDE}") == []
    suse = "FROM opensuse/tumbleweed\nRUN zypper install -y python312-tqdm\n"
    assert said(RULE_EM, f"{suse}RUN rm /usr/lib64/python3.12/EXTERNALLY-MANAGED") == []


@pytest.mark.parametrize(
    "text",
    [
        "# The launcher requires it\nENV PIP_BREAK_SYSTEM_PACKAGES=1",
        "ENV PIP_BREAK_SYSTEM_PACKAGES=1\n\n# PIP_BREAK_SYSTEM_PACKAGES: uno is Debian's",
        "RUN set -e && \\\n    # Align with upstream\n    rm /usr/lib/python3/EXTERNALLY-MANAGED",
    ],
)
def test_an_override_that_a_comment_explains_is_meant(text):
    assert said(RULE_EM, f"{DEBIAN}{text}") == []


def test_an_override_counts_only_where_the_final_image_gets_it():
    final = "FROM debian:13-slim\nCOPY --from=build /dist /dist\n"
    builder = f"FROM debian:13 AS build\nRUN {OVERRIDE}\n"
    assert said(RULE_EM, f"{builder}{final}") == []
    [item] = found(RULE_EM, f"{builder}{final}RUN {OVERRIDE}")
    assert item.finding.span.start > len(builder)
    assert said(RULE_EM, f"{DEBIAN}RUN {OVERRIDE}", purpose="test") == []


def test_an_image_on_a_base_of_the_project_follows_it():
    own = RepositoryFacts(images=frozenset(("acme/base",)))
    text = f"FROM acme/base:1\nRUN {OVERRIDE}"
    assert said(RULE_EM, text)
    assert said(RULE_EM, text, repository=own) == []
