# syntax=docker/dockerfile:1
FROM debian:trixie-slim AS Build
ENV a b
RUN apt-get update \

    && apt-get install git
MAINTAINER me
EXPOSE 80/TCP
