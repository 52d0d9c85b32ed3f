"""The KPI tables: the rows of the small ones, and a date of each as the snapshot that DynamoDB follows."""
