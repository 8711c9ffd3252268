# In the Python console of QGIS, or by its own Python without a window. Needs QGIS 3.22 or newer;
# from 3.36 on filters are computed by the portal, before that by QGIS.
import os

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer

if QgsApplication.instance() is None:
    application = QgsApplication([], False)
    application.initQgis()
portal = os.environ["PORTAL"]
uri = f"typename='doors' url='{portal}/ogc/' restrictToRequestBBOX='1' pageSize='1000'"
layer = QgsVectorLayer(uri, "Doors", "OAPIF")
QgsProject.instance().addMapLayer(layer)
layer.setSubsetString('"number" > 34')
found = list(layer.getFeatures())
print(layer.isValid(), layer.crs().authid(), len(found), found[0].geometry().asWkt(3))
