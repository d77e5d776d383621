# check=skip=StageNameCasing;error=true
# hadolint global ignore=DL3006
FROM debian AS X
# hadolint ignore=DL3009,DL3015
RUN apt-get update && apt-get install git
# lightship: ignore=all -- on purpose
MAINTAINER me
# check=skip=all
maintainer me
