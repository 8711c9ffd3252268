"""Extracts of the register in the formats that others read."""
