"""What of AWS's `awsglue` is answered here, read off its code and ours: docs/dynamicframe-coverage.md."""
