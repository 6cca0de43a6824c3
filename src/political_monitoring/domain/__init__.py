"""The words of the product: documents, facts and the schema they follow. No input or output."""
