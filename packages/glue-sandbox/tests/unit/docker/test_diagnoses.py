"""What users meet with Docker is told in three facts, the last of which is what to type."""

from __future__ import annotations

import pytest

from glue_sandbox.docker.diagnoses import OF_A_CONTAINER, docker_error, find_diagnosis

REGISTRY = "the image registry to serve the images"
CERTIFICATE = "an image registry whose certificate the engine trusts"
CLOCK = "this machine's clock and the image registry's certificate to agree"
HERE = "an engine on this machine that sees the checkout"
# Docker's own words, as its versions print them -> what was expected, what to type.
MET = {
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?": (
        "a Docker engine that answers",
        "sudo systemctl start docker",
    ),
    "Cannot connect to the Docker daemon at unix:///run/user/1000/docker.sock. Is the docker daemon "
    "running?": (
        "a Docker engine that answers",
        "systemctl --user start docker",
    ),
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock": (
        "to be allowed to use the Docker engine",
        "sudo usermod -aG docker $USER",
    ),
    "docker: 'compose' is not a docker command.\nSee 'docker --help'": (
        "compose v2 or newer",
        "sudo apt-get install docker-compose-plugin",
    ),
    "docker: unknown command: docker compose\n\nRun 'docker --help' for more information": (
        "compose v2 or newer",
        "sudo apt-get install docker-compose-plugin",
    ),
    "no program `docker` on PATH": ("Docker", "MODE=embedded make up"),
    "Bind for 127.0.0.1:4566 failed: port is already allocated": ("free ports on 127.0.0.1", "SANDBOX_PORT="),
    "ports are not available: exposing port TCP 127.0.0.1:8080 -> 127.0.0.1:0: listen tcp 127.0.0.1:8080: "
    "bind: An attempt was made to access a socket in a way forbidden by its access permissions.": (
        "free ports on 127.0.0.1",
        "AIRFLOW_PORT=",
    ),
    "error while calling PortManager.AddPort(): cannot expose privileged port 80, you can add "
    "'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf": ("free ports on 127.0.0.1", "above 1023"),
    "write /var/lib/docker/tmp/x: no space left on device": (
        "space on the engine's disk",
        "docker system prune",
    ),
    "toomanyrequests: You have reached your pull rate limit.": (
        REGISTRY,
        "docker login, or build them yourself: make images",
    ),
    "unexpected status from HEAD request to https://registry/v2/x/manifests/1: 429 Too Many Requests": (
        REGISTRY,
        "docker login, or build them yourself: make images",
    ),
    "invalid reference format": ("an image's name as name:tag", "correct that variable"),
    "no matching manifest for linux/arm64/v8 in the manifest list entries": (
        "images for this processor",
        "make images",
    ),
    "Error response from daemon: Get https://registry/v2/: x509: certificate signed by unknown authority": (
        CERTIFICATE,
        "/etc/docker/certs.d",
    ),
    'Get "https://registry/v2/": tls: failed to verify certificate: x509: certificate has expired or is not '
    "yet valid: current time 2019-01-01T00:00:12Z is before 2026-03-02T00:00:00Z": (
        CLOCK,
        "timedatectl set-ntp",
    ),
    "Error response from daemon: Get https://registry/v2/: dial tcp: lookup registry: no such host": (
        REGISTRY,
        "make images",
    ),
    'Get "https://registry/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused': (
        "the engine's proxy to let it through",
        "docker.service.d",
    ),
    'Get "https://registry/v2/": Proxy Authentication Required': (
        "the engine's proxy to let it through",
        "docker.service.d",
    ),
    "pull access denied for x, repository does not exist or may require 'docker login'": (
        REGISTRY,
        "docker login <registry>",
    ),
    "Head https://registry/v2/x/manifests/1: unauthorized: authentication required": (
        REGISTRY,
        "docker login <registry>",
    ),
    "Error response from daemon: denied": (REGISTRY, "docker login <registry>"),
    "received unexpected HTTP status: 503 Service Unavailable": (REGISTRY, "network"),
    "unexpected status code [manifests 1]: 404 Not Found": (REGISTRY, "check name"),
    "manifest for postgres:99 not found: manifest unknown: manifest unknown": (REGISTRY, "check name"),
    "net/http: TLS handshake timeout": (REGISTRY, "network"),
    "failed to set file label on /home/u/sandbox/dags: lsetxattr /home/u/sandbox/dags: operation not "
    "supported": (
        "a checkout on a disk that takes SELinux labels",
        "local disk",
    ),
    "SELinux relabeling of /home is not allowed": ("a checkout on a disk that takes SELinux labels", "home"),
    "Mounts denied: \nThe path /srv/sandbox/dags is not shared from the host and is not known to Docker.": (
        HERE,
        "File sharing",
    ),
    "error while creating mount source path '/srv/sandbox/dags': mkdir /srv: read-only file system": (
        HERE,
        "snap",
    ),
    "failed to register layer: Container ID 165536 cannot be mapped to a host ID": (
        "a rootless engine with enough subordinate user ids",
        "--add-subuids",
    ),
    "driver failed programming external connectivity on endpoint glue-1: Unable to enable DNAT rule:  "
    "(iptables failed: iptables --wait -t nat -A DOCKER: iptables: No chain/target/match by that "
    "name.\n (exit status 1))": (
        "the engine's own firewall rules",
        "sudo systemctl restart docker",
    ),
    "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the "
    "network": ("a free range of addresses", "docker network prune"),
}
# Failures of another kind that look alike: of none of these is the registry to blame.
NOT_THE_REGISTRY = (
    "OCI runtime create failed: container_linux.go: starting container process caused: process_linux.go: "
    "container init caused: rootfs_linux.go: exit status 1: unknown",
    "iptables failed: iptables --wait -t filter -A DOCKER: (exit status 1)",
    "failed to create shim task: ttrpc: closed: connection refused",
    "dependency failed to start: container music-streams-glue-1 is unhealthy",
    "network music-streams_default has incorrect label: status of the network is unknown",
)
# The last words of a container -> what was expected, what to type.
LAST_WORDS = {
    "License activation failed! 🔑❌\n\nReason: No credentials were found in the environment. Please make "
    "sure to either set the LOCALSTACK_AUTH_TOKEN variable to a valid auth token.": (
        "a LocalStack that needs no token, or a valid one",
        "export LOCALSTACK_AUTH_TOKEN=…",
    ),
    "dd: error writing '/data/x': No space left on device": (
        "space on the engine's disk",
        "docker system prune",
    ),
    "exec /usr/bin/tini: exec format error": ("images for this processor", "make images"),
    "python: can't open file '/opt/music-streams/health.py': [Errno 13] Permission denied": (
        "files of the checkout that the containers' users may read",
        "chmod -R go+rX compose dags glue infra",
    ),
    "/opt/local-service/bin/python: No module named local_glue": (
        "files of the checkout that the containers' users may read",
        "ausearch -m avc",
    ),
}


