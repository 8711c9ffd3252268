"""Thematic maps as files."""
