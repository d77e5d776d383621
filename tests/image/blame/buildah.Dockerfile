ARG BASE=base
FROM ${BASE} AS build
RUN echo out > /out.txt

FROM base AS first
ARG FOO=bar
ARG VER="9 10"
ENV MID="two words" OTHER=x\ y
RUN echo $FOO > /foo
run echo lower > /lower

FROM first
LABEL a="b c" 'd'=e multi="one \
two"
ARG NODEF
ARG UNSET
RUN echo a && \
    # a comment inside
    echo b \

    > /c
RUN ["/bin/sh", "-c", "echo exec \"q\""]
SHELL ["/bin/sh", "-e", "-c"]
RUN echo "after shell" > /s
RUN <<EOF
echo one
EOF
RUN <<-"EOF" cat > /h2
	tabbed $FOO
EOF
RUN --mount=type=cache,target=/cache echo mounted > /m
COPY --from=build --chown=1:2 /out.txt /app/out.txt
COPY a.txt b.txt /app/
COPY ["a.txt", "/json dst"]
COPY <<EOT <<EOT2 /heredir/
hi
EOT
raw
EOT2
ADD ad.tar /add/
COPY a.tx? $MID/
COPY dir /dir
# makes no layer
WORKDIR /newdir
# makes no layer
WORKDIR sub
ENV LEGACY two  "words" here
ENV A=$MID B=${A}z PATH=/venv/bin:$PATH
EXPOSE 80 53/udp
VOLUME /v /w
VOLUME ["/j k"]
HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD true || echo "1"
HEALTHCHECK CMD ["true", "x"]
USER 1:2
STOPSIGNAL SIGINT
MAINTAINER Jane "Doe" <j@x>
CMD ["echo", "hi"]
ENTRYPOINT echo $FOO
RUN true
RUN true
CMD echo hi there
USER 0:0
RUN echo 'single' "double" \$esc \\ back	tab
