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
RUN ["/bin/sh", "-c", "echo exec \"q\""]
SHELL ["/bin/sh", "-e", "-c"]
RUN echo "after shell" > /s
RUN <<EOF
echo one
echo two
EOF
RUN <<EOF
#!/bin/sh
echo shebang
EOF
RUN <<-EOF
	echo tabbed
EOF
RUN <<-"EOF" cat > /h2
	tabbed $FOO
	two
EOF
RUN <<A cat - /dev/fd/3 3<<B
first
A
second
B
RUN --mount=type=cache,target=/cache --network=none echo mounted > /m
COPY --from=build --chown=1:2 --chmod=755 /out.txt /app/out.txt
COPY --link a.txt b.txt /app/
COPY ["a.txt", "/json dst"]
COPY <<EOT <<EOT2 /heredir/
hi $MID
EOT
raw
EOT2
COPY a.txt <<X ./b.txt /z/
x
X
COPY <<"EOT" $MID/x
EOT
ADD ad.tar /add/
COPY $FOO* a.tx? $MID/
COPY --chmod=600 dir /dir
WORKDIR /newdir
WORKDIR sub
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
RUN true
CMD echo hi there
USER 0:0
RUN echo 'single' "double" \$esc \\ back	tab
