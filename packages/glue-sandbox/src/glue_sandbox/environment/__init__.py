"""What the processes that we start see of the machine."""
