"""What other geocoders' clients expect. Each module speaks one dialect over the same description of
a place, `addresses.queries.place_words`, and shapes its errors as its clients know them.
"""
