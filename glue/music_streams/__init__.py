"""What the Glue jobs and the DAG share: contracts, keys, manifest, ledger, CSV reading, KPI transforms.

Ships to Glue as one package (`--extra-py-files`). Everything outside `transforms` needs only the
standard library and boto3, and runs on Python 3.9, the version of Glue's Python shell.
"""
