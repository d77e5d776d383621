"""Packages that nothing loads, as the other packages tell: NVIDIA's beside a torch for CPUs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.image.owners import InstalledPackage
from lightship.regex import regex

GPU_LIBRARIES = "unused-gpu-libraries"
# Those that wheels of torch with CUDA depend on
_LIBRARY = regex(
    r"nvidia-(?:cublas|cuda-[a-z]+|cudnn|cufft|cufile|curand|cusolver|cusparse|cusparselt|nccl|"
    r"nvjitlink|nvshmem|nvtx)(?:-cu\d+)?"
)
# Others that load them
_USER = regex(
    r"cupy.*|cuda-python|cudf.*|cuml.*|cugraph.*|raft-.*|rmm-.*|jax.*|tensorflow.*|tensorrt.*|xgboost|"
    r"lightgbm|catboost|onnxruntime-gpu.*|paddlepaddle-gpu|mxnet.*|numba-cuda|nvidia-dali.*|"
    r"nvidia-modelopt.*|faiss-gpu.*|vllm|ctranslate2|warp-lang|pynvjitlink.*|nvmath-python|bitsandbytes"
)


def unused_packages(packages: Sequence[InstalledPackage]) -> Iterator[int]:
    """The places of NVIDIA's libraries where torch, which brought them, is a build for CPUs."""
    python = [package for package in packages if package.manager == "python"]
    torches = [package for package in python if package.name == "torch"]
    if not torches or not all("+cpu" in torch.version for torch in torches):
        return
    if any(_USER.fullmatch(package.name) for package in python):
        return
    for place, package in enumerate(packages):
        if package.manager == "python" and _LIBRARY.fullmatch(package.name):
            yield place
