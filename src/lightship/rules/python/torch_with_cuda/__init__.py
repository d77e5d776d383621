"""PyTorch is installed with CUDA into an image that seems to run on a CPU

## What it does
Finds installs of torch from the default index, in images made from `python`, `debian`, `ubuntu`
or uv's, where no index is named and nothing mentions CUDA, NVIDIA, GPUs or training: in the
Dockerfile, in a compose file or README.md beside it, or in the names of files. With the build
context it reads the requirements and lock files too.

A comment in the requirements that speaks of CUDA or a GPU says that the list was chosen for one,
as does the name of its file. Nor does it speak where the code asks for a GPU (`torch.cuda`,
`"cuda"`, `ENABLE_CUDA`), even if it runs without one, too.

Packages that need a GPU, such as bitsandbytes or flash-attn beside torch, show that there is one.
On Arm the default wheels had no CUDA for a long time: a build for `linux/arm64` alone is left
out. So is a bare `torch` that an install before it has brought from another index, and a version of
torch that has no wheel for the Python of the image (`unsupported-python`).

## Why is this bad?
On Linux the wheels of torch in the default index are built for CUDA, and depend on NVIDIA's
libraries: for x86-64 3.0 GB to download for torch 2.5.1, 2.7 GB for 2.13.0 (sums of the sizes in
public uv.lock files), and more once unpacked. Without a GPU none of it is used. PyTorch has an
index of its own for CPU wheels; uv chooses it with `--torch-backend cpu`, or with an index in
pyproject.toml (docs.astral.sh/uv/guides/integration/pytorch).

The suggested change uses that index. It is only shown, because the container may run on a GPU.

## When to ignore
Ignore it where the container runs on a GPU, with NVIDIA's container runtime: that works on such
images too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import reachable
from lightship.facts.installs.requirement_files import environment_of, requirements_of
from lightship.facts.packages.off_branches import is_switched_off
from lightship.facts.stages.stage_python import stage_python
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.rules.python.torch_with_cuda.gpu_signs import (
    is_for_gpu,
    is_list_for_gpu,
    may_be_meant,
)

_TORCH = ("torch", "torchvision", "torchaudio")
# They are of little use without a GPU
_FOR_GPU = frozenset(
    """apex auto-gptq autoawq bitsandbytes cupy deepspeed exllamav2 faiss-gpu flash-attn
    flash-attn-2 gptqmodel mamba-ssm onnxruntime-gpu tensorrt unsloth vllm xformers""".split()
)
# Before 1.13 and torchvision 0.14, whose CUDA is inside of their own wheel
_OLD = regex(r"\s*(?:==|~=|<=?)\s*(?:1\.(?:\d|1[0-2])|0\.(?:\d|1[0-3]))(?!\d)")
# NVIDIA's libraries, on which the wheels with CUDA depend: nvidia-cublas-cu12
_LIBRARY = regex(r"nvidia-[a-z0-9-]+-cu[0-9]+")
_INDEX = frozenset(
    """--index-url --extra-index-url --find-links --index --default-index --no-index
    --torch-backend --platform --config-file""".split()
)
_PREFIXES = ("PIP_", "UV_")
_VARIABLES = regex(r"(?:PIP|UV)_(?:\w*INDEX\w*|FIND_LINKS|TORCH_BACKEND|CONFIG_FILE)")
_BASES = frozenset({"python", "debian", "ubuntu", "buildpack-deps"})


def check(build: Build) -> Iterator[Finding]:
    final = build.final
    if final is None:
        return

    stages = reachable(build.evaluation.graph, [final])
    there: set[tuple[int, str]] = set()
    for call in build.packages("pip", "uv", "poetry"):
        stage = build.dockerfile.stage_of(call.instruction)
        if not call.does.installs or stage is None or stage.index not in stages:
            continue
        if is_switched_off(build, call):
            continue

        asked = _brings(build, call) if _is_of_cpu(build, stage.index) else None
        if asked is not None and not _is_there(build, stage, call, asked, there):
            if _has_no_wheel(build, stage, asked):
                return  # nothing is installed: the build fails
            is_for_cpu = may_be_meant(build) and not is_for_gpu(build.context)
            if is_for_cpu and not _is_beside_gpu_package(build, call):
                yield _finding(call, asked)
            return
        there.update((stage.index, name) for name in _named(call))


@record
class _AskedTorch:
    """What brings torch, in words: `name` is that of the package, torchvision or another.

    `has_libraries` is whether the file lists NVIDIA's libraries beside it, as `pip freeze` does.
    """

    source: str
    name: str = "torch"
    specifier: str = ""
    file: str = ""
    has_libraries: bool = False


def _named(call: PackageInvocation) -> Iterator[str]:
    """The packages of PyTorch that an install names."""
    for package in call.does.packages:
        if package.name.lower() in _TORCH:
            yield package.name.lower()


def _is_there(
    build: Build,
    stage: Stage,
    call: PackageInvocation,
    asked: _AskedTorch,
    there: Collection[tuple[int, str]],
) -> bool:
    """Whether an install before, from an index of its own, has brought what is asked for.

    Any version will do then, so that pip and uv leave it as it is.
    """
    if asked.specifier or call.does.option("--upgrade", "--force-reinstall"):
        return False
    below = build.lineage_of(stage)
    return any((item.index, asked.name.lower()) in there for item in below)


def _has_no_wheel(build: Build, stage: Stage, asked: _AskedTorch) -> bool:
    """Whether no version that is asked for has a wheel for the Python of a stage."""
    # Few installs bring torch
    from lightship.pyproject.cpython_wheels import has_no_wheel  # noqa: PLC0415

    # Few installs bring torch
    from lightship.pyproject.dependency import read_requirement  # noqa: PLC0415

    python = stage_python(build, stage)
    if python is None:
        return False
    requirement = read_requirement(f"{asked.name}{asked.specifier}")
    return requirement is not None and has_no_wheel(requirement, python.minor)


def _finding(call: PackageInvocation, asked: _AskedTorch) -> Finding:
    # Only a finding needs it
    from lightship.facts.edits.runs import after_word, takes_words  # noqa: PLC0415

    does = call.does
    fix = None
    is_of_uv = does.manager == "uv" and does.name == "pip install"
    if is_of_uv and takes_words(call.script):
        edit = after_word(call.script, does.subcommand, "--torch-backend=cpu")
        fix = Fix("Use the wheels for CPUs", (edit,), Safety.MANUAL)

    size = "over 1 GB" if _OLD.match(asked.specifier) else "about 3 GB"
    message = (
        f"{asked.source} installs CUDA, {size} on x86-64: without a GPU, use "
        "PyTorch's CPU wheels"
    )
    if asked.has_libraries:
        message = (
            f"{asked.name} and nvidia-* in {asked.file} install CUDA, {size}: without a GPU, "
            "use CPU wheels alone"
        )
    named = [package.word for package in does.packages if package.name in _TORCH]
    word = named[0] if named else does.subcommand
    return Finding(word.span, message, fix)


def _is_of_cpu(build: Build, index: int) -> bool:
    image = read_reference(
        build.evaluation.bases[build.evaluation.graph.roots[index]].name
    )
    if isinstance(image, str) or "alpine" in image.tag:
        return False
    return official_name(image) in _BASES or image.name in (
        "ghcr.io/astral-sh/uv",
        "astral/uv",
    )


def _sets_source(name: str) -> bool:
    """Whether a variable says where pip or uv take packages from."""
    return name.startswith(_PREFIXES) and _VARIABLES.fullmatch(name) is not None


def _brings(build: Build, call: PackageInvocation) -> _AskedTorch | None:
    """What brings torch from the default index: its name, or the file that asks for it."""
    does = call.does
    if any(option.name in _INDEX for option in does.options):
        return None
    if any(map(_sets_source, environment_of(build, call))):
        return None

    for package in does.packages if does.manager in ("pip", "uv") else ():
        if package.name.lower() not in _TORCH or package.kind != "registry":
            continue
        if "+" not in (package.version or ""):
            specifier = f"{package.operator or ''}{package.version or ''}"
            name = package.name
            return (
                None if _has_index(build, call) else _AskedTorch(name, name, specifier)
            )

    files = requirements_of(build, call) or ()
    for file in files:
        named = (asked for asked in file.dependencies if asked.name in _TORCH)
        chosen = [asked for asked in named if not asked.url]
        if not chosen or any("+" in asked.specifier for asked in chosen):
            continue
        if any(read.options for read in files):
            return None  # which may name another index
        if is_list_for_gpu(build.context, files):
            return None
        first = chosen[0]
        names = [asked.name for asked in file.dependencies]
        has_libraries = any(map(_LIBRARY.fullmatch, names))
        source = f"{first.name} in {first.file}"
        return _AskedTorch(
            source, first.name, first.specifier, first.file, has_libraries
        )

    return None if does.manager == "pip" else _of_lock(build, call)


def _of_lock(build: Build, call: PackageInvocation) -> _AskedTorch | None:
    """The same of uv and Poetry, which read a lock file."""
    # Most use pip
    from lightship.facts.installs.locked_packages import locked_packages  # noqa: PLC0415

    locked = locked_packages(build, call)
    if "torch" not in locked:
        return None
    has_cuda = any(name.startswith("nvidia-cudnn") for name in locked)
    return _AskedTorch("torch in the lock file") if has_cuda else None


def _is_beside_gpu_package(build: Build, call: PackageInvocation) -> bool:
    """Whether the same install takes a package that is of little use without a GPU."""
    # Only a finding needs it
    from lightship.facts.installs.locked_packages import locked_packages  # noqa: PLC0415

    names = {package.name.lower() for package in call.does.packages}
    for file in requirements_of(build, call) or ():
        names.update(asked.name for asked in file.dependencies)
    names.update(locked_packages(build, call))
    return not _FOR_GPU.isdisjoint(names)


def _has_index(build: Build, call: PackageInvocation) -> bool:
    """Whether pyproject.toml or uv.toml may name an index, for uv."""
    context = build.context
    names = ("pyproject.toml", "uv.toml") if call.does.manager == "uv" else ()
    return context is not None and any(
        "index" in (context.read(name) or "") for name in names
    )


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"
_COPY = f"{_PYTHON}COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt"
_UV = "FROM ghcr.io/astral-sh/uv:0.12.5-python3.14-trixie-slim\nWORKDIR /app\n"
_LOCK = """[[package]]
name = "torch"
dependencies = [{ name = "nvidia-cudnn-cu12" }]

