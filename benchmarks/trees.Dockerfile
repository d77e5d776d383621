# The image "trees" of benchmarks/images.py: packages, sources, pages and data of an application below /app and /opt, built
# carelessly. Of its entries most lie outside /usr, and most are text.
FROM stand-in:python-slim
RUN apt-get update && apt-get install -y nodejs npm
RUN python3 -m venv /opt/venv
RUN --mount=type=secret,id=ca PIP_CERT=/run/secrets/ca /opt/venv/bin/pip install \
    jupyterlab pandas scipy scikit-learn matplotlib sympy django sphinx boto3 sqlalchemy
WORKDIR /app/web
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm install --no-audit --no-fund \
    react-scripts next webpack typescript eslint jest @mui/icons-material date-fns lodash core-js
RUN cp -r /opt/venv/lib/python3*/site-packages /app/vendor && cp -r /usr/share/doc /app/docs
RUN cp -r /app/web /opt/build && cp -r /app/vendor /opt/lib
RUN chown -R 1000:1000 /app
RUN rm -r /opt/build && rm -rf /var/lib/apt/lists/*
CMD ["/opt/venv/bin/python"]
