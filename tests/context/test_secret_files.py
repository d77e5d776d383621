"""Which names say that a file holds secrets."""

import pytest

from lightship.context.secret_files import (
    is_named_for_secrets,
    is_public_environment,
    is_sample,
)


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        (["tests"], "server.key"),
        (["integration_tests", "setup"], "ca-key.pem"),
        (["e2e-certs"], "server.key"),
        ([], ".env.example"),
        ([], ".env.prototype"),
        (["fixtures"], ".env"),
    ],
)
def test_what_is_an_example_or_for_tests(folders, name):
    assert is_sample(folders, name)


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        ([], ".env"),
        (["latest"], "server.key"),
        (["contest"], ".env"),
        (["dev"], ".env"),
    ],
)
def test_what_may_be_real(folders, name):
    assert not is_sample(folders, name)


@pytest.mark.parametrize(
    "path", [".env", "app/.env", "home/app/.ssh/id_rsa", "home/tests/.netrc"]
)
def test_names_that_say_so(path):
    assert is_named_for_secrets(path)


@pytest.mark.parametrize(
    "path", ["app/unit_tests/.env", "app/settings.py", "srv/.env.js"]
)
def test_names_that_do_not(path):
    assert not is_named_for_secrets(path)


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("postgres://postgres:fk@localhost/shop", True),
        ("postgres://shop:pw@127.0.0.1:5432/shop", True),
        ("postgres://shop:pw@db.shop.io/shop", False),
        ("postgres://shop:pw@localhost.shop.io/shop", False),
        ("postgres://shop:Tr0ub4dor@localhost/shop", False),
    ],
)
def test_a_few_letters_for_ones_own_machine_are_no_secret(address, is_public):
    text = f"SECRET_KEY=foo\nDATABASE_URL={address}\n"
    assert is_public_environment(text) is is_public


@pytest.mark.parametrize(
    ("line", "is_public"),
    [
        ("SITE_API_SECRET=site_secret", True),
        ("RECAPTCHA_API_KEY=recaptcha_api_key", True),
        ("FLASK_HMAC_SECRET_KEY=secret-key", True),
        ("APPLICATION_CRYPTO_SECRET_KEY=super_secret", True),
        ("API_KEY=sample_key_12345", True),
        ("SHOP_DB_PASSWORD=shpp", True),
        ("POSTGRES_PASSWORD=aegis_password", False),
        ("SHOP_DB_PASSWORD=hunter2", False),
        ("SITE_API_SECRET=ab12", False),
        ("TOKEN=abcd", False),
    ],
)
def test_words_that_only_say_which_secret_belongs_there(line, is_public):
    assert is_public_environment(f"DEBUG=1\n{line}\n") is is_public
