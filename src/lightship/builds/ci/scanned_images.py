"""Whether a job builds an image for a scanner alone: nothing runs, pushes or keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.github_values import StepFrame
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_SCANS_BY_ACTION = regex(
    r"aquasecurity/trivy-action|anchore/(?:scan|sbom)-action|snyk/actions/docker"
    r"|azure/container-scan|docker/scout-action|crazy-max/ghaction-container-scan"
    r"|(?:goodwithtech|erzz|hands-lab)/dockle-action|sysdiglabs/scan-action|wagoodman/dive"
)
_SCANS_BY_COMMAND = regex(
    r"\b(?:trivy|grype|syft|dockle|dive|snyk|docker (?:scout|scan|sbom))\b"
)
# What may start an image, push it, or hand it on
_USES = regex(
    r"\b(?:docker|podman|nerdctl|skopeo|crane|kind|minikube|k3d|kubectl|helm|compose"
    r"|container-structure-test|dgoss)\b"
)
_BUILDS = regex(
    r"\bdocker (?:buildx )?build\b|\bdocker (?:version|info|login|images?)\b"
)
_CONTINUED = regex(r"\\\r?\n")
_HARMLESS = (
    "docker/login-action",
    "docker/setup-",
    "actions/",
    "github/codeql-action/",
)


def is_only_scanned(step: YamlNode, frames: Sequence[StepFrame]) -> bool:
    """Whether a scanner looks at what a step builds, and nothing after it may use the image.

    The step itself is looked at too: a script may build and scan.
    """
    after = [step]
    for frame in frames:
        after += frame.steps[frame.number + 1 :]
    scans = 0
    for node in after:
        action = _text(node, "uses")
        if _SCANS_BY_ACTION.match(action):
            scans += 1
        elif node is not step and action and not action.startswith(_HARMLESS):
            return False  # it may do anything with the image
        for line in _commands(node):
            if _SCANS_BY_COMMAND.search(line):
                scans += 1
            elif _USES.search(line) and not _BUILDS.search(line):
                return False
    return scans > 0


def _commands(step: YamlNode) -> Iterator[str]:
    script = _text(step, "run")
    for line in _CONTINUED.sub(" ", script).splitlines():
        if not line.lstrip().startswith("#"):
            yield line


def _text(node: YamlNode, key: str) -> str:
    value = node.get(key)
    return (value.text or "") if value is not None else ""
