"""What a database can hold of a text."""


def storable(text: str) -> str:
    """`text` without the characters that a database refuses: NUL and halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
