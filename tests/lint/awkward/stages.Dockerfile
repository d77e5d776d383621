ARG BASE=debian
ARG TAG
FROM --platform=$TARGETPLATFORM ${BASE}:${TAG:-latest} AS Build
FROM build AS build2
FROM Build AS scratch
COPY --from=BUILD /a /a
COPY --from=0 /b /b
COPY --from=build2 . .
FROM --platform=linux/amd64 $BASE as CONTEXT
RUN --mount=type=bind,from=Build,target=/x cp /x/y /y
from scratch
CMD echo hi
CMD echo again
ENTRYPOINT exec app $X
HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1
HEALTHCHECK NONE
