"""The frame itself: its rows, its error records, and the methods that AWS's library calls on it."""
