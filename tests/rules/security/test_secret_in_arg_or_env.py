"""When secret-in-arg-or-env reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said, severities, severity

from lightship.lint.finding import Severity
from lightship.repository_facts import RepositoryFacts

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    "text",
    [
        "ARG SECRET_KEY=dummy",
        "ENV API_KEY=fakekey",
        "ARG SECRET_KEY=insecure_docker_build_key",
        "ARG SECRET_KEY=Docker_builds",
        "ARG SECRET_KEY=for-the-build",
        "ARG SECRET_KEY=only_build_time",
        "ENV CLOUD_SECRET=if_you_see_this_set_it_up_properly",
        "ARG DB_PASSWORD=not_set",
        "ENV SECRET_KEY=overwritten-in-keys-sh",
        "ENV API_TOKEN=to_be_replaced",
        "ENV API_TOKEN=set-by-entrypoint",
    ],
)
def test_a_value_that_says_it_is_none_is_no_secret(text):
    assert said("secret-in-arg-or-env", text) == []


@pytest.mark.parametrize("value", ["rebuilds-x81ab2", "buildings9f3", "docker91ab2f"])
def test_a_value_with_part_of_the_word_build_is_a_secret(value):
    assert said("secret-in-arg-or-env", f"ARG SECRET_KEY={value}")


@pytest.mark.parametrize("use", ["$TLS_KEY", "${TLS_KEY}", "certs/${TLS_KEY:-a.key}"])
def test_what_a_copy_takes_for_a_path_is_no_secret(use):
    text = f"FROM nginx:1.28\nARG TLS_KEY\nCOPY {use} /etc/nginx/tls.key"
    assert said("secret-in-arg-or-env", text) == []


@pytest.mark.parametrize(
    "line",
    [
        "ADD https://x:${TLS_KEY}@example.com/a /a",
        "RUN echo $TLS_KEY",
        "COPY $TLS_KEY_FILE /a",
    ],
)
def test_what_opens_an_address_or_is_no_path_is_a_secret(line):
    assert said("secret-in-arg-or-env", f"FROM nginx:1.28\nARG TLS_KEY\n{line}")


@pytest.mark.parametrize("value", ["dummy", "docker_builds"])
def test_a_dummy_that_a_build_replaces_is_a_secret(value):
    text = f"ARG SECRET_KEY={value}"
    given = frozenset({"SECRET_KEY"})
    assert severities("secret-in-arg-or-env", text, given_args=given) == [WARNING]
    assert severities("secret-in-arg-or-env", "ENV SECRET_KEY=insecure-key") == [
        WARNING
    ]


@pytest.mark.parametrize("value", ["$API_TOKEN", "${API_TOKEN}", '"$API_TOKEN"'])
def test_an_env_that_takes_an_arg_on_is_the_same_secret(value):
    text = f"ARG API_TOKEN\nENV API_TOKEN={value}"
    (message,) = said("secret-in-arg-or-env", text)
    assert message.endswith("pass it at run time")


@pytest.mark.parametrize(
    "text",
    [
        "ENV DEBUG_TOKEN=false",
        "ENV ADMIN_PASSWORD=",
        "ENV METRICS_HTTP_AUTH_USER=''",
        "ENV KEY_LENGTH=4096",
        "ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
        "ENV VITE_API_KEY=abcdef",
        "ENV APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1",
        "ENV POSTGRES_HOST_AUTH_METHOD=trust",
        "ENV TLS_KEY=/run/secrets/tls.key",
        "ARG SCCACHE_S3_NO_CREDENTIALS",
    ],
)
def test_nothing_is_said_of_what_is_no_secret(text):
    assert said("secret-in-arg-or-env", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV API_TOKEN=x9Kq2LmT77Zp", ERROR),
        ("ARG API_TOKEN=x9Kq2LmT77Zp", ERROR),
        ("ARG API_TOKEN\nRUN ./fetch", WARNING),
        ("ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN", WARNING),
        ("ENV SECRET_KEY=secret", WARNING),
        ("ENV ADMIN_PASSWORD=admin", WARNING),
    ],
)
def test_a_secret_that_is_out_is_an_error(text, expected):
    assert severities("secret-in-arg-or-env", text)[-1] is expected


@pytest.mark.parametrize("purpose", ["test", "development", "ci"])
def test_nothing_is_said_of_an_image_to_work_with(purpose):
    text = "FROM postgres:18\nENV POSTGRES_PASSWORD=x9Kq2LmT77Zp"
    assert severities("secret-in-arg-or-env", text) == [ERROR]
    assert said("secret-in-arg-or-env", text, purpose=purpose) == []


@pytest.mark.parametrize(
    "text",
    [
        "ENV POSTGRES_PASSWORD=postgres",
        "ENV POSTGRES_USER=orders POSTGRES_PASSWORD=orders",
        "ENV POSTGRES_DB=orders\nENV POSTGRES_PASSWORD=orders",
        "ARG RABBITMQ_DEFAULT_PASSWORD=password123",
        "ENV MYSQL_ROOT_PASSWORD=root",
        "ENV S3_ADDRESS=0.0.0.0:9000 S3_SECRET_KEY=ponyponypony",
        "ENV S3_ENDPOINT_URL=http://localhost:9000\nENV S3_SECRET_KEY=ponyponypony",
    ],
)
def test_nothing_is_said_of_a_service_that_everybody_can_open(text):
    assert said("secret-in-arg-or-env", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ENV POSTGRES_USER=orders POSTGRES_PASSWORD=x9Kq2LmT77Zp",
        "ENV S3_ADDRESS=s3.example.org S3_SECRET_KEY=ponyponypony",
        "ENV SHOP_USER=shopkeeper SHOP_PASSWORD=shopkeeper",
    ],
)
def test_the_password_of_another_service_is_out(text):
    assert severities("secret-in-arg-or-env", text) == [ERROR]


def test_a_password_that_a_build_gives_is_a_secret():
    given = frozenset({"DB_PASSWORD"})
    text = "ARG DB_PASSWORD=postgres"
    assert severities("secret-in-arg-or-env", text, given_args=given) == [WARNING]


def test_a_variable_set_to_itself_without_an_argument_is_empty():
    text = "FROM python:3.13\nENV AWS_SECRET_ACCESS_KEY $AWS_SECRET_ACCESS_KEY\n"
    assert said("secret-in-arg-or-env", text) == []
    given = text.replace("ENV", "ARG AWS_SECRET_ACCESS_KEY\nENV")
    assert len(said("secret-in-arg-or-env", given)) == 1


def test_a_key_may_be_the_name_of_an_entry_in_a_store():
    text = "FROM python:3.13\nENV REDIS_KEY={}\n"
    assert said("secret-in-arg-or-env", text.format("SPY_latest")) == []
    assert said("secret-in-arg-or-env", text.format("aG83kd0fj29dkfoe93"))


def test_a_public_key_is_no_secret():
    assert said("secret-in-arg-or-env", "ARG ssh_pub_key") == []
    assert said("secret-in-arg-or-env", "ARG ssh_prv_key")


STAGES = "FROM python:3.14-slim AS build\n{line}\n{run}\nFROM python:3.14-slim\nCOPY --from=build /a /a"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("ARG SECRET_KEY=foo", 0),
        ("ENV SECRET_KEY=changeme", 0),
        ("# their values don't matter\nARG SECRET_KEY=abcd1", 0),
        ("# their values don't matter\nARG SECRET_KEY=kD83hsL20dkwq", 1),
        ("ARG SECRET_KEY=abcd1", 1),
    ],
)
def test_a_word_that_lets_a_build_stage_start_is_no_secret(line, count):
    text = STAGES.format(line=line, run="RUN python manage.py collectstatic")
    assert len(said("secret-in-arg-or-env", text)) == count


def test_what_nothing_in_a_build_stage_reads_is_to_be_removed():
    line = "ENV ADMIN_PASSWORD=1234567890"
    plain = STAGES.format(line=line, run="RUN wget https://example.org/a")
    assert "remove it" in said("secret-in-arg-or-env", plain)[0]
    read = STAGES.format(line=line, run="RUN python setup.py")
    assert "mount it as a secret" in said("secret-in-arg-or-env", read)[0]


def test_an_access_key_is_the_name_of_a_user_beside_its_secret_key():
    access, secret = "ENV MINIO_ACCESS_KEY=miniouser7", "ENV MINIO_SECRET_KEY=Kq83hsL2"
    assert len(said("secret-in-arg-or-env", f"{access}\n{secret}")) == 1
    assert len(said("secret-in-arg-or-env", access)) == 1


@pytest.mark.parametrize(
    ("pair", "count"),
    [
        ("POSTHOG_KEY=phc_muk9qE3TfZsX3SZ9XxX52kCGJBclr", 0),
        ("STRIPE_KEY=pk_live_51H8q2kLx83hsL2", 0),
        ("POSTHOG_KEY=phx_muk9qE3TfZsX3SZ9XxX52kCGJBclr", 1),
        ("STRIPE_KEY=sk_live_51H8q2kLx83hsL2", 1),
    ],
)
def test_a_key_that_its_vendor_publishes_is_no_secret(pair, count):
    assert (
        len(said("secret-in-arg-or-env", f"FROM debian:13\nENV {pair}\nCMD app"))
        == count
    )


def test_what_minio_has_by_itself_is_what_everybody_writes():
    text = "FROM debian:13\nENV AWS_SECRET_ACCESS_KEY={}\nCMD app"
    assert (
        severity("secret-in-arg-or-env", text.format("minioadmin")) is Severity.WARNING
    )
    assert severity("secret-in-arg-or-env", text.format("Kq83hsL2")) is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ENV APP_TABLE_KEY=metrics\n", 0),
        ("ENV PARTITION_KEY=user_id\n", 0),
        ("ENV TABLE_KEY=q8Xn2LwzP0aa\n", 1),
        ("ENV SIGNING_KEY=metrics\n", 1),
    ],
)
def test_a_key_may_be_the_name_of_a_table_or_column(text, count):
    assert len(said("secret-in-arg-or-env", f"FROM debian:13\n{text}")) == count


def test_a_variable_that_nothing_sets_is_no_secret():
    text = "FROM debian:13\nENV LICENSE_KEY=$VENDOR_KEY\n"
    assert said("secret-in-arg-or-env", text) == []
    given = text.replace("ENV", "ARG VENDOR_KEY\nENV")
    assert said("secret-in-arg-or-env", given) == [
        "ARG keeps VENDOR_KEY in the image for anyone to read: pass it at run time"
    ]


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 0),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYq8Xn2LwzP0", 1),
    ],
)
def test_the_keys_of_the_manual_of_aws_open_nothing(value, count):
    text = f"FROM debian:13\nENV AWS_SECRET_ACCESS_KEY={value}\n"
    assert len(said("secret-in-arg-or-env", text)) == count


@pytest.mark.parametrize(
    ("name", "run", "count"),
    [
        ("MAPBOX_TOKEN", "npm run prod", 0),
        ("GOOGLE_MAPS_API_KEY", "yarn build", 0),
        ("MAPBOX_TOKEN", "./fetch-maps", 1),
        ("NPM_TOKEN", "npm run prod", 1),
    ],
)
def test_the_key_of_a_map_is_in_the_page(name, run, count):
    text = f"FROM node:24 AS web\nARG {name}\nENV {name}=${name}\nRUN {run}\n"
    text += "FROM nginx:1.29\nCOPY --from=web /app/dist /usr/share/nginx/html\n"
    assert len(said("secret-in-arg-or-env", text)) == count


def test_a_password_that_a_run_sets_is_told_of_that_run():
    text = "ARG PASSWORD=secret\nRUN useradd app && echo app:${PASSWORD} | chpasswd"
    assert said("secret-in-arg-or-env", text) == []
    assert said("password-set-in-run", text)
    assert said("secret-in-arg-or-env", f"{text}\nRUN ./login $PASSWORD")
    assert said("secret-in-arg-or-env", f"{text}\nENV APP_PASSWORD=$PASSWORD")
    # Another name that only begins like it
    other = text.replace("${PASSWORD}", "${PASSWORD_2}")
    assert said("secret-in-arg-or-env", other)


@pytest.mark.parametrize(
    ("value", "plain", "example"),
    [
        ("grafana", ERROR, Severity.INFO),
        ("secret", WARNING, Severity.INFO),
        ("tr0ub4dor", ERROR, ERROR),
    ],
)
def test_what_everybody_knows_is_a_note_in_an_example(value, plain, example):
    text = f"FROM grafana/grafana:12.0.0\nENV GF_SECURITY_ADMIN_PASSWORD={value}"
    of_example = RepositoryFacts(is_example=True)
    assert severity("secret-in-arg-or-env", text) is plain
    assert severity("secret-in-arg-or-env", text, repository=of_example) is example


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("GF_AUTH_ANONYMOUS_ORG_ROLE", 0),
        ("GF_AUTH_ANONYMOUS_ORG_NAME", 0),
        ("GF_AUTH_PROXY_WHITELIST", 0),
        ("AUTH_DEFAULT_GROUPS", 0),
        ("GF_AUTH_GOOGLE_CLIENT_SECRET", 1),
        ("GF_AUTH_JWT_KEY", 1),
        ("MY_AUTH_VALUE", 1),
        ("ROLE_PASSWORD", 1),
    ],
)
def test_a_setting_about_logging_in_is_no_secret(name, count):
    text = f"FROM grafana/grafana:12.0.0\nENV {name}=kD83hsL20dkwq"
    assert len(said("secret-in-arg-or-env", text)) == count


@pytest.mark.parametrize(
    ("others", "key", "count"),
    [
        ("TRAILBLAZER_HOST=host", "key", 0),
        ("SERVICE_AUTH_NAME=auth_name", "SECRET_KEY", 0),
        ("TRAILBLAZER_HOST=host", "kD83hsL20dkwq", 1),
        ("TRAILBLAZER_HOST=example.org", "key", 1),
        ("TRAILBLAZER_HOST=''", "key", 1),
    ],
)
def test_a_value_that_repeats_its_name_beside_others_that_do_opens_nothing(
    others, key, count
):
    text = f"FROM debian:13\nENV {others}\nENV CG_SECRET_KEY={key}"
    assert len(said("secret-in-arg-or-env", text)) == count


_PASSED_ON = (
    "FROM python:3.13\nARG {0}\nENV {0}=${0}\nCOPY . .\nRUN python tools/get.py"
)


@pytest.mark.parametrize(
    ("name", "script", "cure"),
    [
        ("HUB_TOKEN", "os.environ['HUB_TOKEN']", "mount it as a secret"),
        ("AWS_SECRET_ACCESS_KEY", "import boto3", "mount it as a secret"),
        ("HUB_TOKEN", "import boto3", "pass it at run time"),
        ("HUB_TOKEN", "", "pass it at run time"),
    ],
)
def test_what_a_script_reads_during_the_build_is_mounted(name, script, cure):
    files = {"tools/get.py": script}
    (message,) = said("secret-in-arg-or-env", _PASSED_ON.format(name), files)
    assert message.endswith(f": {cure}")


def test_an_argument_that_a_build_gives_and_nothing_reads_is_to_be_removed():
    text = "FROM postgres:18\nARG DB_PASSWORD\nCOPY init /init"
    given = frozenset({"DB_PASSWORD"})
    (message,) = said("secret-in-arg-or-env", text, given_args=given)
    assert message.endswith(": remove it, as nothing in this stage reads it")
    (message,) = said("secret-in-arg-or-env", f"{text}\nRUN ./init", given_args=given)
    assert message.endswith(": mount it as a secret")


def test_a_name_may_have_any_sign_in_it():
    assert said("secret-in-arg-or-env", "FROM debian:13\nARG [_TOKEN")


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("REPLACEMEINCMDLINE", 0),
        ("replace_me", 0),
        ("changeme", 0),
        ("change-me-in-production", 0),
        ("your-token", 0),
        ("secret", 1),
        ("kD83hsL20dkwq", 1),
    ],
)
def test_a_value_that_asks_to_be_replaced_opens_nothing(value, count):
    text = f'FROM debian:13\nENV SLACK_TOKEN="{value}"\nCMD a'
    assert len(said("secret-in-arg-or-env", text)) == count


@pytest.mark.parametrize(
    ("body", "is_idle"),
    [
        ("ARG DB_PASSWORD\nCOPY init /init\nRUN chmod 644 /init", True),
        ("ARG DB_PASSWORD\nCOPY init /init", True),
        ("ARG DB_PASSWORD\nRUN ./init", False),
        ("ARG DB_PASSWORD\nRUN echo $DB_PASSWORD > /init", False),
        ("ARG DB_PASSWORD\nENV DB_PASSWORD=$DB_PASSWORD", False),
        ("ARG DB_PASSWORD=x9Kq2LmT77Zp\nCOPY init /init", False),
    ],
)
def test_of_an_argument_that_nothing_reads_a_note_says_so(body, is_idle):
    (message,) = said("secret-in-arg-or-env", f"FROM postgres:18\n{body}")
    assert message.startswith("nothing reads ARG DB_PASSWORD") is is_idle


def test_an_argument_that_a_build_gives_is_kept_whether_anything_reads_it_or_not():
    text = "FROM postgres:18\nARG DB_PASSWORD\nCOPY init /init"
    given = frozenset({"DB_PASSWORD"})
    assert severity("secret-in-arg-or-env", text) is Severity.INFO
    assert severity("secret-in-arg-or-env", text, given_args=given) is WARNING


@pytest.mark.parametrize(
    ("pair", "count"),
    [
        ("GF_AUTH_ANONYMOUS_ORG_ROLE=Admin", 0),
        ("OAUTH_TOKEN_SCOPES=read", 0),
        ("GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET=kD83hsL20dkwq", 1),
        ("ROLE_PASSWORD=kD83hsL20dkwq", 1),
    ],
)
def test_a_name_that_ends_in_what_it_is_may_be_none_of_a_secret(pair, count):
    assert (
        len(said("secret-in-arg-or-env", f"FROM debian:13\nENV {pair}\nCMD a")) == count
    )


@pytest.mark.parametrize(
    ("host", "count"), [("mocklims.example.org", 0), ("lims.example.org", 1)]
)
def test_the_password_of_a_service_that_is_none_opens_nothing(host, count):
    text = (
        f"FROM debian:13\nENV LIMS_HOST={host}\nENV LIMS_PASSWORD=kD83hsL20dkwq\nCMD a"
    )
    assert len(said("secret-in-arg-or-env", text)) == count
