FROM python:latest
COPY . .
RUN apt-get update
RUN apt-get install build-essential libpq-dev # trailing
RUN apt-get update && apt-get install -y --no-install-recommends \
    # why curl
    curl \
    wget=1.* && rm -rf /var/lib/apt/lists/*
RUN (apt-get update; apt-get install -y git) | tee /log
RUN if [ -n "$X" ]; then apt install vim; fi; for p in a b; do apt-get install -y $p; done
RUN pip install -r requirements.txt; pip3 install --upgrade pip "flask>=2" ./local
RUN cd /srv && pip install . && cd - && sudo chown -R app /srv
RUN ["apt-get", "install", "git"]
RUN bash -c 'apt-get update && apt-get install git'
RUN curl -sSL https://example.org/x.sh | bash
RUN apk add git
USER root
