"""What Docker and the containers say when something is wrong: what it means, and what to type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.console import last_lines

EMBEDDED_INSTEAD = "or without Docker: MODE=embedded make up"
BUILD_INSTEAD = "build the images from packages: make images, then make up"


@dataclass(frozen=True)
class Diagnosis:
    """Words that users meet, what was expected instead, and what to type."""

    words: str
    expected: str
    next_command: str


# The first one that fits is told: the special ones stand before the general ones.
OF_THE_ENGINE = (
    Diagnosis(
        r"permission denied.*docker\.sock|permission denied.*connect to the docker",
        "to be allowed to use the Docker engine",
        f"sudo usermod -aG docker $USER and log in again; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"cannot connect to the docker daemon at unix:///(run/user|home)/",
        "a Docker engine that answers",
        f"systemctl --user start docker (this one is rootless), then make up; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"cannot connect to the docker daemon|error during connect|no answer to `docker",
        "a Docker engine that answers",
        f"sudo systemctl start docker (or start Docker Desktop), then make up; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"no program `docker`",
        "Docker",
        f"install Docker Engine or Docker Desktop, then make up; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"is not a docker command|unknown (shorthand )?flag|unknown command",
        "compose v2 or newer, as `docker compose`",
        f"sudo apt-get install docker-compose-plugin; {EMBEDDED_INSTEAD}",
    ),
)
DISK = Diagnosis(
    r"no space left on device|not enough space|disk quota exceeded",
    "space on the engine's disk",
    "docker system df, then docker system prune (make doctor says how much is free), then repeat",
)
PROCESSOR = Diagnosis(
    r"no matching manifest|no match for platform|exec format error",
    "images for this processor",
    "build them yourself: make images, then make up",
)
OF_STARTING = (
    Diagnosis(
        r"port is already allocated|address already in use|ports are not available|privileged port",
        "free ports on 127.0.0.1",
        "stop what uses the port, or take others, above 1023: SANDBOX_PORT=4666 AIRFLOW_PORT=8180 … make up",
    ),
    Diagnosis(
        r"relabel|lsetxattr|set file label",
        "a checkout on a disk that takes SELinux labels",
        f"move the checkout to a local disk, below your home folder; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"mounts denied|creating mount source path|mount a directory onto a file|"
        r"bind source path does not exist|mount[^\n]*permission denied",
        "an engine on this machine that sees the checkout",
        "docker context ls; Docker Desktop: share the folder (Settings, Resources, File sharing); "
        f"Docker from snap or rootless: put the checkout below your home folder; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"cannot be mapped to a host id|insufficient uids|lchown [^\n]*invalid argument",
        "a rootless engine with enough subordinate user ids",
        "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER, restart the engine; "
        + EMBEDDED_INSTEAD,
    ),
    Diagnosis(
        r"iptables|nftables",
        "the engine's own firewall rules",
        f"sudo systemctl restart docker, which writes them again, then make up; {EMBEDDED_INSTEAD}",
    ),
    Diagnosis(
        r"address pool",
        "a free range of addresses for the containers' network",
        "docker network prune, then make up",
    ),
)
OF_THE_REGISTRY = (
    Diagnosis(
        r"invalid reference format|invalid checksum digest|not a valid repository/tag",
        "an image's name as name:tag or name@sha256:<64 digits>",
        "correct that variable of compose/images.env in your shell or sandbox.toml, then repeat",
    ),
    Diagnosis(
        r"toomanyrequests|too many requests|rate limit|rate exceeded",
        "the image registry to serve the images",
        "docker login, or build them yourself: make images, then make up",
    ),
    Diagnosis(
        r"not yet valid|not valid yet|clock skew",
        "this machine's clock and the image registry's certificate to agree",
        "date -u; if that is wrong: sudo timedatectl set-ntp true (or restart Docker Desktop), then make up; "
        f"else {BUILD_INSTEAD}",
    ),
    Diagnosis(
        r"x509|failed to verify certificate|bad certificate",
        "an image registry whose certificate the engine trusts",
        f"give the engine your CA (/etc/docker/certs.d), or {BUILD_INSTEAD}",
    ),
    Diagnosis(
        r"proxyconnect|proxy authentication required",
        "the engine's proxy to let it through",
        "correct it where the engine has it: /etc/systemd/system/docker.service.d or /etc/docker/daemon.json "
        f"(Docker Desktop: Settings, Proxies); or {BUILD_INSTEAD}",
    ),
    Diagnosis(
        r"pull access denied|requested access|daemon: denied|denied: |unauthorized|authentication required|"
        r"no basic auth|forbidden",
        "the image registry to serve the images",
        f"check the name, docker login <registry>, or {BUILD_INSTEAD}",
    ),
    Diagnosis(
        r"manifest[^\n]*(unknown|not found)|not found: manifest|dial tcp|no such host|i/o timeout|"
        r"tls handshake|connection reset|deadline exceeded|request canceled|timeout exceeded|"
        r"(?<!exit )status\b[^\n]*: [45]\d\d\b",
        "the image registry to serve the images",
        f"check name and network, or {BUILD_INSTEAD}",
    ),
)
OF_A_CONTAINER = (
    Diagnosis(
        r"license activation failed|requires a valid license|localstack_auth_token",
        "a LocalStack that needs no token, or a valid one",
        "export LOCALSTACK_AUTH_TOKEN=…, or EMULATOR_IMAGE=localstack/localstack:4.14.0 make up",
    ),
    DISK,
    PROCESSOR,
    # Python finds no module in a folder that it may not list.
    Diagnosis(
        r"permission denied|accessdeniedexception|no module named local_glue",
        "files of the checkout that the containers' users may read",
        "chmod -R go+rX compose dags glue infra (umask 077 takes that away), then make up; SELinux: "
        f"sudo ausearch -m avc -ts recent says what it refused; {EMBEDDED_INSTEAD}",
    ),
)
OF_DOCKER = (*OF_THE_ENGINE, DISK, PROCESSOR, *OF_STARTING, *OF_THE_REGISTRY)


def find_diagnosis(said: str, among: Sequence[Diagnosis] = OF_DOCKER) -> Diagnosis | None:
    """Return the first of these diagnoses whose words are among what was said."""
    return next((each for each in among if re.search(each.words, said, re.IGNORECASE)), None)


def docker_error(said: str, command: Sequence[str]) -> SandboxError:
    """What failed, in our words where they are known, with the end of Docker's own."""
    found = last_lines(said, 1) or "no output"
    diagnosis = find_diagnosis(said)
    if diagnosis:
        return SandboxError(diagnosis.expected, found, diagnosis.next_command, details=last_lines(said))
    return SandboxError(
        f"`{' '.join(command[:3])} …` to succeed",
        found,
        "make doctor, make logs, then repeat",
        details=last_lines(said),
    )
