"""DeleteJob: remove a job definition."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json
from local_service.runs import records
from local_service.runs.states import FINAL
from local_service.tags import put_tags


def delete_job(call: Call, params: Json) -> Json:
    """Remove the job and the record of its finished runs. As on AWS, no job of that name is no error.

    A run under way goes on to its end; one that waits can't start any more and is an ERROR.
    """
    name = params["JobName"]
    call.documents.delete(jobs.KIND, name)
    put_tags(call.documents, f"job/{name}", {})
    for run in call.documents.all(records.KIND, parent=name):
        if run["JobRunState"] in FINAL:
            call.documents.delete(records.KIND, run["Id"])
    call.runs.start_waiting(call.documents, name, call.now)
    return {"JobName": name}
