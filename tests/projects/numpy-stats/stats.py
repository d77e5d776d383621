import sys

import numpy

values = numpy.array([float(value) for value in sys.argv[1:]])
print(f"mean {values.mean():.3f} deviation {values.std():.3f}")
