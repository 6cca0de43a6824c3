"""The agents that ask a language model, and hold what it says to the graph and to the stored documents."""
