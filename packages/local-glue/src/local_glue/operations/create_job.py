"""CreateJob: store a job definition."""

from local_glue.api.errors import IdempotentParameterMismatchException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags, tags_of
from local_glue.jobs import definitions as jobs


def create_job(context: RequestContext, params: Json) -> Json:
    """Complete the definition with Glue's defaults and store it; the same one again changes nothing.

    Raises:
        IdempotentParameterMismatchException: there is another one of this name.
    """
    name = params["Name"]
    tags = params.pop("Tags", {})
    job = jobs.define_job(name, params)
    former = context.documents.get(jobs.KIND, name)
    if former:
        # AWS has AlreadyExistsException in its model, too, but answers this one.
        if job != jobs.without_times(former) or tags != tags_of(context.documents, f"job/{name}"):
            raise IdempotentParameterMismatchException(
                f"Job with name '{name}' already submitted with different configuration"
            )
        return {"Name": name}

    job["CreatedOn"] = job["LastModifiedOn"] = context.now
    context.documents.put(jobs.KIND, name, job)
    put_tags(context.documents, f"job/{name}", tags)
    return {"Name": name}
