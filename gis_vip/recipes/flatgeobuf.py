# A page of up to 10,000 features as one binary file. pip install pyogrio
import os
import urllib.request

import pyogrio

portal, key = os.environ["PORTAL"], os.environ.get("KEY")
headers = {"Authorization": f"Bearer {key}"} if key else {}
address = f"{portal}/ogc/collections/districts/items?f=fgb&limit=10000"
with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
    body = answer.read()
meta, _fids, geometry, _fields = pyogrio.raw.read(body)
print(len(geometry), meta["crs"], list(meta["fields"])[:3])
