"""Drafts of change sets: writing them to the register in bulk, and taking them from it."""
