"""What runs, and how people see it."""
