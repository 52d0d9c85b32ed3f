"""What a job has read in earlier runs: kept by the Glue service, by `transformation_ctx`."""

from typing import Any

from pyspark.sql import DataFrame

from local_glue.dynamicframe.sources.files import DataFile


class Bookmarks:
    """The bookmarks of one run; without `--job-bookmark-option job-bookmark-enable` everything is new."""

    def new_files(self, _ctx: str, files: list[DataFile], _options: dict[str, Any]) -> list[DataFile]:
        """Return the files that no earlier run has read."""
        return files

    def new_rows(self, _ctx: str, df: DataFrame, _options: dict[str, Any]) -> DataFrame:
        """Return the rows of a database that no earlier run has read."""
        return df
