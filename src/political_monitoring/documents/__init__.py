"""Reading documents: formats, dates, languages, passages."""
