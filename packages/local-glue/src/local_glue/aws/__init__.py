"""What the service itself asks of the emulator: credentials of roles, clients, log streams."""
