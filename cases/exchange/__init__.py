"""Request types as a spreadsheet, out and in."""
