"""Data quality: rulesets of DQDL, AWS's language for them, evaluated by Spark."""
