"""Sets up what jobs need: Python environments, Java, and Spark's jars.

Standard library only: it runs before anything is installed.
"""