[[package]]
name = "nvidia-cudnn-cu12"

[[package]]
name = "shop"
source = { virtual = "." }
"""

RULE = Rule(
    id="torch-with-cuda",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("pip", "uv", "poetry")),
    practice=Practice.SIZE,
    missed={
        "argument-in-a-shell-variable": (
            "it is not known which packages are installed"
        ),
    },
    examples=(
        Example(bad=f"{_PYTHON}RUN pip install --no-cache-dir torch==2.9.1"),
        Example(
            bad=f"{_PYTHON}RUN uv pip install --system numpy==2.3.2 torchvision==0.24.1"
        ),
        Example(
            bad=f'{_PYTHON}RUN set -e; sh -c "python -m pip install \\\n'
            "  'torch>=2'\" && rm -rf /tmp/x"
        ),
        Example(bad=f"{_PYTHON}RUN <<EOF\npip install torch\nEOF"),
        Example(bad=f'{_PYTHON}RUN ["pip", "install", "numpy", "torchaudio"]'),
        Example(
            bad="FROM python:3.14-slim AS build\nRUN pip install torch==2.9.1\n"
            "FROM python:3.14-slim\n"
            "COPY --from=build /usr/local /usr/local"
        ),
        Example(
            bad=_COPY,
            files={
                "requirements.txt": "-r base.txt\n",
                "base.txt": "numpy\nTorch==2.9.1  # models\n",
            },
        ),
        Example(
            bad=f"{_UV}COPY uv.lock pyproject.toml ./\nRUN uv sync --no-cache --locked --no-dev",
            files={
                "uv.lock": _LOCK + 'dependencies = [{ name = "torch" }]\n',
                "pyproject.toml": "",
            },
        ),
        Example(
            good=f"{_UV}COPY uv.lock pyproject.toml ./\nRUN uv sync --no-cache --locked --no-dev",
            files={
                "uv.lock": _LOCK
                + '[package.optional-dependencies]\nmodels = [{ name = "torch" }]\n',
                "pyproject.toml": "",
                ".dockerignore": "",
            },
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir --index-url "
            "https://example.com/whl/cpu torch==2.9.1"
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir torch==2.9.1+cpu -f "
            "https://example.com/whl"
        ),
        Example(
            good=f"{_PYTHON}ENV UV_TORCH_BACKEND=auto\n"
            "RUN uv pip install --no-cache --system torch==2.9.1"
        ),
        Example(
            good=f"{_PYTHON}ENV NVIDIA_VISIBLE_DEVICES=all\n"
            "RUN pip install --no-cache-dir torch==2.9.1"
        ),
        Example(
            good="FROM example.com/base:1\nRUN pip install --no-cache-dir torch==2.9.1"
        ),
        Example(
            good=_COPY,
            files={
                "requirements.txt": "--extra-index-url https://example.com/whl/cpu\n"
                "torch==2.9.1+cpu\n"
            },
        ),
        Example(
            good=_COPY,
            files={
                "requirements.txt": "torch==2.9.1\n",
                "compose.yaml": "driver: nvidia\n",
                ".dockerignore": "*.yaml",
            },
        ),
        # With wheels for CPUs it would never be available
        Example(
            good=f"{_COPY}\nCOPY app.py .",
            files={
                "requirements.txt": "torch==2.9.1\n",
                "app.py": "device = 'cuda' if torch.cuda.is_available() else 'cpu'\n",
                ".dockerignore": "",
            },
        ),
        Example(good=_COPY, files={"requirements.txt": "numpy==2.3.2\n"}),
    ),
)
