"""Files that look like secrets by their names, and are none by what they hold or who reads them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import judged
import pytest
from judged import found

from lightship.context.files import Context, File, FileKind
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety, Severity
from lightship.lint.registry import all_rules

RULE = {rule.id: rule for rule in all_rules()}["secret-file-copied"]
BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"


def said(files):
    return [item.message for item in RULE.check(build_of("COPY . /app", files))]


def certificate(name: bytes) -> str:
    body = b64encode(b"0\x82\x01" + name * 3).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def common_name(name: bytes) -> bytes:
    """The part of a certificate that names its owner."""
    return b"\x06\x03\x55\x04\x03\x0c" + bytes([len(name)]) + name


@pytest.mark.parametrize(
    ("name", "count"),
    [
        (b"postgres", 0),
        (b"*", 0),
        (b"scoring_engine", 0),
        (b"127.0.0.1", 0),
        (b"203.0.113.9", 1),
        (b"10.0.0.7", 1),
        (b"shop.io", 1),
        (b"Shop Root CA", 1),
    ],
)
def test_a_certificate_of_one_word_is_for_no_host_of_the_internet(name, count):
    files = {"a/server.key": KEY, "a/server.crt": certificate(common_name(name))}
    assert len(said(files)) == count


def test_a_certificate_of_one_word_may_name_a_host_beside_it():
    names = common_name(b"postgres") + b"\x82\x0aapi.shop.io\x00"
    assert said({"a/server.key": KEY, "a/server.crt": certificate(names)})


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("recursive-include shop/keys *.json *.key", 0),
        ("recursive-include shop *.key", 0),
        ("recursive-include other *.key", 1),
        ("recursive-include shop *.json", 1),
    ],
)
def test_keys_that_a_package_gives_to_everybody_are_no_secret(row, count):
    files = {"shop/keys/router.key": KEY, "MANIFEST.in": f"{row}\n"}
    assert len(said(files)) == count


def test_a_key_that_a_run_or_another_dockerfile_needs_is_not_excluded():
    files = {"etc/certs/server.key": KEY, "app.py": ""}

    def is_offered(text: str, **more: str) -> bool:
        (finding,) = RULE.check(build_of(f"COPY . /app\n{text}", {**files, **more}))
        return finding.fix is not None

    assert is_offered("RUN make")
    assert not is_offered("RUN cp -r /app/etc/certs /certs")
    other = {"web.Dockerfile": "FROM nginx\nCOPY etc/certs /certs\n"}
    assert not is_offered("RUN make", **other)


def test_a_file_that_the_program_loads_in_the_image_is_not_excluded():
    files = {".env": "API_TOKEN=9f3ab21c7d5e4f60a1b2\n"}
    load = "from dotenv import load_dotenv\nload_dotenv()\n"
    for code, is_offered in (("import os\n", True), (load, False)):
        build = build_of("COPY . /app", {**files, "app.py": code})
        (finding,) = RULE.check(build)
        assert (finding.fix is not None) is is_offered


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("http.jl", "using DotEnv\nDotEnv.load!()\n"),
        ("settings.py", "env = environ.Env()\nenviron.Env.read_env()\n"),
        ("settings.py", "from decouple import config\n"),
        ("settings.py", "model_config = {'env_file': '.env'}\n"),
        ("index.php", "$dotenv = Dotenv\\Dotenv::createImmutable(__DIR__);\n"),
        ("main.go", 'import "github.com/joho/godotenv"\n'),
        ("Gemfile", "gem 'dotenv-rails'\n"),
    ],
)
def test_a_file_that_a_library_loads_is_excluded_only_by_choice(name, code):
    files = {".env": "API_TOKEN=9f3ab21c7d5e4f60a1b2\n", name: code}
    (finding,) = RULE.check(build_of("COPY . /app", files))
    assert finding.fix is None
    (choice,) = finding.choices
    assert choice.safety is Safety.MANUAL


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY=ChangeMeChangeMe",
        "PRIVATE_KEY=${PWD}/testdata/tls/localhost.key",
        "TOKEN_FILE_KEY=./keys/token",
        "DATABASE_URL=postgresql://shop:shop@db:5432/shop",
        "AUTH_RATELIMIT=10/minute",
    ],
)
def test_a_variable_without_a_secret_value_is_no_secret(line):
    assert said({".env": f"{line}\n"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY=09d25e094faa6ca2556c8181",
        "DATABASE_URL=postgresql://shop:Tr0ub4dor@db:5432/shop",
        "AWS_SECRET_ACCESS_KEY=/abc/defGhi123+JklMno456PqrStu789VwXyZ",
    ],
)
def test_a_variable_with_a_secret_value_is_one(line):
    assert said({".env": f"{line}\n"})


def test_a_key_for_localhost_is_for_work_on_the_project():
    local, public = certificate(b"localhost"), certificate(b"shop.org")
    assert said({"haproxy.pem": local + KEY}) == []
    assert said({"server.crt": local, "server.key": KEY}) == []
    assert said({"haproxy.pem": public + KEY})
    assert said({"server.crt": public, "server.key": KEY})


@pytest.mark.parametrize(
    "name",
    [
        b"screenly.local0",
        b"*.example.com1",
        b"Internet Widgits Pty Ltd",
        b"ssl-cert-snakeoil",
    ],
)
def test_a_key_for_no_real_host_opens_nothing(name):
    assert said({"ssl/web.crt": certificate(name), "ssl/web.key": KEY}) == []


@pytest.mark.parametrize(
    "name", [b"www.local-shop.ru", b"example.community", b"shop.testing.de"]
)
def test_a_key_for_a_host_of_the_internet_is_a_secret(name):
    assert said({"ssl/web.crt": certificate(name), "ssl/web.key": KEY})


def test_a_key_of_a_certificate_that_only_itself_has_signed_is_for_trying():
    script = "openssl req -new -newkey rsa:4096 -nodes{} \\\n  -keyout {}web.key -out web.crt\n"
    for text in (script.format(" -x509", ""), script.format(" -x509", "ssl/")):
        assert said({"ssl/web.key": KEY, "make-cert.sh": text}) == []
    assert said({"ssl/web.key": KEY, "make-cert.sh": script.format("", "")})
    assert said({"ssl/api.key": KEY, "make-cert.sh": script.format(" -x509", "")})


def test_a_key_that_the_program_reads_may_be_public():
    code = 'KEY = open("ca.key").read()\n'
    package = {"proxy/__init__.py": "", "proxy/certificates.py": code}
    assert said({"proxy/ca.key": KEY, **package}) == []
    assert said({"proxy/ca.key": KEY, "proxy/certificates.py": code})
    assert said({"proxy/ca.key": KEY, "proxy/__init__.py": ""})
    reader = {"app/sign.py": 'open("keys/dev_private.key")\n'}
    assert said({"app/keys/dev_private.key": KEY, **reader}) == []


KEY_BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----\n"
COPY_ALL = "FROM python:3.13-slim\nCOPY . /app"


def copied(files, text=COPY_ALL, **fields):
    return judged.said("secret-file-copied", text, files, **fields)


@pytest.mark.parametrize(
    "line",
    [
        "REACT_APP_INTELOWL_VERSION=v6.4.0",
        "DB_PASSWORD=${DB_PASSWORD}",
        "API_KEY=$API_KEY",
        "API_KEY=${API_KEY:?missing}",
        "API_KEY={{ api_key }}",
    ],
)
def test_an_environment_file_without_a_secret_may_be_copied(line):
    text = "COPY .env.docker .env\nCMD x"
    assert judged.said("secret-file-copied", text, {".env.docker": f"{line}\n"}) == []


def test_an_environment_file_with_a_secret_may_not():
    files = {".env.docker": "DB_PASSWORD=hunter2-hunter2\n"}
    assert judged.said("secret-file-copied", "COPY .env.docker .env\nCMD x", files)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sp.key", "YOUR_PRIVATE_KEY_HERE"),
        ("server.pem", "<your key>"),
        ("a.key", "..."),
    ],
)
def test_a_header_around_a_placeholder_is_no_key(name, body):
    text = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    assert copied({name: text}) == []
    assert copied({name: PEM})


@pytest.mark.parametrize(
    "line",
    [
        "VLLM_TOKENIZER=mistralai/Mistral-7B",
        "AUTH_MODE=local",
        "REACT_APP_AUTH_KEY=abc",
        "GROQ_API_KEY=YOUR_GROQ_API",
        "GROQ_API_KEY=your-key-here",
        "SECRET_KEY=CHANGEME",
        "SECRET_KEY=change-me-please",
        "TOKEN=xxxxxxxx",
        "TOKEN=<token>",
        "TOKEN={{ token }}",
        "DB_URL=postgresql+asyncpg://${DB_USER}:${DB_PASSWORD}@db/shop",
        "DB_URL=postgresql://shop:password@db/shop",
        "SENTRY_DSN=https://40898941b7a605622b60a5e97c9ebc3c@sentry.shop.io/7",
    ],
)
@pytest.mark.parametrize("name", [".env", ".env.local", ".env.txt"])
def test_an_environment_file_of_placeholders_holds_no_secret(line, name):
    assert copied({name: f"{line}\n", "package.json": "{}"}) == []


@pytest.mark.parametrize(
    "line",
    [
        *("DBPASSWORD=hunter2", "API_KEY_2=k1", "TOKENS=a,b"),
        *("DATABASE_CREDENTIALS=a:b", "DB_URL=postgresql://shop:hunter2@db/shop"),
    ],
)
def test_a_secret_is_told_by_the_end_of_a_word(line):
    assert copied({".env": f"{line}\n"})


def test_a_directory_that_is_only_kept_open_holds_no_secret():
    text = "FROM debian:13\nADD .kube /root/.kube"
    assert copied({".kube/.empty": ""}, text) == []
    assert copied({".kube/config": "token: a"}, text)


def test_the_path_of_the_file_is_named_not_the_pattern():
    [message] = copied({"data/.env": "TOKEN=a\n"})
    assert message.startswith("copies data/.env into the image")


def test_what_the_final_image_takes_from_a_stage_is_in_the_image():
    text = (
        "FROM python:3.13 AS builder\nCOPY . /app\nFROM python:3.13-slim\n"
        "COPY --from=builder {} /app"
    )
    files = {".env": "TOKEN=a\n"}
    assert "into the image" in copied(files, text.format("/app"))[0]
    assert "into this stage" in copied(files, text.format("/venv"))[0]


def test_a_stage_that_the_target_does_not_need_copies_nothing():
    text = "FROM python:3.13 AS work\nCOPY . /app\nFROM python:3.13-slim AS production"
    assert copied({".env": "TOKEN=a\n"}, text, target="production") == []
    assert copied({".env": "TOKEN=a\n"}, text, target="work")


def test_a_key_that_code_beside_it_reads_is_not_excluded():
    [alone] = found("secret-file-copied", COPY_ALL, {"proxy/ca.key": PEM})
    files = {"proxy/ca.key": PEM, "proxy/certificates.py": "open('ca.key')"}
    [read] = found("secret-file-copied", COPY_ALL, files)
    assert alone.finding.fix is not None
    assert read.finding.fix is None


def test_what_is_for_work_on_the_project_may_be_copied():
    token = {".env": "TOKEN=a\n"}
    assert copied({"keys/dev_private.key": PEM}) == []
    assert copied({"service/.env.dev": "TOKEN=a\n"}) == []
    assert copied({".env.local": "TOKEN=a\n"})
    assert copied(token)
    for purpose in ("development", "test", "ci"):
        assert copied(token, purpose=purpose) == []


def test_keys_of_an_image_for_tests_are_those_of_the_tests():
    assert copied({"certs/ca.key": PEM}, purpose="test") == []


def test_a_link_in_a_copied_directory_is_copied_without_its_content():
    link = File("src/.env", kind=FileKind.SYMLINK)
    texts = {"src/.env": b"TOKEN=abc\n"}
    context = Context(lambda: [link, File("src/main.py")], texts.get)
    build = replace(build_of("COPY src /app"), context=context)
    assert list(RULE.check(build)) == []
    named = replace(build_of("COPY src/.env /app/.env"), context=context)
    assert list(RULE.check(named))


def test_an_environment_file_that_the_start_command_chooses_is_not_excluded():
    text = f'{COPY_ALL}\nCMD ["shop", "run", "--env={{}}"]'
    files = {".env.docker": "JWT_SECRET=b01c66dc2c58dc6a\n"}
    [chosen] = found("secret-file-copied", text.format("docker"), files)
    [other] = found("secret-file-copied", text.format("production"), files)
    assert chosen.finding.fix is None
    assert other.finding.fix is not None


def test_a_key_that_code_of_the_server_reads_is_not_excluded():
    files = {"web.key": PEM, "index.js": "fs.readFileSync('./web.key')"}
    [finding] = found("secret-file-copied", COPY_ALL, files)
    assert finding.finding.fix is None


def test_a_certificate_is_found_by_the_other_half_of_its_name():
    local = certificate(b"idp.localhost")
    assert copied({"private.key": PEM, "public.cert": local}) == []


def test_a_key_below_templates_belongs_to_what_is_made_from_them():
    assert copied({"pot/templates/plc/ssl/ssl.key": PEM}) == []


@pytest.mark.parametrize(
    "text",
    [
        "POSTGRES_PASSWORD=postgres\nSECRET_KEY=key\n",
        "ELASTIC_USER=elastic\nELASTIC_PASSWORD=elastic\n",
        "ADMIN_PASSWORD=test123\nDJANGO_SECRET_KEY=random-test-key\n",
        "DB_PASSWORD=password\n",
        "PORT=80\nREDIS_PORT\nREDIS_PASSWORD\n",
    ],
)
@pytest.mark.parametrize("name", [".env", ".env.dev", "docker/.env.postgres"])
def test_defaults_that_everybody_guesses_are_no_secrets(text, name):
    assert copied({name: text}) == []


@pytest.mark.parametrize(
    "line", ["DB_PASSWORD=shop2024", "SECRET_KEY=django-insecure-8f3k2j9x"]
)
def test_a_value_that_is_no_default_is_a_secret(line):
    assert copied({".env": f"POSTGRES_PASSWORD=postgres\n{line}\n"})


def test_an_index_file_without_a_password_holds_no_secret():
    text = "[shop]\nrepository: https://pypi.example.org/\nusername: \npassword:{}\n"
    assert copied({".pypirc": text.format("")}) == []
    assert copied({".pypirc": text.format(" hunter2")})
    assert copied({".pypirc": "[a]\nrepository: https://me:hunter2@example.org/\n"})


@pytest.mark.parametrize(
    ("manual", "count"),
    [
        ("The certificates in `etc/ssl` are purely\nexample ones.\n", 0),
        ("Put your keys into `etc/ssl`.\n", 1),
        ("An example certificate lies elsewhere.\n\nKeys are in `etc/ssl`.\n", 1),
    ],
)
def test_a_key_that_a_manual_calls_an_example_is_no_secret(manual, count):
    assert len(said({"etc/ssl/made/key.pem": KEY, "README.md": manual})) == count


def test_a_prototype_holds_no_secrets():
    assert said({".env.prototype": "TOKEN=09d25e094faa6ca2556c8181\n"}) == []


COPIED = "FROM python:3.13\nCOPY . /app"


@pytest.mark.parametrize(
    ("files", "is_told"),
    [
        ({".env": "#API_TOKEN=\n# DB_PASSWORD=\n"}, False),
        ({".env": "SMTP_PASSWORD=tu_app_password_aqui\n"}, False),
        (
            {
                ".env": "APP_SECRET=8d2ab73f\n",
                "composer.json": '{"require": {"symfony/runtime": "*"}}',
            },
            False,
        ),
        (
            {
                ".env": "APP_SECRET=8d2ab73f\n",
                "composer.json": '{"require": {"php": "*"}}',
            },
            True,
        ),
        ({"infra/.terraform/terraform.tfstate": "{}"}, False),
        ({"infra/terraform.tfstate": "{}"}, True),
    ],
)
def test_what_is_named_like_a_secret_and_shows_none(files, is_told):
    assert (
        bool(judged.said("secret-file-copied", COPIED, {**files, "app.py": ""}))
        is is_told
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n  \n", 0),
        ("MAIL_PASSWORD=tu_app_password\n", 0),
        ("MAIL_PASSWORD=tu9xk2\n", 1),
        ("API_TOKEN=change me\n", 0),
        ("API_TOKEN=<your token>\n", 0),
        ("API_TOKEN=\n", 0),
    ],
)
def test_a_file_of_variables_without_a_value_holds_no_secret(text, count):
    assert len(said({".env": text, "app.py": ""})) == count


FRONT_END = (
    "FROM node:22 AS build\nWORKDIR /app\nCOPY .env ./\nCOPY . .\nRUN npm run build\n"
    "FROM nginx\nCOPY --from=build /app/{} /usr/share/nginx/html"
)


@pytest.mark.parametrize(
    ("source", "taken", "count"),
    [
        ("fetch(import.meta.env.VITE_API)", "dist", 0),
        ("fetch(process.env.REACT_APP_API)", "dist", 0),
        ("fetch(process.env.API)", "dist", 1),
        ("fetch(import.meta.env.VITE_API)", "", 1),
    ],
)
def test_variables_of_pages_in_a_stage_that_is_not_shipped(source, taken, count):
    files = {"src/app.tsx": source, "package.json": "{}"}
    text = FRONT_END.format(taken)
    assert len(judged.said("secret-file-copied", text, files)) == count


def test_a_stage_that_is_not_shipped_is_a_note():
    text = "FROM debian:13 AS build\nCOPY . /srv\nRUN make\nFROM debian:13\n"
    files = {".env": "TOKEN=a\n", "a.c": ""}
    own = f"{text}COPY --from=build /bin/a /bin/a\n"
    assert judged.severities("secret-file-copied", own, files) == [Severity.INFO]
    [message] = copied(files, own)
    assert message.endswith("into this stage, and the build cache keeps it")
    given = f"{text}COPY --from=build /srv /srv\n"
    assert judged.severities("secret-file-copied", given, files) != [Severity.INFO]


@pytest.mark.parametrize(
    ("comment", "manual", "count"),
    [
        ("# admin:changeme\n", "", 0),
        ("", "- user: admin\n- password: 123\n", 0),
        ("", "The admin signs in.\n\nA password: see below\n", 1),
        ("", "Log in as `admin` / `changeme`.\n", 0),
        ("", "The admin sets a password.\n", 1),
        ("# see docs/admin/setup\n", "", 1),
    ],
)
def test_a_login_that_the_repository_gives_to_everybody(comment, manual, count):
    text = f"FROM nginx:1.29\n{comment}COPY .htpasswd /etc/nginx/\n"
    files = {".htpasswd": "admin:$apr1$aa$bb\n", "README.md": manual}
    assert len(judged.said("secret-file-copied", text, files)) == count


@pytest.mark.parametrize(
    ("key", "beside", "count"),
    [
        ("pki/mykey.pem", "pki/mycert.pem", 0),
        ("pki/key.pem", "pki/cert.pem", 0),
        ("pki/mykey.pem", "pki/othercert.pem", 1),
        ("pki/mykey.pem", "mycert.pem", 1),
    ],
)
def test_a_certificate_for_localhost_may_be_named_for_its_key(key, beside, count):
    for_localhost = certificate(common_name(b"localhost:8443"))
    assert len(said({key: KEY, beside: for_localhost})) == count


def test_a_client_of_a_login_is_no_secret():
    assert said({".env": "AUTH_CLIENT=shop-client\nAUTH_CLIENT_ID=shop\n"}) == []
    assert said({".env": "AUTH_CLIENT_SECRET=x82ksl1ma9\n"})


PKI = "ENV HOME_OF=/srv/app\nWORKDIR /opt\nCOPY config/saml2 ${HOME_OF}/saml2\n"
PLACE = "/srv/app/saml2/pki/mykey.pem"
TAKEN = """FROM debian AS one
COPY config /c
FROM debian
COPY --from=one /c/saml2/pki/mykey.pem"""


@pytest.mark.parametrize(
    ("text", "files"),
    [
        # Settings that only compose reads
        (PKI, {".env.sample": f"KEY_FILE_PATH={PLACE}\n"}),
        (PKI, {"app.ini": f"key = {PLACE}\n"}),
        (PKI, {"k8s/app.yaml": f'    value: "{PLACE}"\n'}),
        (PKI, {"compose.yaml": f"    environment:\n      KEY: file:{PLACE}\n"}),
        (PKI, {"start.sh": f"uvicorn --ssl-keyfile={PLACE}\n"}),
        (f"{PKI}ENV KEY={PLACE}", {}),
        (f"{PKI}ENV KEY=$HOME_OF/saml2/pki/mykey.pem", {}),
        (f'{PKI}CMD ["uvicorn", "--ssl-keyfile", "{PLACE}"]', {}),
        # From the directory that the image starts in
        (f"{PKI}WORKDIR /srv/app\nCMD run --key saml2/pki/mykey.pem", {}),
        (f"{PKI}WORKDIR /srv\nCMD run --key ./app/saml2/pki/mykey.pem", {}),
        # By wildcards, and through another stage
        ("COPY conf*/saml2 /srv/app/saml2/", {"a.cfg": f"key: {PLACE}"}),
        ("COPY config/saml2/p* /srv/", {"a.cfg": "key: /srv/mykey.pem"}),
        (f"{TAKEN} /etc/ssl/", {"a.cfg": "key: /etc/ssl/mykey.pem"}),
        (f"{TAKEN} /etc/tls.pem\nENV KEY=/etc/tls.pem", {}),
    ],
)
def test_a_key_that_is_named_by_its_place_in_the_image_is_not_excluded(text, files):
    key = {"config/saml2/pki/mykey.pem": KEY, "config/saml2/pki/note.txt": ""}
    kept = RULE.check(build_of(text, {**key, **files}))
    assert [finding.fix for finding in kept] == [None]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (PKI, {}),
        (PKI, {"app.ini": f"key = {PLACE}.old\n"}),
        (PKI, {"app.ini": f"key = /old{PLACE}\n"}),
        # A volume brings a file of its own
        (PKI, {"compose.yaml": f"    volumes:\n      - ./key.pem:{PLACE}:ro\n"}),
        (f"{PKI}CMD run --key mykey.pem", {}),
    ],
)
def test_a_key_of_which_nothing_says_where_it_is_in_the_image_is_excluded(text, files):
    key = {"config/saml2/pki/mykey.pem": KEY, "config/saml2/note.txt": ""}
    (finding,) = RULE.check(build_of(text, {**key, **files}))
    assert finding.fix is not None


TASK = '{"family": "shop", "containerDefinitions": []}'


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({".aws/task-definition.json": TASK}, 0),
        ({".aws/training.json": TASK, ".aws/task.json": TASK}, 0),
        ({".aws/task-definition.json": TASK, ".aws/credentials": "[default]\n"}, 1),
        ({".aws/keys.json": '{"SecretAccessKey": "a"}'}, 1),
    ],
)
def test_a_task_definition_of_ecs_is_no_login(files, count):
    assert len(said({"app.py": "", **files})) == count


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("bike-forecast-472820", 0),
        ("bike-forecast-velib-472820", 0),
        ("bike-forecast-47a8b20c", 1),
        ("bikeforecast472820ab1c", 1),
    ],
)
def test_words_with_a_number_are_the_id_of_a_project(value, count):
    assert len(said({".env": f"GOOGLE_CLOUD_PROJECT={value}\n"})) == count


def test_words_with_a_number_may_be_the_value_of_a_secret():
    assert said({".env": "API_TOKEN=bike-forecast-472820\n"})
