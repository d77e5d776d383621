"""What the files beside a program say of where it runs: on Cloud Run, with /tmp in memory."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_YAML = (".yml", ".yaml")
# Files that are read; a manifest is short
_MOST_FILES = 300
_LONGEST = 64 * 1024
_LAMBDA = ("lambda-adapter", "awslambdaric", "public.ecr.aws/lambda/")
_CLOUD_RUN = ("cloud run", "cloudrun", "serving.knative.dev", "run.googleapis.com")
# What deploys to it, in a workflow or script of any folder of the repository
_DEPLOYS = regex(
    r"\bgcloud(?:[ \t]+(?:alpha|beta))?[ \t]+run[ \t]+(?:deploy|services|jobs)\b"
    r"|deploy-cloudrun@|\bgoogle_cloud_run_|serving\.knative\.dev"
)
# A pipeline of Google Cloud Deploy ends in Cloud Run, or in Kubernetes
_CLOUD_DEPLOY = "deploy.cloud.google.com"
_KUBERNETES = ("gke", "anthos", "kubernetes")
_IN_MEMORY = regex(r"medium:[ \t]*[\"']?Memory\b")
_TMP_MOUNTED = regex(r"mountPath:[ \t]*[\"']?/tmp/?[\"']?[ \t]*(?:#.*)?(?:\n|$)")
_TMPFS = regex(
    r"tmpfs:[ \t]*(?:\[[ \t]*|\n[ \t]*-[ \t]*)?[\"']?/tmp\b(?!/)|--tmpfs[ =]/tmp\b(?!/)"
)


def is_for_cloud_run(build: Build) -> bool:
    """Whether the Dockerfile, the README.md or a manifest in the build context speaks of Cloud
    Run, whose file system is in memory, or a file of the repository deploys there.
    """
    if names_cloud_run(build.dockerfile.text):
        return True
    context = build.context
    if context is None:
        return False
    readme = context.read("README.md") or ""
    if names_cloud_run(readme):
        return True
    texts = run_texts(build) or ()
    if any(map(_DEPLOYS.search, texts)):
        return True
    manifests = _manifests(context)
    return any(map(_deploys_to_cloud_run, manifests))


def is_for_lambda(build: Build) -> bool:
    """Whether the image is made for AWS Lambda, which has no /dev/shm."""
    lower = build.dockerfile.text.lower()
    return any(word in lower for word in _LAMBDA)


def has_tmp_in_memory(build: Build) -> bool:
    """Whether a manifest or compose file mounts a file system in memory at /tmp."""
    context = build.context
    if context is None:
        return False
    manifests = _manifests(context)
    others = run_texts(build) or ()
    return any(map(_mounts_memory, (*manifests, *others)))


def _mounts_memory(text: str) -> bool:
    if _TMPFS.search(text):
        return True
    if not _IN_MEMORY.search(text):
        return False
    return _TMP_MOUNTED.search(text) is not None


def names_cloud_run(text: str) -> bool:
    """Whether a text speaks of Cloud Run."""
    lower = text.lower()
    return any(word in lower for word in _CLOUD_RUN)


def _deploys_to_cloud_run(text: str) -> bool:
    if names_cloud_run(text):
        return True
    if _CLOUD_DEPLOY not in text:
        return False
    lower = text.lower()
    return not any(word in lower for word in _KUBERNETES)


def _manifests(context: Context) -> Iterator[str]:
    """The texts of YAML files, those that are not sent too."""
    files = list(filter(_is_manifest, context.files))
    for file in files[:_MOST_FILES]:
        yield context.read(file.path) or ""


def _is_manifest(file: File) -> bool:
    if not file.path.endswith(_YAML):
        return False
    if file.kind is not FileKind.FILE:
        return False
    return file.size <= _LONGEST
