"""The process of a run: started under a guard, its environment clean, its secrets masked."""
