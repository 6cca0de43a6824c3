"""The data ingestion flow."""
