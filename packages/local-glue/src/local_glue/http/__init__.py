"""Requests and answers: Glue's are answered here, all others go through to the emulator."""
