import sys

import pyximport

pyximport.install()

from fibonacci import fibonacci  # noqa: E402

print(fibonacci(int(sys.argv[1])))
