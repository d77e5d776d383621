"""Whether a server is meant to listen on a loopback address, or listens elsewhere after all."""

from __future__ import annotations

from collections.abc import Sequence
from re import MULTILINE

from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.bindings import LOOPBACK, Binding
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.launch import Launch
from lightship.facts.start.start_scripts import start_scripts
from lightship.regex import regex
from lightship.rules.runtime.server_on_loopback.opened_address import ALL

# What may stand in front of the server, or run beside it
_PROXIES = """nginx haproxy apache2 httpd caddy traefik envoy supervisor s6-overlay
    runit circus honcho pm2 squid varnish lighttpd openresty stunnel socat ngrok
    cloudflared tailscale oauth2-proxy dapr jupyterhub""".split()
# Their settings, which `COPY . .` may bring
_PROXY_FILES = frozenset(
    ("nginx.conf", "Caddyfile", "haproxy.cfg", "supervisord.conf", "envoy.yaml")
)
_ABOUT_LOOPBACK = regex(
    r"loopback|localhost|127\.0\.0\.1|proxy|sidecar|host(?:'s)? network|network[ =]host"
    r"|\bnot (?:be )?(?:exposed|reachable|published)"
)
_SAYS_LOOPBACK = regex(r"(?i)\bloopback\b|\b127\.0\.0\.1\b")
# The container is in the network of the host, or of another one
_HOST_NETWORK = regex(
    r"--net(?:work)?[ =](?:host|container:)|hostNetwork:\s*true"
    r"|network_mode:\s*[\"']?(?:host|service|container)"
)
_TEST_FILE = regex(r"(?:test_.*|.*_test)\.py|.*\.bats|.*\.test\.[jt]s")
_MOST_TESTS = 200
# What in a compose file gives another address
_ADDRESSES = (ALL, "_HOST")
_PORT_IS_SET = regex(r"^[ \t]*(?:- *)?[\"']?PORT[\"']?[ \t]*[=:]", MULTILINE)
_COMPOSE = tuple(
    f"{name}.{end}" for name in ("compose", "docker-compose") for end in ("yaml", "yml")
)


def is_set_elsewhere(build: Build, launch: Launch, binding: Binding) -> bool:
    """Whether an address that is only a default is changed, or another rule speaks of it."""
    if binding.word is not None:
        return False
    if launch.program == "gunicorn" and not any(build.each("EXPOSE")):
        return True  # platforms set PORT
    if launch.program == "gunicorn" and _sets_port(build):
        return True
    if launch.program == "fastapi" and not is_for_development(build):
        return True  # fastapi dev is another rule's
    return _is_composed(build)


def is_meant(build: Build, launch: Launch) -> bool:
    """Whether a comment, a test or the network of its containers says that it is for loopback."""
    dockerfile = build.dockerfile
    if _ABOUT_LOOPBACK.search(comments_near(dockerfile, launch.instruction)):
        return True
    comments = (item.text(dockerfile.text) for item in dockerfile.comments)
    if any(map(_SAYS_LOOPBACK.search, comments)):
        return True
    texts = run_texts(build) or ()
    if any(map(_HOST_NETWORK.search, texts)):
        return True
    return _is_tested(build)


def _is_tested(build: Build) -> bool:
    """Whether a test reads the Dockerfile and speaks of a loopback address."""
    context = build.context
    if context is None:
        return False
    tests = [file for file in context.files if _TEST_FILE.fullmatch(file.name)]
    for file in tests[:_MOST_TESTS]:
        text = context.read(file.path) or ""
        if "Dockerfile" in text and any(host in text for host in LOOPBACK):
            return True
    return False


def _sets_port(build: Build) -> bool:
    """Whether a compose or environment file sets PORT, which gunicorn then listens on."""
    context = build.context
    if context is None:
        return False
    paths = [file.path for file in context.sent if file.name.endswith(".env")]
    for path in (*paths, *_COMPOSE):
        text = context.read(path) or ""
        if _PORT_IS_SET.search(text):
            return True
    return False


def has_proxy(build: Build, everything: Sequence[Launch]) -> bool:
    """Whether something stands in front of the server in the image, or runs beside it."""
    texts = [build.dockerfile.text]
    for launch in everything:
        path = file_of(build, launch.texts[0]) if launch.interpreter else ""
        if path and build.context is not None:
            texts.append(build.context.read(path) or "")

    texts += [script or "" for script in start_scripts(build)]
    if build.context is not None:
        texts += [file.name for file in build.context.sent if file.name in _PROXY_FILES]

    text = "\n".join(texts).lower()
    programs = {launch.program for launch in everything}
    return any(name in text or name in programs for name in _PROXIES)


def _is_composed(build: Build) -> bool:
    """Whether a compose file gives another address."""
    if build.context is None:
        return False
    for name in _COMPOSE:
        text = build.context.read(name) or ""
        if any(mark in text for mark in _ADDRESSES):
            return True
    return False
