# Public collections need no key; with KEY set you read as your client.
AUTH=${KEY:+"Authorization: Bearer $KEY"}
curl -sf ${AUTH:+-H "$AUTH"} "$PORTAL/ogc/collections?f=json" | head -c 300; echo
curl -sf -G ${AUTH:+-H "$AUTH"} "$PORTAL/ogc/collections/neighbourhoods/items" \
  --data-urlencode "filter=population > 0" -d limit=3 -d f=csv -d skipGeometry=true
