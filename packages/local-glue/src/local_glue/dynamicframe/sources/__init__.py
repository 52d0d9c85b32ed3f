"""Where frames come from: files, the Data Catalog, databases, DynamoDB."""
