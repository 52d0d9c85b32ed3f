"""What a crawler reads: S3 folders and DynamoDB tables."""
