"""How a crawl can end other than well.

Apart from the crawl itself, so that the service knows them without what reads files: that is 30 MB.
"""


class CrawlError(Exception):
    """The crawl can't be done; the message becomes LastCrawl.ErrorMessage."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Someone asked the crawl to stop."""
