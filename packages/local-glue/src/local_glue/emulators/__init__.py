"""Runs inside an emulator, or beside it, so that its Glue is this service."""
