"""`awsglueml`, which AWS publishes nowhere: its transforms need AWS's models, and say so when used."""
