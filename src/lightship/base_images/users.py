"""As whom an image runs, and with what it can make a user: facts of images that many start from.

What the images' own Dockerfiles and pages are known to say. Read for this on 2026-11-24:
docker-library/python, ruby, postgres, golang, php, wordpress and mysql, nodejs/docker-node,
nginxinc/docker-nginx, rust-lang/docker-rust, MariaDB/mariadb-docker, adoptium/containers; on
2026-12-02: RasaHQ/rasa-sdk (USER 1001). The other rows are common knowledge that was not read
again, so no fix that rests on this table alone is safe.
"""

from __future__ import annotations

from functools import lru_cache

from lightship.base_images.reference import Reference, read_reference
from lightship.record import record

# Official images whose own last USER is not root
_OFFICIAL_USERS = frozenset(
    """adminer elasticsearch fluentd groovy haproxy hitch irssi jenkins jetty jobber
    jruby kibana kong lightstreamer logstash memcached odoo open-liberty rocket.chat
    solr sonarqube spark spiped teamspeak varnish websphere-liberty geonetwork emqx
    bonita convertigo""".split()
)
# Official images that start as root, and whose entrypoint or server gives root up
_OFFICIAL_DROPS = frozenset(
    """arangodb cassandra consul couchbase couchdb eclipse-mosquitto eggdrop flink ghost
    httpd influxdb mariadb matomo mongo mysql nats neo4j nginx orientdb percona
    php-zendserver postgres rabbitmq rapidoid redis redmine rethinkdb storm valkey vault
    wordpress nextcloud zookeeper znc drupal joomla mediawiki phpmyadmin backdrop monica
    postfixadmin xwiki yourls""".split()
)
# Of distroless images, gcr.io has tags for both users
_USER_TAGS = (
    "nonroot",
    "rootless",
    "chiseled",
    "-distroless",
    "nanoserver",
    "servercore",
)
_USERS_DOMAINS = ("cgr.dev/", "dhi.io/")
# The images of sclorg for sources (centos/python-36-centos7) end with USER 1001.
# AWS Lambda runs its images as a user with few rights
# (docs.aws.amazon.com/lambda/latest/dg/images-create.html)
_USERS_PREFIXES = tuple(
    """bitnami/ bitnamisecure/ bitnamilegacy/ jupyter/ quay.io/jupyter/
    nginxinc/nginx-unprivileged apache/airflow apache/superset jenkins/ grafana/ prom/
    quay.io/prometheus/ quay.io/keycloak/keycloak keycloak/keycloak confluentinc/
    selenium/ ghcr.io/puppeteer/puppeteer cimg/ circleci/ gitpod/ mambaorg/micromamba
    public.ecr.aws/lambda/ amazon/aws-lambda-
    rapidsai/ trinodb/trino openpolicyagent/opa sonatype/ docker.elastic.co/
    opensearchproject/ percona/ jboss/ rasa/rasa mcr.microsoft.com/mssql/
    mcr.microsoft.com/windows mcr.microsoft.com/dotnet/framework/
    centos/python- centos/nodejs- centos/ruby- centos/php- centos/perl- quay.io/sclorg/
    registry.access.redhat.com/ubi8/python registry.access.redhat.com/ubi9/python
    registry.access.redhat.com/ubi8/nodejs registry.access.redhat.com/ubi9/nodejs
    registry.access.redhat.com/ubi8/openjdk registry.access.redhat.com/ubi9/openjdk""".split()
)
_ROOT_PREFIXES = tuple(
    """ghcr.io/astral-sh/uv astral/uv nvidia/cuda nvcr.io/nvidia/ pytorch/pytorch
    tensorflow/tensorflow mcr.microsoft.com/dotnet/ mcr.microsoft.com/playwright
    mcr.microsoft.com/openjdk/ continuumio/ condaforge/ public.ecr.aws/docker/library/
    registry.access.redhat.com/ubi redhat/ubi tiangolo/ phusion/baseimage""".split()
)
_BUSYBOX = ("alpine", "busybox")
_SHADOW = frozenset(
    """debian ubuntu buildpack-deps python node golang ruby rust perl php openjdk
    eclipse-temurin maven gradle gcc almalinux rockylinux fedora centos oraclelinux
    erlang elixir haskell julia r-base swift tomcat clojure pypy mono
    ibm-semeru-runtimes sapmachine composer dart rakudo-star hylang""".split()
)
_OTHERS = frozenset(
    """aerospike alt azul-zulu amazoncorretto amazonlinux api-firewall archlinux bash caddy
    chronograf cirros clearlinux clefos clickhouse consul crate django docker dragonfly
    eclipse-mosquitto espocrm euleros express-gateway flux friendica gazebo gitea haxe hello-world
    ibmjava influxdb iojs java kapacitor krakend liquibase mageia mongo-express nats-streaming
    neurodebian nim node notary opensuse photon plone rails registry ros sapmachine satosa
    scratch silverpeas sl swipl telegraf tomee traefik unit websphere-liberty""".split()
)
# Red Hat's family: adduser is another name of useradd
_RED_HAT = frozenset(
    "almalinux amazonlinux centos clefos fedora oraclelinux rockylinux".split()
)
_RED_HAT_PREFIXES = (
    "registry.access.redhat.com/",
    "registry.redhat.io/",
    "registry.fedoraproject.org/",
    "redhat/",
    "quay.io/centos/",
    "quay.io/fedora/",
    "quay.io/almalinuxorg/",
    "quay.io/rockylinux/",
)
# They come without useradd
_WITHOUT_TOOLS = ("minimal", "micro", "slim-ubi", "nanoserver", "windowsservercore")


