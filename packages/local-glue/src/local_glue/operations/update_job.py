"""UpdateJob: replace a job definition."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs


def update_job(context: RequestContext, params: Json) -> Json:
    """Replace the whole definition: what JobUpdate leaves out gets Glue's default, as on AWS.

    Runs that were started keep theirs. Runs that wait start when the job may now have more at once.

    Raises:
        InvalidInputException: a member that every job needs is not given.
    """
    name = params["JobName"]
    former = jobs.find_job(context.documents, name)
    for member in ("Role", "Command"):
        # The model calls them optional, but a definition can't be without them.
        if member not in params["JobUpdate"]:
            raise InvalidInputException(
                f"{member} should not be null or empty: an update replaces the whole job."
            )
    job = jobs.define_job(name, params["JobUpdate"])
    job["CreatedOn"] = former["CreatedOn"]
    job["LastModifiedOn"] = context.now
    context.documents.put(jobs.KIND, name, job)
    context.runs.start_waiting(context.documents, name, context.now)
    return {"JobName": name}
