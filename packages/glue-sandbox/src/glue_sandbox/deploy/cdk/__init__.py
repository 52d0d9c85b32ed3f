"""Deploys what `cdk synth` writes, for a project whose resources CDK describes."""
