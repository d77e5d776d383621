"""Which release is under images whose tags do not name it."""

from __future__ import annotations

import pytest

from lightship.base_images.reference import read_reference
from lightship.base_images.underlying import release_under


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("phusion/baseimage:0.9.9", "Ubuntu 12.04 (precise)"),
        ("phusion/baseimage:0.9.10", "Ubuntu 14.04 (trusty)"),
        ("phusion/baseimage:0.9.22", "Ubuntu 16.04 (xenial)"),
        ("phusion/baseimage:0.11", "Ubuntu 18.04 (bionic)"),
        ("phusion/baseimage:focal-1.2.0", "Ubuntu 20.04 (focal)"),
        ("phusion/baseimage:18.04-1.0.0", "Ubuntu 18.04 (bionic)"),
        ("pytorch/pytorch:1.11.0-cuda11.3-cudnn8-devel", "Ubuntu 18.04 (bionic)"),
        ("nvidia/cuda:7.5-cudnn5-devel", "Ubuntu 14.04 (trusty)"),
        ("nvidia/cuda:10.0-devel-ubuntu16.04", "Ubuntu 16.04 (xenial)"),
        ("tensorflow/tensorflow:2.10.1-gpu", "Ubuntu 20.04 (focal)"),
        ("nvcr.io/nvidia/pytorch:21.07-py3", "Ubuntu 20.04 (focal)"),
        ("ros:noetic-robot", "Ubuntu 20.04 (focal)"),
        ("osrf/ros:melodic-desktop-full", "Ubuntu 18.04 (bionic)"),
        ("dustynv/ros:humble-desktop-l4t-r36.2.0", "Ubuntu 22.04 (jammy)"),
        ("nvcr.io/nvidia/l4t-base:r32.4.3", "Ubuntu 18.04 (bionic)"),
        ("stereolabs/zed:4.1-tools-devel-jetson-jp4.6.1", "Ubuntu 18.04 (bionic)"),
        ("stereolabs/zed:4.1-py-devel-cuda11.4-ubuntu20.04", "Ubuntu 20.04 (focal)"),
        ("python:2.7", "Debian 10 (buster)"),
        ("python:3.6-slim", "Debian 11 (bullseye)"),
        ("rust:slim-buster", "Debian 10 (buster)"),
        ("debian:12", "Debian 12 (bookworm)"),
    ],
)
def test_it_is_known_by_name_and_version(image, release):
    assert str(release_under(read_reference(image))) == release


@pytest.mark.parametrize(
    "image",
    [
        "phusion/baseimage",
        "phusion/baseimage:latest",
        "pytorch/pytorch:1.5-cuda10.1-cudnn7-runtime",
        "nvidia/cuda:9.2-devel-centos7",
        "nvidia/cuda:11.0-base",
        "nvcr.io/nvidia/pytorch:24.10-py3",
        "python:3.6.4",
        "python:3.6-alpine",
        "acme/baseimage:0.9.19",
        "acme/l4t:latest",
        "acme/tool:r32",
        "acme/l4t-ml:r99.1",
        "acme/ros:melodic-noetic",
        "acme/ros:noetic@sha256:" + "a" * 64,
        "phusion/baseimage:0.9.19@sha256:" + "a" * 64,
    ],
)
def test_nothing_is_guessed(image):
    assert release_under(read_reference(image)) is None
