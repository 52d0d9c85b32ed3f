"""Calls of roles: which role asked for which operation, on which resource."""
