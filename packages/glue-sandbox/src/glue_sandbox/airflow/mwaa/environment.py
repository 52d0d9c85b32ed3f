"""What Airflow is told of the MWAA environment that it stands for. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

VARIABLE = "GLUE_SANDBOX_MWAA"


@dataclass(frozen=True)
class MwaaEnvironment:
    """One MWAA environment; `url` is where this Airflow's API answers on its own machine."""

    name: str
    airflow_version: str
    region: str
    account: str
    bucket: str
    url: str
    user: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    """What the endpoint of AWS shows with each request that has passed there."""
    secret: str = field(repr=False)
    """What tokens for the web server are signed with."""

    @property
    def arn(self) -> str:
        """The environment's ARN."""
        return f"arn:aws:airflow:{self.region}:{self.account}:environment/{self.name}"

    def variable(self) -> dict[str, str]:
        """Return the environment variable that Airflow reads all this from."""
        return {VARIABLE: json.dumps(asdict(self))}


def read_environment(environ: Mapping[str, str]) -> MwaaEnvironment | None:
    """Return what the variable says; None where there is none."""
    text = environ.get(VARIABLE)
    return MwaaEnvironment(**json.loads(text)) if text else None
