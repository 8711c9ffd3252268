"""The words of a case as the index of the search box holds them."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

# Made by the migration that first indexed them. Dear to compute (`COST`): the planner reads the index, and
# tests what is cheaper first.
STEMS_FUNCTION = r"""
CREATE FUNCTION case_stems(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
    RETURN string_to_array(regexp_replace(words, '([^ ]{3})([^ ]{0,2})[^ ]*', '\1 \1\2', 'g'), ' ');
END $$
"""


class Stems(Func):
    """Of each word of a key the first three letters and the first five; shorter words as they are.

    Whole entries of an index: looking up beginnings of any length (`word:*` of a tsquery) reads every
    word that begins so, a second for a few common ones among five million cases.
    """

    function = "case_stems"
    output_field = ArrayField(TextField())
