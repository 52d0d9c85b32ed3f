"""Job runs: starting one, and the output of the latest ones."""
