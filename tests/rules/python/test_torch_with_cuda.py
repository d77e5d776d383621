"""What torch-with-cuda says of the size of old and new releases."""

from __future__ import annotations

import pytest
from judged import said

PYTHON = "FROM python:3.11-slim\nCOPY requirements.txt .\n"


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("torch", "about 3 GB"),
        ("torch==2.9.0", "about 3 GB"),
        ("torch==1.13.1", "about 3 GB"),
        ("torch==1.12.1", "over 1 GB"),
        ("torch==1.4.0", "over 1 GB"),
        ("torchvision==0.5.0", "over 1 GB"),
        ("torchvision==0.24.0", "about 3 GB"),
    ],
)
def test_old_releases_have_their_cuda_in_one_wheel(asked, size):
    old = PYTHON.replace("3.11", "3.7")  # the newest that has wheels of all
    text = f"{old}RUN pip install {asked}"
    (message,) = said("torch-with-cuda", text)
    assert size in message
    text = f"{old}RUN pip install -r requirements.txt"
    (message,) = said("torch-with-cuda", text, {"requirements.txt": f"{asked}\n"})
    assert size in message


START = "FROM python:3.13-slim\nCOPY requirements.txt .\n"


@pytest.mark.parametrize(
    ("beside", "count"), [("bitsandbytes", 0), ("flash-attn", 0), ("numpy", 1)]
)
def test_a_package_that_needs_a_gpu_shows_that_there_is_one(beside, count):
    text = f"{START}RUN pip install -r requirements.txt"
    files = {"requirements.txt": f"torch==2.7.0\n{beside}\n"}
    assert len(said("torch-with-cuda", text, files)) == count
    named = f"FROM python:3.13-slim\nRUN pip install torch {beside}"
    assert len(said("torch-with-cuda", named)) == count


@pytest.mark.parametrize(("value", "count"), [("false", 0), ("true", 1)])
def test_an_install_that_is_switched_off_brings_nothing(value, count):
    text = (
        f"FROM python:3.13-slim\nARG MODELS={value}\n"
        "RUN if $MODELS; then pip install torch; fi"
    )
    assert len(said("torch-with-cuda", text)) == count


@pytest.mark.parametrize(
    ("platforms", "count"),
    [(["linux/arm64"], 0), (["linux/arm64", "linux/amd64"], 1), ([], 1)],
)
def test_wheels_for_arm_have_no_cuda(platforms, count):
    text = f"{PYTHON}RUN pip install torch==2.9.0"
    assert len(said("torch-with-cuda", text, platforms=frozenset(platforms))) == count


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("torch==1.9.1", 0),
        ("torch<1.11", 0),
        ("torch==1.11.0", 1),
        ("torch", 1),
        ("torchvision==0.12.0", 1),
    ],
)
def test_a_version_without_a_wheel_for_the_python_installs_nothing(asked, count):
    text = f"FROM ubuntu:22.04\nRUN apt-get install -y python3-pip\nRUN pip install '{asked}'"
    assert len(said("torch-with-cuda", text)) == count


def test_the_libraries_of_nvidia_go_with_the_wheels_for_cuda():
    text = f"{START}RUN pip install -r requirements.txt"
    frozen = "numpy==2.3.2\nnvidia-cublas-cu12==12.6.4.1\ntorch==2.7.0\n"
    (message,) = said("torch-with-cuda", text, {"requirements.txt": frozen})
    assert message == (
        "torch and nvidia-* in requirements.txt install CUDA, about 3 GB: without a GPU, "
        "use CPU wheels alone"
    )


@pytest.mark.parametrize(
    ("first", "wanted", "option", "count"),
    [
        ("torch==1.13.1 -f https://example.com/whl", "torch", "", 0),
        ("torch==1.13.1 -f https://example.com/whl", "torch==2.1", "", 1),
        ("torch==1.13.1 -f https://example.com/whl", "torch", "-U ", 1),
        ("numpy -f https://example.com/whl", "torch", "", 1),
    ],
)
def test_torch_that_is_there_is_not_installed_again(first, wanted, option, count):
    text = (
        "FROM python:3.11-slim AS base\nCOPY requirements.txt .\n"
        f"RUN pip install {first}\nFROM base\nRUN pip install {option}-r requirements.txt"
    )
    files = {"requirements.txt": f"scipy\n{wanted}\n"}
    assert len(said("torch-with-cuda", text, files)) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("if torch.cuda.is_available():\n    model.cuda()\n", 0),
        ("model.to('cuda:0')\n", 0),
        ("if os.getenv('ENABLE_CUDA') == '1':\n    use_gpu()\n", 0),
        ("load(name, device_map='auto')\n", 0),
        ("model.to('cpu')\nbarracuda = 1\n", 1),
    ],
)
def test_a_program_may_use_a_gpu_where_there_is_one(code, count):
    text = f"{START}COPY serve.py .\nRUN pip install -r requirements.txt"
    files = {"requirements.txt": "torch==2.7.0\n", "serve.py": code}
    assert len(said("torch-with-cuda", text, files)) == count


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# Linux requirements (with CUDA support)", 0),
        ("# NVIDIA drivers installed", 0),
        ("# no GPU is needed", 1),
        ("# runs on CPU or GPU", 1),
        ("# machine learning", 1),
    ],
)
def test_a_list_that_says_it_is_for_a_gpu_was_chosen(comment, count):
    text = f"{START}RUN pip install -r requirements.txt"
    files = {"requirements.txt": f"{comment}\ntorch==2.7.0\n"}
    assert len(said("torch-with-cuda", text, files)) == count


def test_a_comment_of_another_list_says_nothing():
    text = f"{START}RUN pip install -r requirements.txt"
    files = {"requirements.txt": "torch==2.7.0\n", "other.txt": "# with CUDA\ntorch\n"}
    assert len(said("torch-with-cuda", text, files)) == 1
