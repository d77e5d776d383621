import sys

import humanize
from pygments import highlight
from pygments.formatters import NullFormatter
from pygments.lexers import PythonLexer

print(humanize.intcomma(1234567), sys.argv[1:])
print(highlight("def f(): ...", PythonLexer(), NullFormatter()), end="")
