"""What every web worker holds from its start on."""

import os
import subprocess
import sys

LARGE = ("folium", "openpyxl", "pandas", "pyarrow", "pyogrio", "scipy", "sklearn")
_START = """
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().reverse_dict
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""


def test_large_libraries_are_loaded_by_those_who_need_them_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START, *LARGE],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_vip.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
