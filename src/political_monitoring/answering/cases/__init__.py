"""Case files: an answer with all that proves it, in one file, to be read and checked without the graph."""
