# Stand-ins for the base images that the projects name: no registry is asked for anything.
# What counts is what an image has and lacks: headers of Python in both of Python, compilers and libraries in the full
# one alone.

FROM stand-in:minbase AS debian
# They trust what this machine trusts: its way to the package index may have an authority of its own.
COPY ca-certificates.crt /etc/ssl/stand-in.crt
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PIP_CERT=/etc/ssl/stand-in.crt \
    REQUESTS_CA_BUNDLE=/etc/ssl/stand-in.crt \
    SSL_CERT_FILE=/etc/ssl/stand-in.crt
# As the official image does: apt keeps no packages and no index of its own making.
RUN printf '%s\n' 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };' \
        'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";' > /etc/apt/apt.conf.d/docker-clean \
    && rm -f /var/cache/apt/*.bin
CMD ["bash"]

FROM debian AS python-slim
# Where the official image has files of its own, Debian's stand under the same paths. The headers are unpacked without
# the packages that Debian's depend on: the official slim image has no libc6-dev and no zlib1g-dev.
# What apt knows of packages is what it knew when minbase was made.
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends ca-certificates netbase python3 python3-venv tzdata \
    && cd /tmp \
    && apt-get download libpython3.13-dev python3.13-dev \
    && for package in *.deb; do dpkg-deb --extract "$package" /; done \
    && find /usr/lib -name 'libpython*.a' -delete \
    && for name in python python3 python3.13; do ln -s /usr/bin/python3.13 "/usr/local/bin/$name"; done \
    && mkdir --parents /usr/local/lib/python3.13/site-packages \
    && rm -rf /usr/local/lib/python3.13/dist-packages /usr/lib/python3*/EXTERNALLY-MANAGED \
    && ln -s site-packages /usr/local/lib/python3.13/dist-packages \
    && for wheel in /usr/share/python-wheels/pip-*.whl; do \
        /usr/bin/python3.13 "$wheel/pip" install --no-cache-dir --no-index "$wheel"; \
    done \
    && rm -rf /tmp/*
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
CMD ["python3"]

FROM python-slim AS python-compilers
# Of buildpack-deps what compiles a library for PostgreSQL
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends dpkg-dev g++ gcc libc6-dev libpq-dev make

FROM python-compilers AS python-full
# Of buildpack-deps what a build in Python may come upon
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends \
        autoconf automake bzip2 curl default-libmysqlclient-dev file git gnupg libbz2-dev libcurl4-openssl-dev \
        libffi-dev libjpeg-dev liblzma-dev libpng-dev libsqlite3-dev libssl-dev libxml2-dev libxslt1-dev libyaml-dev \
        openssh-client patch pkg-config procps unzip wget xz-utils zlib1g-dev

FROM python-slim AS uv-wheel
RUN pip install --no-cache-dir --no-compile --target /wheel uv

FROM scratch AS uv
COPY --from=uv-wheel /wheel/bin/uv /wheel/bin/uvx /

FROM python-slim AS uv-python
COPY --from=uv-wheel /wheel/bin/uv /wheel/bin/uvx /usr/local/bin/

# Data services, which listen to all, fill a new database and take the variables of the official images
FROM debian AS postgres
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    mkdir --parents /etc/postgresql-common \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
    && apt-get install -y --no-install-recommends postgresql
COPY --chmod=755 <<'END' /usr/local/bin/docker-entrypoint.sh
#!/bin/sh -e
bin=$(echo /usr/lib/postgresql/*/bin)
user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "$POSTGRES_PASSWORD" ]; then echo "Error: Database is uninitialized and superuser password is not specified."; exit 1; fi
  echo "$POSTGRES_PASSWORD" > /tmp/password
  "$bin/initdb" --no-sync --username="$user" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 > /dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  "$bin/pg_ctl" --wait --options="-c listen_addresses= -c fsync=off" start > /dev/null
  [ "$database" = postgres ] || "$bin/createdb" --username="$user" "$database"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -e "$file" ] || "$bin/psql" --quiet --set=ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$file"
  done
  "$bin/pg_ctl" --wait --mode=fast stop > /dev/null
fi
exec "$bin/postgres" -c listen_addresses='*' -c fsync=off -c unix_socket_directories=/var/run/postgresql
END
ENV PGDATA=/var/lib/postgresql/data
RUN install --directory --owner=postgres --mode=700 "$PGDATA" && install --directory --owner=postgres /var/run/postgresql
VOLUME /var/lib/postgresql/data
USER postgres
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]

FROM debian AS redis
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends redis-server
VOLUME /data
WORKDIR /data
EXPOSE 6379
CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data"]

FROM debian AS rabbitmq
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends rabbitmq-server \
    && mkdir --parents /etc/rabbitmq/conf.d \
    && echo "loopback_users.guest = false" > /etc/rabbitmq/conf.d/10-defaults.conf \
    && rm -f /var/lib/rabbitmq/.erlang.cookie
ENV HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
VOLUME /var/lib/rabbitmq
USER rabbitmq
EXPOSE 5672
CMD ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

# What applications that need services are made of, without pip
FROM debian AS python-services
RUN --mount=type=bind,source=lists,target=/var/lib/apt/lists,rw \
    apt-get install -y --no-install-recommends \
        python3 python3-celery python3-django python3-fastapi python3-psycopg2 python3-redis python3-uvicorn
CMD ["python3"]

FROM python-slim AS index
# Whether a build reaches the package index
RUN pip download --no-deps --dest /tmp/wheel iniconfig
