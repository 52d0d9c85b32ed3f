"""Why a resource could not be made, in CloudFormation's words."""

import uuid


class ProvisionError(Exception):
    """The reason that the stack's event shows."""


class PropertyError(ProvisionError):
    """A property that the resource's type doesn't have, or one of a wrong type."""


# Glue's codes -> those of CloudFormation's resource handlers.
_HANDLER_CODES = {
    "AlreadyExistsException": "AlreadyExists",
    "EntityNotFoundException": "NotFound",
    "AccessDeniedException": "AccessDenied",
    "ConcurrentModificationException": "ResourceConflict",
    "CrawlerRunningException": "ResourceConflict",
    "InternalServiceException": "ServiceInternalError",
}


class CallError(ProvisionError):
    """A call of Glue's API that failed."""

    def __init__(self, code: str, message: str, status: int, request_id: str) -> None:
        handler_code = _HANDLER_CODES.get(code, "InvalidRequest")
        super().__init__(
            f'Resource handler returned message: "{message} (Service: Glue, Status Code: {status}, '
            f'Request ID: {request_id})" (RequestToken: {uuid.uuid4()}, HandlerErrorCode: {handler_code})'
        )
        self.code = code
