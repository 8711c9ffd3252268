"""The cells of the density map as files."""
