"""The local Glue service as the keeper of bookmarks."""

import boto3

from local_glue.dynamicframe.local_service import LocalService

_PATH = "/_glue/bookmarks"


class BookmarkService(LocalService):
    """Sends what a run or a user wants to know, save or set of a job's bookmark.

    Without a session and an address: those of the run's environment.
    """

    def __init__(self, session: boto3.Session | None = None, endpoint_url: str | None = None) -> None:
        super().__init__(_PATH, session, endpoint_url)
