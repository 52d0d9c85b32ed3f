"""The slim images: built from package registries alone."""
