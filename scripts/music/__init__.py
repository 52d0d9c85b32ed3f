"""This pipeline's own commands: deliveries, KPIs, runs, audit."""
