import sys

import lightgbm
import numpy

x = numpy.linspace(0, 4, 80).reshape(-1, 1)
data = lightgbm.Dataset(x, (x[:, 0] > 2).astype(float))
model = lightgbm.train({"objective": "binary", "verbose": -1, "min_data_in_leaf": 5, "num_threads": 1}, data, 20)
print([round(float(value)) for value in model.predict([[float(text)] for text in sys.argv[1:]])])
