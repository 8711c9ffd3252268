# In the Python console of QGIS 3.36 or later; filters are pushed to the server.
import os

from qgis.core import QgsProject, QgsVectorLayer

portal = os.environ["PORTAL"]
uri = f"typename='streets' url='{portal}/ogc/' restrictToRequestBBOX='1' pageSize='1000'"
layer = QgsVectorLayer(uri, "Streets", "OAPIF")
QgsProject.instance().addMapLayer(layer)
