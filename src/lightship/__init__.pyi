from lightship.api import AppliedFix as AppliedFix
from lightship.api import FixResult as FixResult
from lightship.api import LintFinding as LintFinding
from lightship.api import LintFix as LintFix
from lightship.api import TextEdit as TextEdit
from lightship.api import fix as fix
from lightship.api import lint as lint
from lightship.errors import ConfigError as ConfigError
from lightship.errors import FileError as FileError
from lightship.errors import LightshipError as LightshipError
from lightship.errors import UsageError as UsageError
from lightship.text import Position as Position

__version__: str
