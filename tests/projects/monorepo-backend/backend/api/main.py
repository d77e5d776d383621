from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    title: str = "backend"
    debug: bool = False


app = FastAPI()


@app.get("/api/ping")
def ping():
    return "pong"


@app.get("/api/settings")
def settings():
    return Settings()
