ARG BASE=base
FROM ${BASE} AS build
RUN echo out > /out.txt

FROM base AS first
ARG FOO=bar
ARG VER="9 10"
ENV MID="two words" OTHER=x\ y
RUN echo $FOO > /foo
run echo lower > /lower
ONBUILD RUN echo triggered > /triggered
ONBUILD COPY a.txt /trigger/

FROM first
LABEL a="b c" 'd'=e multi="one \
two"
ARG NODEF
ARG UNSET
RUN echo a && \
    # a comment inside
    echo b \

    > /c
# makes no layer
RUN ["/bin/sh", "-c", "echo exec \"q\""]
SHELL ["/bin/sh", "-e", "-c"]
RUN echo "after shell" > /s
COPY --from=build --chown=1:2 /out.txt /app/out.txt
COPY a.txt b.txt /app/
COPY ["a.txt", "/json dst"]
ADD ad.tar /add/
COPY a.tx? $MID/
COPY dir /dir
COPY dir/f /dir
WORKDIR /newdir
WORKDIR sub
# makes no layer
WORKDIR /app
ENV LEGACY two  "words" here
ENV A=$MID B=${A}z PATH=/venv/bin:$PATH
EXPOSE 80 53/udp $PORTX
EXPOSE 8080-8082 127.0.0.1:80:81 443/TCP
VOLUME /v /w
VOLUME ["/j k"]
HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD true || echo "1"
HEALTHCHECK NONE
HEALTHCHECK CMD ["true", "x"]
USER 1:2$UNDEF
STOPSIGNAL SIGINT
MAINTAINER Jane "Doe" <j@x>
CMD ["echo", "hi"]
ENTRYPOINT echo $FOO
RUN true
CMD echo hi there
USER 0:0
RUN echo 'single' "double" \$esc \\ back	tab > /last
