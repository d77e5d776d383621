"""Which images come without curl or wget: what their own Dockerfiles install and remove again.

Read for this on 2026-11-24: docker-library/python, ruby and golang, nodejs/docker-node,
rust-lang/docker-rust, dotnet/dotnet-docker (runtime-deps, runtime, aspnet). The images of Debian
and Ubuntu have neither program; Alpine has the wget of busybox. The packages are those of Debian
13 that depend on curl or wget, or recommend them, and that people install in images.
"""

from __future__ import annotations

from lightship.base_images.known import is_alpine
from lightship.base_images.reference import Reference, read_reference

FETCHERS = ("curl", "wget")
# Of these the Debian variants with `slim` in the tag have neither, and the Alpine ones no curl
_SLIM = frozenset({"library/python", "library/node", "library/ruby", "library/rust"})
_ALPINE = _SLIM - {"library/rust"} | {"library/alpine", "library/golang"}
_PLAIN = frozenset({"library/debian", "library/ubuntu"})
_DOTNET = tuple(f"dotnet/{name}" for name in ("aspnet", "runtime", "runtime-deps"))
_OTHER_SYSTEMS = (
    "azurelinux",
    "mariner",
    "chiseled",
    "distroless",
    "nanoserver",
    "windows",
    "extra",
)
# Packages that bring one of them along
BRINGERS = frozenset(
    """gettext devscripts yt-dlp debootstrap luarocks cpanminus google-perftools
    libgoogle-perftools-dev git-annex pyenv vagrant opam cabal-install hplip rkhunter
    google-chrome-stable lxc live-build texmacs bashtop""".split()
)


def lacks(name: str, tool: str) -> bool:
    """Whether the image of that name surely comes without `tool`, one of FETCHERS."""
    image = read_reference(name)
    if isinstance(image, str):
        return False
    if image.domain == "docker.io":
        return _official_lacks(image, tool)
    if image.name in ("ghcr.io/astral-sh/uv", "public.ecr.aws/docker/library/python"):
        return _is_slim(image) or (is_alpine(image) and tool == "curl")
    if image.domain == "mcr.microsoft.com" and image.path in _DOTNET:
        if any(part in image.tag for part in _OTHER_SYSTEMS):
            return False
        return not is_alpine(image) or tool == "curl"
    return False


def _official_lacks(image: Reference, tool: str) -> bool:
    if is_alpine(image):
        return tool == "curl" and image.path in _ALPINE
    return image.path in _PLAIN or (image.path in _SLIM and _is_slim(image))


def _is_slim(image: Reference) -> bool:
    return "slim" in image.tag.split("-")


def is_python(name: str) -> bool:
    """Whether the image of that name has `python` on its PATH."""
    image = read_reference(name)
    if isinstance(image, str):
        return False
    if image.name == "ghcr.io/astral-sh/uv":
        return image.tag.startswith("python")
    return image.name in ("python", "public.ecr.aws/docker/library/python")
