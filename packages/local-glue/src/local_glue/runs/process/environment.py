"""The environment of a run's process: nothing of the service's own leaks into a script."""

import os

from local_glue.aws.clients import Credentials
from local_glue.runs.files import RunFolder
from local_glue.runs.process.proxies import script_proxies
from local_glue.settings import Settings
from local_glue.store import Scope


def run_environment(
    settings: Settings, scope: Scope, credentials: Credentials, folder: RunFolder
) -> dict[str, str]:
    """Return path, home, locale, proxies and AWS settings: what a script finds on Glue, and no more."""
    env = {
        **machine_environment(settings, folder),
        "AWS_REGION": scope.region,
        "AWS_DEFAULT_REGION": scope.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
    }
    if credentials.session_token:
        env["AWS_SESSION_TOKEN"] = credentials.session_token
    return env


def machine_environment(settings: Settings, folder: RunFolder) -> dict[str, str]:
    """Return what is the same for every run, whatever its role and region."""
    no_aws_files = folder.path / "no-aws-files"
    no_aws_files.touch()  # of a file that is not there, Java's SDK warns at length

    env = {
        "PATH": os.pathsep.join((str(settings.job_python.parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(folder.make("home")),
        "TMPDIR": str(folder.make("tmp")),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        # The user's entry in the password file leads to ~/.aws, too.
        "AWS_CONFIG_FILE": str(no_aws_files),
        "AWS_SHARED_CREDENTIALS_FILE": str(no_aws_files),
        "PYTHONUNBUFFERED": "YES",  # as spark-submit sets it
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": settings.job_endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Host names that some services' operations have, such as MWAA's, have no counterpart at one address.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        **script_proxies(os.environ, settings.job_endpoint_url),
    }
    java_home = settings.java_home or os.environ.get("JAVA_HOME")
    if java_home:
        env["JAVA_HOME"] = str(java_home)
        env["PATH"] = f"{java_home}/bin{os.pathsep}{env['PATH']}"

    return env
