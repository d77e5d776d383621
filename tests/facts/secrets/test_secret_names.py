"""Names that say that a variable holds a secret."""

from __future__ import annotations

import pytest

from lightship.facts.secrets.secret_names import is_secret_name


@pytest.mark.parametrize(
    "name",
    ["PASSWORD", "db_password", "API_TOKEN", "apikey", "GITHUB_AUTH", "AWS_SECRET_KEY"],
)
def test_a_part_of_the_name_says_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["PATH", "TOKENS", "MONKEY", "PUBLIC_KEY", "PASSWORD_FILE", "KEY_VERSION", ""],
)
def test_names_of_other_things(name):
    assert not is_secret_name(name)
