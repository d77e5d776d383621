import itertools
import sys
import time
from pathlib import Path

OUT = Path("/tmp/report.txt")


def report(number):
    OUT.write_text(f"report of {sum(range(10))}\n")
    print("report", number)


if "--once" in sys.argv:
    report("by hand")
else:
    for number in itertools.count(1):
        report(number)
        time.sleep(0.5)
