"""The names that scripts import; to import them is allowed, to use them is refused by name."""

from typing import Any, NoReturn

from local_glue.dynamicframe.refusals import unsupported

__all__ = ["EntityDetector", "FillMissingValues", "FindIncrementalMatches", "FindMatches"]


class _OfAwssModels:
    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        self._refuse()

    @classmethod
    def apply(cls, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse the transform.

        Raises:
            NotImplementedError: always.
        """
        cls._refuse()

    @classmethod
    def _refuse(cls) -> NoReturn:
        raise unsupported(
            f"awsglueml's {cls.__name__} is not here: it needs AWS's models. "
            "Instead use Spark for this step, or run this job on AWS."
        )


class EntityDetector(_OfAwssModels):
    """Finds personal data."""


class FillMissingValues(_OfAwssModels):
    """Guesses values that are missing."""


class FindMatches(_OfAwssModels):
    """Finds records that are the same."""


class FindIncrementalMatches(_OfAwssModels):
    """Finds new records that are the same as those before."""
