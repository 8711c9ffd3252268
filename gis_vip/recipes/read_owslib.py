# pip install owslib
import os

from owslib.ogcapi.features import Features

portal = Features(f"{os.environ['PORTAL']}/ogc/")
print(portal.feature_collections())
page = portal.collection_items("districts", limit=2, filter="name LIKE '%'")
print([feature["properties"]["name"] for feature in page["features"]])
