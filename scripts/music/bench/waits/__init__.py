"""What people wait for: a file's KPIs, the start of a sandbox, an answer of the KPI API."""
