"""GetJobRuns: give a job's runs, in pages."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page
from local_service.runs import records


def get_job_runs(call: Call, params: Json) -> Json:
    """Give the runs, newest first."""
    jobs.find_job(call.documents, params["JobName"])
    runs = call.documents.all(records.KIND, parent=params["JobName"])[::-1]
    found, more = page(runs, params, lambda run: run["Id"], default=200)
    output: Json = {"JobRuns": [records.shown(run, call.now) for run in found]}
    return output | more
