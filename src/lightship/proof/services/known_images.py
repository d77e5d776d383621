"""Known images of data services: how each says that it is ready, and what it must be told.

Sources: the images' own pages on Docker Hub, and the manual pages of the clients. `pg_isready` and
`mysqladmin` ask over TCP: while an image fills a new database its server listens on a socket alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.base_images.reference import read_reference
from lightship.proof.services.services_plan import Probe
from lightship.record import record
from lightship.regex import regex

_LOCAL = "127.0.0.1"
# How a command names its port: redis-server --port 6380, postgres -p 5433, -c port=5433
_PORT = regex(r"(?:--port[ =]|-p ?|\bport=)([0-9]{2,5})(?![0-9])")


@record
class KnownImage:
    """A kind of data service.

    `needs` are variables of which one must be set; `instead` is what is set where none is, so that
    any password will do. `user` are variables whose value the probe is told, `port_option` is how
    it is told a port. With `starts_twice` its server runs for itself alone at first.
    """

    kind: str
    names: tuple[str, ...]
    probe: Probe
    needs: tuple[str, ...] = ()
    instead: tuple[str, str] = ("", "")
    user: tuple[str, ...] = ()
    port_option: str = ""
    starts_twice: bool = False


def _ping(*commands: str) -> Probe:
    return Probe(tuple(tuple(command.split()) for command in commands))


_POSTGRES = _ping(f"pg_isready -q -h {_LOCAL}")
_MYSQL = _ping(
    f"mariadb-admin ping -h {_LOCAL} --silent",
    f"mysqladmin ping -h {_LOCAL} --silent",
)
KNOWN_IMAGES = (
    KnownImage(
        "PostgreSQL",
        (
            "postgres",
            "postgresql",
            "postgis",
            "pgvector",
            "timescaledb",
            "timescaledb-ha",
        ),
        _POSTGRES,
        (
            "POSTGRES_PASSWORD",
            "POSTGRES_PASSWORD_FILE",
            "POSTGRES_HOST_AUTH_METHOD",
            "POSTGRESQL_PASSWORD",
            "ALLOW_EMPTY_PASSWORD",
            "POSTGRES_PASS",
        ),
        ("POSTGRES_HOST_AUTH_METHOD", "trust"),
        ("POSTGRES_USER", "POSTGRESQL_USERNAME"),
        port_option="-p",
        starts_twice=True,
    ),
    KnownImage(
        "MySQL",
        ("mysql", "percona", "mysql-server"),
        _MYSQL,
        (
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
        ),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
        port_option="-P",
        starts_twice=True,
    ),
    KnownImage(
        "MariaDB",
        ("mariadb",),
        _MYSQL,
        (
            "MARIADB_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD",
            "MARIADB_ROOT_PASSWORD_FILE",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MARIADB_RANDOM_ROOT_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
            "ALLOW_EMPTY_PASSWORD",
        ),
        ("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "yes"),
        port_option="-P",
        starts_twice=True,
    ),
    KnownImage(
        "Redis",
        (
            "redis",
            "valkey",
            "redis-stack",
            "redis-stack-server",
            "keydb",
            "dragonfly",
        ),
        _ping(
            f"valkey-cli -h {_LOCAL} ping",
            f"redis-cli -h {_LOCAL} ping",
            f"keydb-cli -h {_LOCAL} ping",
        ),
        port_option="-p",
    ),
    KnownImage(
        "RabbitMQ", ("rabbitmq",), _ping("rabbitmq-diagnostics -q check_running")
    ),
    KnownImage(
        "MongoDB",
        ("mongo", "mongodb", "mongodb-community-server"),
        _ping(
            f"mongosh --quiet --host {_LOCAL} --eval db.runCommand({{ping:1}}).ok",
            f"mongo --quiet --host {_LOCAL} --eval db.runCommand({{ping:1}}).ok",
        ),
    ),
    KnownImage("Memcached", ("memcached",), Probe(port=11211)),
    KnownImage(
        "Elasticsearch",
        ("elasticsearch", "opensearch"),
        Probe(port=9200, path="/_cluster/health"),
    ),
    KnownImage("MinIO", ("minio",), Probe(port=9000, path="/minio/health/live")),
    KnownImage(
        "LocalStack", ("localstack",), Probe(port=4566, path="/_localstack/health")
    ),
    KnownImage("ClickHouse", ("clickhouse-server",), Probe(port=8123, path="/ping")),
    KnownImage("InfluxDB", ("influxdb",), Probe(port=8086, path="/health")),
    KnownImage("Meilisearch", ("meilisearch",), Probe(port=7700, path="/health")),
    KnownImage("Qdrant", ("qdrant",), Probe(port=6333, path="/readyz")),
    KnownImage(
        "Weaviate", ("weaviate",), Probe(port=8080, path="/v1/.well-known/ready")
    ),
    KnownImage("Typesense", ("typesense",), Probe(port=8108, path="/health")),
    KnownImage("Neo4j", ("neo4j",), Probe(port=7474, path="/")),
    KnownImage("CouchDB", ("couchdb",), Probe(port=5984, path="/_up")),
    KnownImage("Solr", ("solr",), Probe(port=8983, path="/solr/")),
    KnownImage("NATS", ("nats",), Probe(port=4222)),
    KnownImage("ZooKeeper", ("zookeeper", "cp-zookeeper"), Probe(port=2181)),
    KnownImage("Kafka", ("kafka", "cp-kafka", "redpanda"), Probe(port=9092)),
    KnownImage("Mosquitto", ("eclipse-mosquitto",), Probe(port=1883)),
    KnownImage(
        "a mail server for tests",
        ("mailhog", "mailpit", "mailcatcher", "maildev"),
        Probe(port=1025),
    ),
    KnownImage("Azurite", ("azurite",), Probe(port=10000)),
    KnownImage(
        "an emulator of GCS",
        ("fake-gcs-server",),
        Probe(port=4443),
    ),
    KnownImage("DynamoDB", ("dynamodb-local",), Probe(port=8000)),
)
# Images that look at a service, or stand before one: an application needs none of them
_TOOLS = frozenset(
    "adminer pgadmin4 pgadmin phpmyadmin mongo-express redis-commander redisinsight flower "
    "traefik nginx caddy haproxy envoy nginx-proxy httpd apache swag nginx-proxy-manager "
    "prometheus grafana loki promtail alloy cadvisor node-exporter portainer portainer-ce "
    "watchtower ngrok certbot cloudflared dozzle kibana opensearch-dashboards jaeger "
    "all-in-one zipkin otel-collector opentelemetry-collector-contrib "
    "opentelemetry-collector autoheal ofelia docker-socket-proxy whoami".split()
)


def name_of_image(image: str) -> str:
    """The last part of a name: `postgis` of `postgis/postgis:16`."""
    reference = read_reference(image)
    if isinstance(reference, str):
        return ""
    return reference.name.rpartition("/")[2].lower()


def known_image(image: str) -> KnownImage | None:
    """What is known of an image, by the last part of its name."""
    name = name_of_image(image)
    for known in KNOWN_IMAGES:
        if name in known.names:
            return known
    return None


def is_tool(image: str) -> bool:
    """Whether an image only looks at others, or stands before them."""
    return name_of_image(image) in _TOOLS


def probe_of(
    image: str, environment: Mapping[str, str], command: Sequence[str] = ()
) -> Probe | None:
    """How to see that a service is ready; None for an image that is not known.

    The port that its command names is asked, and the user that its variables name.
    """
    known = known_image(image)
    if known is None:
        return None
    more: list[str] = []
    user = next((environment[name] for name in known.user if name in environment), "")
    if user:
        more += ("-U", user)
    port = _PORT.search(" ".join(command))
    if port is not None and known.port_option:
        more += (known.port_option, port[1])
    commands = [(*words, *more) for words in known.probe.commands]
    return Probe(tuple(commands), known.probe.port, known.probe.path)


def starts_twice(image: str) -> bool:
    """Whether a server runs for itself alone at first, to fill a new database.

    A health check that asks it by a socket succeeds then, too early.
    """
    known = known_image(image)
    return known is not None and known.starts_twice


def missing_variable(image: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """A variable and its value without which an image does not start; empty where it is told."""
    known = known_image(image)
    if known is None or not known.needs:
        return "", ""
    is_told = any(environment.get(name) for name in known.needs)
    return ("", "") if is_told else known.instead
