"""Whether containers of one network find each other by their names, as services must."""

from __future__ import annotations

from typing import Any

from lightship.docker.connection import address, connected

NO_NAMES = (
    "podman has no aardvark-dns, so that containers cannot find each other by name"
)
_INFO = "/v4.0.0/libpod/info"


def why_no_names() -> str:
    """Why they do not; empty where they do, or where that is not told.

    docker resolves names itself; podman's network backend netavark starts another program for it
    (containers/podman, pkg/domain/entities/types: NetworkBackendInfo). An EngineError without an
    engine.
    """
    with connected(address()) as client:
        if not client.is_podman:
            return ""
        answer = client.get(f"{client.base_url}{_INFO}", timeout=client.timeout)
        told: Any = answer.json() if answer.ok else {}
    backend = told.get("host", {}).get("networkBackendInfo", {})
    is_netavark = backend.get("backend") == "netavark"
    has_names = bool(backend.get("dns", {}).get("path"))
    return NO_NAMES if is_netavark and not has_names else ""
