"""How the command line talks to people."""
