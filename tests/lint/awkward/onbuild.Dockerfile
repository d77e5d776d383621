FROM python:3.13 AS Base
onbuild ADD . /app
ONBUILD RUN pip install -r requirements.txt && \
  # inside
  cd /app
ONBUILD run <<EOF
apt-get install git
EOF
ONBUILD ENV a b
ONBUILD WORKDIR relative
