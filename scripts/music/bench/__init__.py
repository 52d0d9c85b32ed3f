"""What this pipeline's users wait for, measured."""
