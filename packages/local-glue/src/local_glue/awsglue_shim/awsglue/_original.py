"""AWS's own modules behind those of the same name here."""

from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType

import awsglue


def original(name: str) -> ModuleType:
    """Load the module of AWS's package that a module of this folder covers.

    Raises:
        ModuleNotFoundError: AWS's package is not installed.
    """
    spec = PathFinder.find_spec(f"awsglue.{name}", list(awsglue.__path__)[1:])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named 'awsglue.{name}': is AWSGlueDataplanePython installed?")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
