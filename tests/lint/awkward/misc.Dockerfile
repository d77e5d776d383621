FROM debian
MAINTAINER	me
ENV	a	b
ADD https://example.org/x.tar.gz /x/
ADD a.tar.gz b /c/
ADD --chown=1:1 d /e
VOLUME ["/v"]
STOPSIGNAL SIGTERM
ARG token=x
ENV API_KEY=1
COPY $a ${b:-c} /d
USER $nobody