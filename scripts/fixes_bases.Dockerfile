# Stand-ins for the base images that public Dockerfiles name; scripts/fixes_bases.py builds them.

ARG RELEASE=trixie
ARG PYTHON=3.13
ARG ORIGIN=own

FROM stand-in:$RELEASE AS system
# They trust what this machine trusts: its way to the package indexes may have an authority of its own.
COPY ca-certificates.crt /etc/ssl/stand-in.crt
# As the official image does: a build that is cut off is thrown away anyhow
RUN echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/unsafe-io
# Without bytecode an install takes half the time
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PIP_CERT=/etc/ssl/stand-in.crt \
    REQUESTS_CA_BUNDLE=/etc/ssl/stand-in.crt \
    CURL_CA_BUNDLE=/etc/ssl/stand-in.crt \
    PIP_NO_COMPILE=1 \
    NODE_EXTRA_CA_CERTS=/etc/ssl/stand-in.crt \
    SSL_CERT_FILE=/etc/ssl/stand-in.crt
CMD ["bash"]

# A Python of Ubuntu, for the minor versions that no release of Debian has
FROM stand-in:$RELEASE AS foreign-python
ARG PYTHON
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        "libpython$PYTHON-dev" "python$PYTHON" "python$PYTHON-dev" "python$PYTHON-venv" \
    && dpkg-query --show --showformat '${Package}\n' "*python$PYTHON*" \
        | xargs dpkg --listfiles \
        | grep --invert-match --extended-regexp '^/usr/share/(doc|man)|^/\.$|diverted' \
        | while read -r path; do [ -d "$path" ] && [ ! -L "$path" ] || echo "$path"; done \
        | tar --create --file /python.tar --files-from - /usr/share/python-wheels

FROM scratch AS foreign-files
COPY --from=foreign-python /python.tar /

FROM system AS borrowed-python
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libdb5.3 libexpat1 libffi8 libncursesw6 libreadline8 libsqlite3-0 media-types netbase \
        openssl tzdata \
    && rm -rf /var/lib/apt/lists/*
ADD python.tar /

FROM system AS own-python
ARG PYTHON
# The headers come without the packages that Debian's depend on: the official slim image has no libc6-dev.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates netbase python3 python3-venv tzdata \
    && cd /tmp \
    && apt-get download "libpython$PYTHON-dev" "python$PYTHON-dev" \
    && for package in *.deb; do dpkg-deb --extract "$package" /; done \
    && rm -rf /tmp/* /var/lib/apt/lists/*

FROM $ORIGIN-python AS python-slim
ARG PYTHON
# Debian's files as if they were the official image's: the prefix is /usr/local, installs go by upstream's scheme.
# Python 3.9 knows no schemes.
RUN library=/usr/lib/python$PYTHON home=/usr/local/lib/python$PYTHON \
    && find /usr/lib -name 'libpython*.a' -delete \
    && rm -rf "$home/dist-packages" "/usr/local/include/python$PYTHON" /usr/lib/python3*/EXTERNALLY-MANAGED \
    && mkdir --parents "$home/site-packages" /usr/local/include \
    && ln -s site-packages "$home/dist-packages" \
    && for name in python python3; do ln -s "python$PYTHON" "/usr/local/bin/$name"; done \
    && if [ "$PYTHON" = 3.9 ]; then ln -s "/usr/bin/python$PYTHON" /usr/local/bin; exit; fi \
    && for file in sysconfig.py sysconfig/__init__.py _distutils_system_mod.py; do \
        [ ! -f "$library/$file" ] || sed -i \
            "s/'posix_local')/'posix_prefix')/; s/\(scheme\|name\) = \(.\)posix_local/\1 = \2posix_prefix/" \
            "$library/$file"; \
    done \
    && find "$library" -name '*.pyc' -delete \
    && find "$library" -mindepth 1 -maxdepth 1 ! -name dist-packages -exec ln -s -t "$home" '{}' + \
    && cp "/usr/bin/python$PYTHON" /usr/local/bin/ \
    && ln -s "/usr/include/python$PYTHON" /usr/local/include/
RUN --mount=type=bind,target=/context \
    wheel=$(echo /context/pip-*.whl) \
    && python "$wheel/pip" install --no-cache-dir --no-index "$wheel" \
    && case $PYTHON in 3.9|3.10|3.11) pip install --no-cache-dir 'setuptools<80' wheel;; esac
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
CMD ["python3"]

FROM python-slim AS python-full
# Of buildpack-deps what a build in Python may come upon
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        bzip2 curl default-libmysqlclient-dev dpkg-dev file g++ gcc git gnupg libbz2-dev libcurl4-openssl-dev \
        libffi-dev libjpeg-dev liblzma-dev libpng-dev libpq-dev libsqlite3-dev libssl-dev libxml2-dev libxslt1-dev \
        libyaml-dev make openssh-client patch pkg-config procps unzip wget xz-utils zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*

FROM python-slim AS uv-wheel
RUN pip install --no-cache-dir --no-compile --target /wheel uv

FROM scratch AS uv
COPY --from=uv-wheel /wheel/bin/uv /wheel/bin/uvx /

FROM python-slim AS uv-python
COPY --from=uv-wheel /wheel/bin/uv /wheel/bin/uvx /usr/local/bin/
