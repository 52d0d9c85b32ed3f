"""What a new project or a new job begins with."""
