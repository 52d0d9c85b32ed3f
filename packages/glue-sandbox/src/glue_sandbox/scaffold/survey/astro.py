"""What Astro's layout says of Airflow: a file of settings, a folder of plugins, the root to import from."""

from __future__ import annotations

from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.airflow_settings import read_airflow_settings
from glue_sandbox.scaffold.survey.findings import Findings

FILE, PLUGINS = "airflow_settings.yaml", "plugins"


def look_at_astro(root: Path, findings: Findings) -> None:
    """Add to the findings what lies there; Variables that the file holds are no more to be asked for."""
    if any((root / PLUGINS).glob("*.py")):
        findings.plugins = PLUGINS
    if not (root / FILE).is_file():
        return
    findings.imports_from_root = True  # Astro puts its folder on Python's path
    try:
        known = read_airflow_settings(root / FILE)
    except SandboxError as error:
        findings.unknown.append(f"what stands in {FILE}: {error.found}")
        return
    findings.airflow_settings = FILE
    for name in known["variables"]:
        findings.variables.pop(name, None)
