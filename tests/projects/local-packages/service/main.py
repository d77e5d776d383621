import sys

from shapes import square
from tabulate import tabulate
from units import KM

if __name__ == "__main__":
    print(tabulate([[square(int(sys.argv[1])), KM]], headers=["area", "km"]))
