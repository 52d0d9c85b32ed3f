"""Where in a script a frame was made: AWS's Python hands it over as text of its stack."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class CallSite:
    """The lines of a stack, and what the script said about the transform."""

    site: str
    info: str = ""

    def is_inside(self, function: str) -> bool:
        """Return whether a function of AWS's dynamicframe.py is on the stack."""
        return bool(re.search(rf'awsglue/dynamicframe\.py", line \d+, in {function}\n', self.site))
