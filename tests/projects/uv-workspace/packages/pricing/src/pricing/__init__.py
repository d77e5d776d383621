from decimal import Decimal


def total(count):
    return count * Decimal("19.90")
