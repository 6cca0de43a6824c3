"""Citations and their verification."""
