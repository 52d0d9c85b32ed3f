"""CreateSession: start a Spark driver that evaluates statements."""

from local_glue.api.errors import (
    AlreadyExistsException,
    OperationNotSupportedException,
    ResourceNumberLimitExceededException,
)
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.sessions import records
from local_glue.sessions.states import ALIVE


def create_session(context: RequestContext, params: Json) -> Json:
    """Store a session as PROVISIONING and start its process once it is stored.

    Raises:
        AlreadyExistsException: there is one of this id, whatever its state.
        OperationNotSupportedException: it is to be one of Spark Connect.
        ResourceNumberLimitExceededException: as many as this machine is to bear are under way.
    """
    session_id = params["Id"]
    tags = params.pop("Tags", {})
    if params.pop("SessionType", "LIVY") != "LIVY":
        raise OperationNotSupportedException(
            "The local Glue service runs sessions of statements (SessionType LIVY), not SPARK_CONNECT."
        )
    if context.documents.get(records.KIND, session_id):
        raise AlreadyExistsException(f"Session already created, sessionId={session_id}")

    session = records.define_session(params, context.now)
    alive = [one["Id"] for one in context.documents.all(records.KIND) if one["Status"] in ALIVE]
    if len(alive) >= records.MOST_ALIVE:
        raise ResourceNumberLimitExceededException(
            f"{records.MOST_ALIVE} sessions can be under way at once, and are: {', '.join(alive)}. "
            "Stop one of them by StopSession."
        )

    context.documents.put(records.KIND, session_id, session)
    put_tags(context.documents, f"session/{session_id}", tags)
    context.documents.after_commit(lambda: context.sessions.start(context.scope, session))
    return {"Session": records.to_response(session)}
