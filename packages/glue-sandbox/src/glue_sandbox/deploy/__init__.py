"""From templates and sources to deployed stacks."""
