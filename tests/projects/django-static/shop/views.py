from django.http import Http404
from django.shortcuts import render

PRODUCTS = ["lamp", "chair", "desk"]


def index(request):
    return render(request, "shop/index.html", {"products": PRODUCTS})


def product(request, number):
    if number >= len(PRODUCTS):
        raise Http404
    return render(request, "shop/index.html", {"products": [PRODUCTS[number]]})
