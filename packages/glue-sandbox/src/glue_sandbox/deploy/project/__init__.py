"""A project without templates of its own: one is made of what its sandbox.toml describes."""
