"""From passages to entities and facts."""
