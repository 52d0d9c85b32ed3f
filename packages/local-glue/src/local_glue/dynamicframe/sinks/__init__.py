"""Where frames go to: files, the Data Catalog, databases, DynamoDB."""
