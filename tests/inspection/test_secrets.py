"""Secrets in files: which files are looked through, what is found, and that nothing is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import contents, file, layer, row
from inspection.tokens import GITHUB, KEY, MIXED, TOKENS

from lightship.facts.secrets.secret_shapes import _SHAPES, MARKS, secrets_in
from lightship.image.scan import Look
from lightship.inspection.secrets import BY_NAME, find, hidden, in_config
from lightship.inspection.wanted import MOST, WANTED, choose


@pytest.mark.parametrize(
    ("path", "look"),
    [
        ("app/.env", Look.SEARCH),
        ("app/.env.production", Look.SEARCH),
        ("root/.netrc", Look.SEARCH),
        ("home/ci/.ssh/id_ed25519", Look.SEARCH),
        ("usr/local/share/ca/server.key", Look.SEARCH),
        ("usr/share/nginx/html/.env", Look.SEARCH),
        ("usr/share/nginx/html/static/js/main.8f2c.js.map", Look.SEARCH),
        ("var/lib/app/credentials", Look.SEARCH),
        ("app/settings.py", Look.SEARCH),
        ("app/deploy.SH", Look.SEARCH),
        ("etc/app.conf", Look.SEARCH),
        ("usr/src/app/main.go", Look.SEARCH),
        ("usr/local/src/app/Makefile", Look.SEARCH),
        ("usr/lib/x/main.py", Look.SEARCH),
        ("usr/local/bin/start", Look.SEARCH),
        ("app/keys.p12", Look.SEARCH),
        ("app/class", Look.SEARCH),
        ("app/photo.jpg", Look.PASS),
        ("app/font.woff", Look.PASS),
        ("usr/lib/libz.so", Look.PASS),
        ("var/lib/dpkg/status", Look.KEEP),
        ("var/lib/dpkg/info/a.md5sums", Look.KEEP),
        ("etc/os-release", Look.KEEP),
    ],
)
def test_files_are_chosen_by_path(path, look):
    assert choose(path.encode(), 1000) is look


@pytest.mark.parametrize("path", ["app/.netrc", "app/main.js", "app/LICENSE"])
def test_files_are_chosen_by_size(path):
    assert choose(path.encode(), MOST) is Look.SEARCH
    assert choose(path.encode(), MOST + 1) is Look.PASS


@given(path=st.binary(min_size=1, max_size=60), size=st.integers(1, 1 << 40))
def test_any_path_can_be_asked_for(path, size):
    assert choose(path, size) in Look


@pytest.mark.parametrize("token", TOKENS)
@given(
    before=st.text("ab_-. =\n\"'", max_size=60),
    behind=st.text("ab_-. =\n\"'", max_size=60),
)
def test_every_token_that_the_shapes_know_is_found(token, before, behind):
    """The quick look that passes most files by never passes one that has a token."""
    text = f"{before} {token} {behind}"
    known = secrets_in(text)
    assert known
    lines = {text.count("\n", 0, each.span.start) + 1 for each in known}
    assert {hit.line for hit in find(b"app/main.py", text.encode())} == lines


def test_every_shape_has_a_specimen():
    titles = {secret.title for token in TOKENS for secret in secrets_in(token)}
    assert titles == {title for _, title, _ in _SHAPES}
    assert all(len(mark) >= 3 for mark in MARKS)


def test_a_private_key_needs_a_body():
    assert [hit.title for hit in find(b"app/key.pem", KEY.encode())] == [
        "a private key"
    ]
    assert not find(
        b"app/check.py", b"if '-----BEGIN RSA " + b"PRIVATE KEY-----' in text: fail()\n"
    )


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("root/.npmrc", f"//npm.example.com/:_authToken={MIXED}\n", "a package registry token"),
        ("root/.netrc", "machine example.net login ci password hunter2\n", "a password"),
        ("root/.pypirc", "[pypi]\nusername = ci\npassword = hunter2!x\n", "a password"),
        ("root/.git-credentials", "https://ci:hunter2@git.test\n", "a password in a URL"),
        ("app/.git/config", "[remote]\nurl = https://ci:hunter2@git.test/a.git\n", "a password in a URL"),
        ("root/.docker/config.json", '{"auths": {"r.test": {"auth": "Y2k6aHVudGVyMg=="}}}', "registry credentials"),
        ("root/.kube/config", f"users:\n- user:\n    token: {MIXED}\n", "cluster credentials"),
        ("root/.pgpass", "db.test:5432:app:ci:hunter2\n", "a database password"),
        ("app/.env", "DEBUG=true\nexport DB_PASSWORD='correct horse battery'\n", "a value of DB_PASSWORD"),
        ("etc/shadow", "root:$6$abcd$" + MIXED + ":19000:0:99999:7:::\n", "a password hash"),
        ("app/settings.py", f"SECRET_KEY = '{MIXED}'\n", "a Django secret key"),
    ],
)  # fmt: skip
def test_what_files_of_a_name_hold(path, text, title):
    (hit,) = find(path.encode(), text.encode())
    assert hit.title == title
    assert MIXED not in repr(hit)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("root/.npmrc", "//npm.example.com/:_authToken=${NPM_TOKEN}\n"),
        ("root/.netrc", "machine a login b password $TOKEN\n"),
        ("app/.env.example", "DB_PASSWORD=correct horse battery\n"),
        ("app/.env", "DB_PASSWORD=\nAPI_KEY=changeme\nSECRET_FILE=/run/secrets/x\nAUTH_URL=https://a.test\n"),
        ("root/.docker/config.json", '{"auths": {"r.test": {}}, "credsStore": "desktop"}'),
        ("etc/shadow", "root:*:19000:0:99999:7:::\ndaemon:!:19000::::::\n"),
        ("app/settings.py", "SECRET_KEY = os.environ['SECRET_KEY']\n"),
        ("app/main.py", "token = os.environ['GITHUB_TOKEN']  # a_name_that_is_quite_long_but_no_token\n"),
        ("app/data.csv", "\0" + GITHUB),
    ],
)  # fmt: skip
def test_what_is_no_secret(path, text):
    assert not [
        hit for hit in find(path.encode(), text.encode()) if hit.title != BY_NAME
    ]


@given(
    st.binary(max_size=300),
    st.sampled_from((b"a.py", b".env", b".npmrc", b"x.pem", b"etc/shadow", b"a.p12")),
)
def test_any_bytes_can_be_looked_through(data, path):
    lines = data.count(b"\n") + 1
    assert all(0 <= hit.line <= lines for hit in find(path, data))


def test_a_line_is_said_once_and_a_file_says_twenty_at_most():
    assert len(find(b"app/main.py", f"{GITHUB} {GITHUB}\n".encode())) == 1
    assert len(find(b"app/main.py", f"{GITHUB}\n".encode() * 100)) == 20


def test_files_are_searched_on_the_way_where_their_bytes_come_by_once():
    netrc = layer(file("app/.netrc", b"machine a password hunter2"))
    scan = contents(netrc, wanted=WANTED, compression="gzip").stack.scan(0)
    assert [hit.title for hit in scan.secrets[0].hits] == ["a password"]
    assert not scan.unsearched
    scan = contents(netrc, wanted=WANTED).stack.scan(0)
    assert (list(scan.unsearched), scan.secrets) == ([0], {})


def config_of(*rows: str, **more):
    history = [row(text) for text in rows] or None
    layers = [layer(file(f"f{at}")) for at in range(len(rows) or 1)]
    return in_config(contents(*layers, history=history, **more).image)


def test_secrets_of_the_config():
    assert [each.place for each in config_of(Env=["API_TOKEN=q8w7e6r5t4z3"])] == [
        "the environment variable API_TOKEN"
    ]
    assert [each.title for each in config_of(Env=[f"X={GITHUB}"])] == [
        "a token of GitHub"
    ]
    assert [each.place for each in config_of(Labels={"a": GITHUB})] == ["the label a"]
    (shown,) = config_of("RUN |1 NPM_TOKEN=q8w7e6r5t4z3 /bin/sh -c npm ci # buildkit")
    assert (shown.place, shown.layer) == ("NPM_TOKEN in the history (row 1)", 0)
    (shown,) = config_of(f"RUN /bin/sh -c curl -H 'X: {GITHUB}' a.test # buildkit")
    assert shown.place == "the history (row 1)"


def test_a_secret_of_env_is_said_once_though_the_history_has_it_too():
    assert (
        len(config_of("ENV API_TOKEN=q8w7e6r5t4z3", Env=["API_TOKEN=q8w7e6r5t4z3"]))
        == 1
    )


@pytest.mark.parametrize(
    "pair",
    [
        "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
        "PYTHON_SHA256=e6dba5c7c1d1b0a5d0a6b4b0a7b7e1",
        "SECRET_FILE=/run/secrets/x",
        "TOKEN=",
        "AUTH_TOKEN=$OTHER",
        "PASSWORD=password",
        "NODE_KEY=development",
        "KEY=BCA4 3417 C3B4 85DD 128E C6D4 B7B3 B788 A8D3 785C",
        "NGINX_GPG_KEY=573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62 8540A6F18833A80E9C1653A42FD21310B49F6B46",
    ],
)
def test_variables_that_are_no_secret(pair):
    assert not config_of(Env=[pair])


def test_an_instruction_is_shown_without_its_secrets():
    text = (
        f"RUN |1 DB_PASSWORD=correct-horse-b /bin/sh -c curl -H {GITHUB} https://a.test"
    )
    shown = hidden(text)
    assert "correct-horse" not in shown
    assert MIXED not in shown
    assert "https://a.test" in shown
