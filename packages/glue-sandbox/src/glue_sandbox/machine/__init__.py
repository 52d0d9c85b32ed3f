"""What this machine has: a Docker engine, ports, and files that only their owner can read."""
