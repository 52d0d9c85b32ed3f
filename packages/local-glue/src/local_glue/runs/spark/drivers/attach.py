"""Gives a waiting driver JVM the settings of one run, then becomes the run's script.

    python attach.py spark.properties PYTHON-ARGUMENT ...

Started by path in the jobs' Python. PYSPARK_GATEWAY_PORT and PYSPARK_GATEWAY_SECRET lead to the JVM, there
and in the script, where pyspark looks for them by itself.
"""

import os
import sys
from typing import Any

from py4j.java_gateway import GatewayParameters, JavaGateway

# Names of AWS's SDK for Java, version 1 and 2: a running JVM's environment can't change.
CREDENTIALS = {
    "aws.accessKeyId": "AWS_ACCESS_KEY_ID",
    "aws.secretKey": "AWS_SECRET_ACCESS_KEY",
    "aws.secretAccessKey": "AWS_SECRET_ACCESS_KEY",
    "aws.sessionToken": "AWS_SESSION_TOKEN",
}
_SPARKS_NAME_OF_IT = "sparkCookie"  # of the secret among a user's credentials, in Spark's SecurityManager


def main() -> None:
    """Attach, and give way to the script."""
    attach(sys.argv[1])
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])  # noqa: S606 - no shell is wanted


def attach(properties_file: str) -> None:
    """Set the JVM's system properties, from which every new SparkConf is made."""
    port, secret = (os.environ[f"PYSPARK_GATEWAY_{part}"] for part in ("PORT", "SECRET"))
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=int(port), auth_token=secret))
    java = gateway.jvm.java
    properties = java.util.Properties()
    reader = java.io.FileReader(properties_file)
    properties.load(reader)
    reader.close()
    for name, variable in CREDENTIALS.items():
        if variable in os.environ:
            properties.setProperty(name, os.environ[variable])

    # Python workers are children of the JVM: what it was not started with, they get through Spark. Those on
    # a cluster are not, and this environment is full of paths of this machine.
    is_local = properties.getProperty("spark.master").startswith("local")
    for variable, value in os.environ.items() if is_local else ():
        if not variable.startswith("PYSPARK_GATEWAY_") and java.lang.System.getenv(variable) != value:
            properties.putIfAbsent(f"spark.executorEnv.{variable}", value)  # --conf has the last word

    _take_clusters_secret(gateway, properties)
    java.lang.System.getProperties().putAll(properties)
    gateway.close()


def _take_clusters_secret(gateway: Any, properties: Any) -> None:
    """Replace the secret that the JVM made for its warm-up: it would win over the one of the properties."""
    secret = properties.getProperty("spark.authenticate.secret")
    if not secret:
        return

    hadoop = gateway.jvm.org.apache.hadoop
    credentials = hadoop.security.Credentials()
    credentials.addSecretKey(hadoop.io.Text(_SPARKS_NAME_OF_IT), secret.encode())
    hadoop.security.UserGroupInformation.getCurrentUser().addCredentials(credentials)


if __name__ == "__main__":
    main()
