"""addok as someone sets it up for Turkish addresses: a plug-in of its own, synonyms, wide candidate lists.

`ADDOK_SOCKET` is the socket of a Redis that nobody else uses.
"""

import os
import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE))

REDIS = {
    "unix_socket_path": os.environ["ADDOK_SOCKET"],
    "indexes": {"db": 0, "unix_socket_path": os.environ["ADDOK_SOCKET"]},
    "documents": {"db": 1, "unix_socket_path": os.environ["ADDOK_SOCKET"]},
}
FIELDS = [
    {"key": "name", "boost": 4, "null": False},
    {"key": "mahalle", "boost": 2},
    {"key": "postcode"},
    {"key": "city"},
    {"key": "housenumbers"},
    {"key": "context"},
]
SYNONYMS_PATHS = [str(_HERE / "synonyms.txt")]
COMMON_THRESHOLD = 2000
BUCKET_MAX = 100
FUZZY_KEY_MAP = None
PROCESSORS_PYPATHS = [
    "turkish.normalize_string",
    "addok.helpers.text.tokenize",
    "addok.helpers.text.normalize",
    "turkish.flag_housenumber",
    "addok.helpers.text.synonymize",
]
QUERY_PROCESSORS_PYPATHS = ["addok.helpers.text.check_query_length", "turkish.clean_query"]
SEARCH_PREPROCESSORS_PYPATHS = [
    "addok.helpers.search.tokenize",
    "addok.helpers.search.search_tokens",
    "addok.helpers.search.select_tokens",
    "addok.helpers.search.set_should_match_threshold",
    "turkish.rewrite_query",
]
SEARCH_RESULT_PROCESSORS_PYPATHS = [
    "addok.helpers.results.match_housenumber",
    "turkish.make_labels",
    "addok.helpers.results.score_by_importance",
    "addok.helpers.results.score_by_autocomplete_distance",
    "addok.helpers.results.score_by_ngram_distance",
    "addok.helpers.results.score_by_geo_distance",
    "addok.helpers.results.adjust_scores",
]
ATTRIBUTION = "benchmark"
LICENCE = "benchmark"
LOG_DIR = os.environ.get("ADDOK_LOGS", "/tmp")
