"""Facts that a language model reads out of a document, each held to the document's own words."""
