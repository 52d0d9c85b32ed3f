"""One command per file: it opens the resource, calls the library, and prints what came of it."""
