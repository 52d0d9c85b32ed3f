"""What jobs have read: one bookmark a job, begun and saved by its runs, seen and reset by the Glue API."""
