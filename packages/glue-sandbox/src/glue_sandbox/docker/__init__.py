"""The Docker engine and compose, and what their errors mean."""
