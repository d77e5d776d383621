import io

from flask import Flask, abort, send_file
from PIL import Image, ImageDraw

app = Flask(__name__)


def picture():
    image = Image.new("RGB", (256, 256), "navy")
    ImageDraw.Draw(image).ellipse((32, 32, 224, 224), fill="gold")
    return image


@app.get("/")
def index():
    return "thumbnails\n"


@app.get("/thumbnail/<int:size>.<kind>")
def thumbnail(size, kind):
    if kind not in ("png", "jpeg"):
        abort(404)
    image, data = picture(), io.BytesIO()
    image.thumbnail((size, size))
    image.save(data, kind)
    data.seek(0)
    return send_file(data, f"image/{kind}")
