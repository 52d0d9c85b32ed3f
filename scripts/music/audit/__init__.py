"""What must agree in a sandbox, or on AWS: files, ledger, curated listens and KPI tables."""