@pytest.mark.parametrize("said", MET)
def test_known_words_are_explained(said: str) -> None:
    expected, next_command = MET[said]
    error = docker_error(said, ["docker", "compose", "up"])
    assert error.expected.startswith(expected)
    assert next_command in error.next_command
    assert error.found in said


@pytest.mark.parametrize("said", NOT_THE_REGISTRY)
def test_what_only_looks_like_it_is_not_blamed_on_the_registry(said: str) -> None:
    error = docker_error(said, ["docker", "compose", "up"])
    assert error.expected != REGISTRY
    assert "make images" not in error.next_command


@pytest.mark.parametrize("said", LAST_WORDS)
def test_last_words_of_a_container_are_explained(said: str) -> None:
    expected, next_command = LAST_WORDS[said]
    diagnosis = find_diagnosis(said, OF_A_CONTAINER)
    assert diagnosis is not None
    assert diagnosis.expected == expected
    assert next_command in diagnosis.next_command


@pytest.mark.parametrize(
    "said",
    [
        "sqlalchemy.exc.OperationalError: connection to server at postgres failed: Connection refused",
        "botocore.exceptions.ClientError: 401 Unauthorized",
        "urllib3: certificate verify failed, x509",
    ],
)
def test_a_container_is_not_told_what_is_of_the_engine(said: str) -> None:
    assert find_diagnosis(said, OF_A_CONTAINER) is None


def test_unknown_words_are_shown_as_they_are() -> None:
    error = docker_error("something new\nthat nobody knows", ["docker", "compose", "up", "--detach"])
    assert error.found == "that nobody knows"
    assert "something new" in error.details
    assert "docker compose up" in error.expected
