"""Python modules that a run asks for, installed into environments of their own."""
