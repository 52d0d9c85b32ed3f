"""Interactive sessions: a Spark driver that evaluates statements until it is stopped, or idle too long."""
