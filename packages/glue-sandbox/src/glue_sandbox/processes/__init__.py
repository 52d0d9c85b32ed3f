"""The sandbox as processes of this machine."""
