"""LocalStack's CloudFormation makes AWS::Glue::* resources in the local Glue service.

The free edition has no such types: it says that the stack is complete, and nothing is there. LocalStack runs
this when it starts, in its own process (its initialization hooks).
"""

import os
import sys
from typing import Any, ClassVar

sys.path.append("/opt/local-glue")

from localstack.services.cloudformation import provider_utils
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
)

from local_glue.emulators.glue_client import LOWERCASE, RESOURCES, GlueService
from local_glue.http.control_paths import TOKEN_VARIABLE

PHYSICAL_ID = "PhysicalResourceId"  # LocalStack wants it among the properties


class GlueResource(ResourceProvider[dict[str, Any]]):
    """Asks the local Glue service for every resource of a stack."""

    SCHEMA: ClassVar[dict[str, Any]] = {"primaryIdentifier": [f"/properties/{PHYSICAL_ID}"]}

    def __init__(self, resource_type: str) -> None:
        self.resource_type = resource_type
        self.service = GlueService(os.environ["GLUE_SERVICE_URL"], os.environ.get(TOKEN_VARIABLE, ""))

    def create(self, request: Any) -> Any:
        """Create it; a failure has Glue's reason."""
        return self._ask(request, "Create", request.desired_state)

    def update(self, request: Any) -> Any:
        """Change it; what its type cannot change is recreated, and the former one deleted."""
        before = dict(request.previous_state)
        physical_id = before.pop(PHYSICAL_ID)
        more = {PHYSICAL_ID: physical_id, "OldResourceProperties": before}
        return self._ask(request, "Update", request.desired_state, more)

    def delete(self, request: Any) -> Any:
        """Delete it."""
        properties = dict(request.desired_state)
        return self._ask(request, "Delete", properties, {PHYSICAL_ID: properties.pop(PHYSICAL_ID)})

    def _ask(
        self, request: Any, request_type: str, properties: dict[str, Any], more: dict[str, Any] | None = None
    ) -> Any:
        name = provider_utils.generate_default_name(request.stack_name, request.logical_resource_id)
        asked = {
            "RequestType": request_type,
            "ResourceType": self.resource_type,
            "LogicalResourceId": request.logical_resource_id,
            "DefaultName": name.lower() if self.resource_type in LOWERCASE else name,
            "ResourceProperties": properties,
            **(more or {}),
        }

        try:
            made = self.service.provision(request.account_id, request.region_name, asked)
            if made.get("IsReplaced"):
                gone = {"RequestType": "Delete", "ResourceProperties": asked["OldResourceProperties"]}
                self.service.provision(request.account_id, request.region_name, {**asked, **gone})
        except ValueError as error:
            # It is as it was: LocalStack would else lose its name, and could neither change nor delete it.
            as_it_was = request.previous_state or {}
            return ProgressEvent(OperationStatus.FAILED, resource_model=as_it_was, message=str(error))

        model = {**properties, PHYSICAL_ID: made[PHYSICAL_ID]}
        return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)


def with_glue(load: Any) -> Any:
    """LocalStack's way to find what makes a resource, which finds ours for Glue's."""
    return staticmethod(lambda name: GlueResource(name) if name.startswith(RESOURCES) else load(name))


ResourceProviderExecutor.try_load_resource_provider = with_glue(
    ResourceProviderExecutor.try_load_resource_provider
)
