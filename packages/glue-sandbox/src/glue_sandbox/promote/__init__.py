"""The way to AWS: a plan of what would change, its execution, the releases, and the way back."""
