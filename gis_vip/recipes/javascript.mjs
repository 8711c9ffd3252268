// Node 18 or later; in a browser the same, from a page of this host.
const portal = process.env.PORTAL;
const headers = process.env.KEY ? { Authorization: `Bearer ${process.env.KEY}` } : {};
let next = `${portal}/ogc/collections/neighbourhoods/items?limit=2&skipGeometry=true`;
let seen = 0;
while (next) {
  const page = await (await fetch(next, { headers })).json();
  seen += page.features.length;
  next = page.links.find((link) => link.rel === "next")?.href;
}
console.log(seen, "neighbourhoods");
