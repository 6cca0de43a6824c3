"""The polmon command."""