_PUBLISHED = _OFFICIAL_USERS | _OFFICIAL_DROPS | _SHADOW | _OTHERS | {*_BUSYBOX}


@record
class ImageUser:
    """`runs_as` is root, user, drops (starts as root and gives it up) or unknown.

    `tools` is how a user is made there: shadow (`useradd`), busybox (`adduser -D`), or empty where
    it is not known or not possible. `uid` is a user that the image has for the purpose, as `USER`
    takes it.
    """

    runs_as: str
    tools: str = ""
    uid: str = ""


def may_be_local(image: Reference) -> bool:
    """Whether a name is one that was built before: on `localhost`, or without a namespace and none
    of Docker's official images (github.com/docker-library/official-images, library/).
    """
    if image.domain.partition(":")[0] == "localhost":
        return True
    return image.official and image.name not in _PUBLISHED


@lru_cache(maxsize=64)
def image_user(image: Reference) -> ImageUser:
    """What is known of an image by its name and tag."""
    name, tag = image.name, image.tag
    if (
        any(mark in tag for mark in _USER_TAGS)
        or "unprivileged" in name
        or tag.endswith("-jovyan")
    ):
        return ImageUser("user")
    if image.domain == "gcr.io" and image.path.startswith("distroless/"):
        return ImageUser("root", uid="65532:65532")
    if image.official:
        runs_as = "root"
        if name in _OFFICIAL_USERS:
            runs_as = "user"
        elif name in _OFFICIAL_DROPS:
            runs_as = "drops"
        return ImageUser(runs_as, _tools(name, tag))
    full = f"{image.domain}/{image.path}"
    if full.startswith(_USERS_DOMAINS) or name.startswith(_USERS_PREFIXES):
        return ImageUser("user")
    if name.startswith(_ROOT_PREFIXES):
        return ImageUser("root", _tools_elsewhere(name, tag))
    return ImageUser("unknown")


def adduser_is_useradd(image: Reference) -> bool:
    """Whether adduser is another name of useradd there, as on the systems of Red Hat's family."""
    if image.official:
        return image.name in _RED_HAT
    return image.name.startswith(_RED_HAT_PREFIXES)


def uid_of(name: str, user: str) -> str:
    """The number of a user that the image of that name is known to have.

    Empty where it is not (docker-node).
    """
    image = read_reference(name)
    is_node = not isinstance(image, str) and image.official and image.name == "node"
    return "1000" if is_node and user == "node" else ""


def _tools(name: str, tag: str) -> str:
    if any(mark in tag for mark in _WITHOUT_TOOLS):
        return ""
    if name in _BUSYBOX or "alpine" in tag:
        return "busybox"
    return (
        "shadow"
        if name in _SHADOW and not (name == "oraclelinux" and "slim" in tag)
        else ""
    )


def _tools_elsewhere(name: str, tag: str) -> str:
    if "alpine" in tag:
        return "busybox"
    if name.startswith("public.ecr.aws/docker/library/"):
        return _tools(name.rpartition("/")[2], tag)
    debian = name.startswith(("ghcr.io/astral-sh/uv", "astral/uv")) and any(
        part in tag for part in ("bookworm", "trixie")
    )
    ubuntu = name.startswith(("nvidia/cuda", "pytorch/")) and (
        "ubuntu" in tag or name.startswith("pytorch/")
    )
    ubi = name in ("redhat/ubi8", "redhat/ubi9") or (
        name.startswith("registry.access.redhat.com/ubi") and name.endswith("/ubi")
    )
    return "shadow" if debian or ubuntu or ubi else ""
