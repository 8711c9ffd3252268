"""Pieces of pages that several rooms serve."""
