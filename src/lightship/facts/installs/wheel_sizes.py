"""How many megabytes an install downloads, about: each package with what it depends on.

Read on 2026-12-01 from the sizes of wheels for x86-64 in 46 lock files of uv of public projects.
What is not listed is small, with its dependencies about half a megabyte.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_OTHERS = 0.5
# A row for each size in megabytes, with the packages of about that size
_LISTED = """
    900: torch torchvision torchaudio tensorflow vllm accelerate sentence-transformers easyocr
    900: ultralytics openai-whisper timm pytorch-lightning fastai peft bitsandbytes xformers
    320: jax jaxlib pyspark xgboost
    120: mlflow ray transformers spacy gensim scikit-learn scikit-image statsmodels lightgbm
    120: catboost streamlit gradio chromadb wandb prefect apache-airflow librosa numba shap optuna
    60: opencv-python opencv-python-headless opencv-contrib-python scipy polars pyarrow ansible
    60: playwright patchright geopandas seaborn matplotlib plotly dash faiss-cpu onnxruntime
    60: jupyterlab notebook jupyter xarray h5py llvmlite datasets duckdb rasterio
    30: pandas mysql-connector-python semgrep pymupdf litellm langchain langchain-community
    30: google-cloud-aiplatform google-cloud-bigquery
    16: numpy boto3 aioboto3 botocore awscli google-api-python-client apache-beam temporalio moto
    16: mypy ruff firebase-admin azure-identity uv
    10: django djangorestframework selenium babel flask-babel mkdocs-material curl-cffi
    10: falcon wagtail pillow ddtrace
    6: grpcio gevent sympy virtualenv pygit2 debugpy lxml psycopg-binary cryptography uvloop uvicorn
    6: confluent-kafka psycopg2-binary sphinx asyncpg sqlalchemy twisted scrapy shapely pymongo
    6: aiogram aiohttp fastapi pydantic openai reportlab pycryptodome kubernetes stripe nltk
"""


@cache
def _megabytes() -> dict[str, int]:
    sizes: dict[str, int] = {}
    for line in _LISTED.strip().splitlines():
        size, _, names = line.partition(":")
        sizes.update(dict.fromkeys(names.split(), int(size)))
    return sizes


def megabytes(names: Iterable[str]) -> float:
    """What packages of these normalised names bring together, about."""
    listed = _megabytes()
    return sum(listed.get(name, _OTHERS) for name in set(names))
