"""The colours of the map's themes.

What must be told apart differs in lightness as well as in hue, so that it stays apart for those who
see fewer colours and on paper without any.
"""

_LIGHT = {
    "outside": "#dbe6ea",
    "land": "#e9eee9",
    "parcel": "#c3b697",
    "building": "#d3cbbb",
    "wall": "#a89f8c",
    "neighbourhood": "#8fa097",
    "district": "#6d7e77",
    "casing": "#b9c3bd",
    "street": "#ffffff",
    "avenue": "#ffefc2",
    "text": "#2b3734",
    "soft": "#4f5d58",
    "landmark": "#6b3f8f",
    "halo": "#ffffff",
}
_DARK = {
    "outside": "#10191c",
    "land": "#1b2422",
    "parcel": "#4a5548",
    "building": "#2f3b38",
    "wall": "#56645f",
    "neighbourhood": "#5d6e68",
    "district": "#8b9c96",
    "casing": "#0d1312",
    "street": "#46544f",
    "avenue": "#6f6a48",
    "text": "#e8eeeb",
    "soft": "#b1beba",
    "landmark": "#d3b5ea",
    "halo": "#131a18",
}
# Ink is spared, lines carry the map.
_PRINT = {
    "outside": "#ffffff",
    "land": "#ffffff",
    "parcel": "#b5b5b5",
    "building": "#dedede",
    "wall": "#7d7d7d",
    "neighbourhood": "#8a8a8a",
    "district": "#4d4d4d",
    "casing": "#8c8c8c",
    "street": "#ffffff",
    "avenue": "#efefef",
    "text": "#000000",
    "soft": "#3a3a3a",
    "landmark": "#3a3a3a",
    "halo": "#ffffff",
}
# Ways, numbers and places of help stand out; everything else steps back.
_EMERGENCY = {
    "outside": "#e3e6e8",
    "land": "#f6f7f7",
    "parcel": "#cfd3d5",
    "building": "#d5d9dc",
    "wall": "#71797e",
    "neighbourhood": "#8c949a",
    "district": "#2d3438",
    "casing": "#4c5459",
    "street": "#ffffff",
    "avenue": "#ffd23f",
    "text": "#000000",
    "soft": "#22292d",
    "landmark": "#7a1512",
    "halo": "#ffffff",
}
THEMES = {"light": _LIGHT, "dark": _DARK, "print": _PRINT, "emergency": _EMERGENCY}
