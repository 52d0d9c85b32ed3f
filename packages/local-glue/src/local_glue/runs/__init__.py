"""Job runs: from StartJobRun's record to a finished process."""
