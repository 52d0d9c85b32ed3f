"""The errors that Glue answers, by AWS's names.

Source: the exceptions listed per operation in the Glue API reference (botocore's model).
"""


class GlueError(Exception):
    """An error for the caller: its class name is the AWS error code."""

    status = 400

    @property
    def code(self) -> str:
        """The AWS error code."""
        return type(self).__name__

    @property
    def detail(self) -> dict[str, str]:
        """The error as an ErrorDetail, which batches have for each of their members."""
        return {"ErrorCode": self.code, "ErrorMessage": str(self)}


class AccessDeniedException(GlueError):  # noqa: N818 - AWS's name
    """The caller may not do that to that resource."""


class AlreadyExistsException(GlueError):  # noqa: N818 - AWS's name
    """A resource of that name exists."""


class ConcurrentModificationException(GlueError):  # noqa: N818
    """Someone else changed the resource in between."""


class ConcurrentRunsExceededException(GlueError):  # noqa: N818
    """As many runs of the job as it allows are active."""


class CrawlerNotRunningException(GlueError):  # noqa: N818
    """The crawler to stop is not running."""


class CrawlerRunningException(GlueError):  # noqa: N818
    """The crawler is running, so it can't be changed or started."""


class CrawlerStoppingException(GlueError):  # noqa: N818
    """The crawler is being stopped already."""


class EntityNotFoundException(GlueError):  # noqa: N818
    """There is no resource of that name."""


class IllegalSessionStateException(GlueError):  # noqa: N818
    """The session is in a state that does not allow the request."""


class IdempotentParameterMismatchException(GlueError):  # noqa: N818
    """A resource of that name exists, and is another one."""


class InvalidInputException(GlueError):  # noqa: N818
    """The input is of the right form but not acceptable."""


class InvalidStateException(GlueError):  # noqa: N818
    """What is stored does not allow the request."""


class NoScheduleException(GlueError):  # noqa: N818
    """The crawler has no schedule."""


class OperationNotSupportedException(GlueError):  # noqa: N818
    """The operation is not available for what it names."""


class ResourceNumberLimitExceededException(GlueError):  # noqa: N818
    """There are as many resources of that kind as AWS allows."""


class SchedulerNotRunningException(GlueError):  # noqa: N818
    """The crawler's schedule is stopped already."""


class SchedulerRunningException(GlueError):  # noqa: N818
    """The crawler's schedule is started already."""


class SerializationException(GlueError):  # noqa: N818
    """The request body is not JSON of the operation's types."""


class SessionBusyException(GlueError):  # noqa: N818
    """As many statements as a session takes wait for their turn."""


class UnknownOperationException(GlueError):  # noqa: N818
    """The operation does not exist, or is not built here."""


class ValidationException(GlueError):  # noqa: N818
    """The input breaks a constraint of the operation's model."""


class InternalServiceException(GlueError):  # noqa: N818
    """A bug of this service."""

    status = 500
