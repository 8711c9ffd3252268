# pip install geopandas pyogrio
import os

import geopandas

portal = os.environ["PORTAL"]
doors = geopandas.read_file(
    f"OAPIF:{portal}/ogc/", layer="doors", engine="pyogrio", max_features=50
)
print(len(doors), doors.crs, doors.total_bounds.round(2))
