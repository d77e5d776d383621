"""Whether an image is meant to run as root.

A comment says so, all it does is change owners or fill a volume, or it drives the engine or
network of its host.
"""

from __future__ import annotations

import re
from posixpath import basename

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.container_lines import container_lines, run_texts
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_files import script_of, start_files
from lightship.regex import regex
from lightship.shell.interpreters import SHELLS

# "The container will be running in root", "needs root", "Using 'root' inside the container"
_ROOT = r"(?:the +)?[\"'`]?root\b(?!-?less|fs)"
_MEANT = regex(
    rf"(?i)\b(?:runs?|running|executes?) +(?:as|in|under|with) +{_ROOT}"
    rf"|\b(?:needs?|requires?) +(?:to +(?:be|run +as) +)?{_ROOT}"
    rf"|\bmust +(?:be|run +as) +{_ROOT}"
    rf"|\busing +{_ROOT}[\"'`]? +(?:user +)?(?:inside|in) +(?:the +)?container"
)
# It is advised against, or is said of one step of the build
_NOT_MEANT = regex(
    r"(?i)\b(?:not?|never|avoid\w*|without|instead|rather|todo|fixme|until|if|install\w*|apt"
    r"|packages?|build\w*|temporar\w*|switch\w*|below|following|commands?|steps?)\b|n't\b|non-?root"
)
# What a script does whose work is to give files to another user
_OF_OWNERS = frozenset(
    "[ [[ : break cd chgrp chmod chown continue dirname echo exit false find getent id install ls"
    " mkdir printf readlink realpath return set shift stat test true usermod groupmod".split()
)

# What fills a volume, which belongs to root unless the image has the directory already
_FILLS_VOLUME = frozenset(("cp", "mv", "rsync"))
_BESIDE_FILLING = _OF_OWNERS | SHELLS | {"rm", "touch", "sleep", "tail"}

# With these a container works on the engine of its host, whose socket belongs to root
_DOCKER = frozenset(
    "docker docker-cli docker-ce docker-ce-cli docker.io moby-cli".split()
)
_DOCKER_IMAGES = frozenset(("docker", "docker/compose", "docker/docker"))
# They watch or steer the other containers of their host by its socket
_ENGINE_PROGRAMS = frozenset(
    "autoheal cadvisor diun docker-gen docker-socket-proxy dozzle ouroboros portainer portainer-ce"
    " portainer-ee pumba traefik watchtower".split()
)
# They change the network of the kernel
_NETWORK = frozenset(
    "ebtables iptables nftables openvpn strongswan wireguard wireguard-tools".split()
)
# Users of the system log in to a program that has them, which only root may let them
_LOGINS = frozenset(
    "sssd libpam-sss libpam-krb5 libpam-ldap libpam-ldapd libnss-sss nslcd".split()
)
_SOCKET = "docker.sock"
_KIND = regex(r"(?m)^kind:")
# The same by a library, whose address is that of the socket where nothing else is set
_CLIENT = regex(
    r"\b(?:docker\.(?:from_env|DockerClient|APIClient)|DockerClient(?:\.from_env)?"
    r"|podman\.PodmanClient|aiodocker\.Docker)\("
)
# The hardware of the host, where the repository says how the image is run
_PRIVILEGED = regex(
    r"(?m)\bprivileged[\"']?\s*[:=]\s*[\"']?true|--privileged\b|^[^\S\n]*devices:"
)


def works_on_host(build: Build) -> bool:
    """Whether a container needs root of its host: for the socket of Docker, the network, its
    users or its devices.
    """
    if any(volume.target.endswith(_SOCKET) for volume in build.volumes):
        return True
    if _SOCKET in build.dockerfile.text or _is_given_socket(build):
        return True
    for call in build.package_commands:
        if call.instruction not in build.shipped or not call.does.installs:
            continue
        names = {package.name for package in call.does.packages}
        if call.does.manager not in ("pip", "uv", "npm") and names & (
            _DOCKER | _NETWORK | _LOGINS
        ):
            return True
    return _takes_docker(build) or _is_privileged(build) or _is_client(build)


def _is_client(build: Build) -> bool:
    """Whether the program talks to the engine through a library of Python."""
    return any(map(_CLIENT.search, sources_of(build, (".py",))))


def _is_privileged(build: Build) -> bool:
    """Whether a file that runs an image of the repository gives it the host's devices."""
    names = {name.rpartition("/")[2] for name in build.repository.images}
    if not names:
        return False
    for text in run_texts(build) or ():
        # A look that costs little comes first
        if "privileged" not in text and "devices:" not in text:
            continue
        if _PRIVILEGED.search(text) and any(name in text for name in names):
            return True
    return False


def _takes_docker(build: Build) -> bool:
    """Whether the client of Docker is copied from its image, or the base works on the engine."""
    if any(used.image.name in _DOCKER_IMAGES for used in build.images):
        return True
    base = build.root_image(build.lineage[0])
    return base is not None and basename(base.path) in _ENGINE_PROGRAMS


def _is_given_socket(build: Build) -> bool:
    """Whether a manifest, or a `docker run`, mounts the socket into an image of the repository.

    Services of compose are told apart: what they mount is among the volumes of the build.
    """
    names = sorted({re.escape(basename(name)) for name in build.repository.images})
    if not names:
        return False
    own = regex(rf"(?<![\w.-])(?:{'|'.join(names)})(?![\w-])")
    parts = list(container_lines(build) or ())
    for text in run_texts(build) or ():
        if _SOCKET in text and _KIND.search(text):
            parts += text.split("\n---")

    return any(own.search(part) for part in parts if _SOCKET in part)


def means_root(build: Build) -> bool:
    """Whether a comment says that the container runs as root on purpose."""
    text = build.dockerfile.text
    if "root" not in text:
        return False
    for comment in build.dockerfile.comments:
        words = comment.text(text)
        if _MEANT.search(words) and not _NOT_MEANT.search(words):
            return True
    return False


def only_changes_owners(build: Build) -> bool:
    """Whether what the image starts does nothing but change the owners of files."""
    for file in start_files(build):
        script = script_of(build, file)
        if script is None:
            continue
        names = {command.name for command in script.commands if command.words}
        if "chown" in names and names <= _OF_OWNERS:
            return True
    return False


def only_fills_volume(build: Build) -> bool:
    """Whether what the image starts does nothing but copy its files to where others find them."""
    names = {command.name for command in start_commands(build)}
    fills = names & _FILLS_VOLUME
    return bool(fills) and names - fills <= _BESIDE_FILLING
