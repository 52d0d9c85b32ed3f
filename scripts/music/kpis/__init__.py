"""The KPI tables, read from DynamoDB and shown."""
