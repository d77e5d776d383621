import sys

from tasks import add

print(add.delay(*sys.argv[1:]).get(timeout=15))
