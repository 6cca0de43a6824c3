"""Language models behind any OpenAI-compatible endpoint: typed answers, within time and budget."""
