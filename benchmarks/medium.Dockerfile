# The medium image of benchmarks/images.py: Debian with compilers, git, Node and a virtual environment, built carelessly.
FROM stand-in:python-slim
RUN apt-get update
RUN apt-get install -y build-essential clang curl
RUN apt-get install -y git
RUN apt-get install -y nodejs npm
RUN python3 -m venv /opt/venv
RUN --mount=type=secret,id=ca PIP_CERT=/run/secrets/ca /opt/venv/bin/pip install fastapi
RUN chmod -R a+rX /opt/venv && chown -R 1000:1000 /opt/venv
RUN rm -rf /var/lib/apt/lists/*
CMD ["/opt/venv/bin/python"]
