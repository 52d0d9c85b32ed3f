"""The project file, `sandbox.toml`: its model, and what is told of it where a key is wrong."""
