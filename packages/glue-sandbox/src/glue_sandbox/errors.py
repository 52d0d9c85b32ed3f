"""The one error a user sees: what was expected, what was found, what to type next."""

from __future__ import annotations


class SandboxError(Exception):
    """Ends a command with exit code 1 and three facts instead of a traceback."""

    def __init__(self, expected: str, found: str, next_command: str, details: str = "") -> None:
        """Args are sentences for people; `details` may hold several lines, such as the end of a log."""
        super().__init__(f"expected {expected}; found {found}; next: {next_command}")
        self.expected = expected
        self.found = found
        self.next_command = next_command
        self.details = details
