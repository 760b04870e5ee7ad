// The background of the map from our own data: the neighbours, the borders of the cities, and names.

const STEP = 0.002; // degrees; what is finer cannot be seen where the background is drawn
const round = ([lng, lat]) => [Math.round(lng / STEP) * STEP, Math.round(lat / STEP) * STEP].map((x) => +x.toFixed(4));

const ring = (points) => {
  const kept = [];
  for (const point of points.map(round)) {
    const last = kept.at(-1);
    if (!last || last[0] !== point[0] || last[1] !== point[1]) kept.push(point);
  }
  return kept;
};

// Islets of less than five points after rounding are dots on no map.
const polygons = (geometry) =>
  geometry.coordinates
    .map((rings) => rings.map(ring).filter((points) => points.length > 4))
    .filter((rings) => rings.length > 0);

const centre = (geometry) => {
  const largest = polygons(geometry).reduce((a, b) => (a[0].length > b[0].length ? a : b))[0];
  const sum = largest.reduce(([x, y], [lng, lat]) => [x + lng, y + lat], [0, 0]);
  return round([sum[0] / largest.length, sum[1] / largest.length]);
};

const area = (level, name, geometry) => ({
  type: "Feature",
  properties: { level, name },
  geometry: { type: "MultiPolygon", coordinates: polygons(geometry) },
});

const label = (level, name, place) => ({
  type: "Feature",
  properties: { level: `${level}-name`, name },
  geometry: { type: "Point", coordinates: place },
});

/** One collection of GeoJSON: areas with a `level`, and points that carry their names. */
export function background(neighbours, own) {
  const features = [];
  for (const { properties, geometry } of neighbours.features) {
    features.push(area("neighbour", properties.name, geometry));
    features.push(label("neighbour", properties.name, centre(geometry)));
  }
  for (const { properties, geometry } of own.features) {
    // The borders of counties come with their figures, as tiles.
    if (properties.level !== "county") features.push(area(properties.level, properties.name, geometry));
    features.push(label(properties.level, properties.name, round([properties.label_lng, properties.label_lat])));
  }
  return { type: "FeatureCollection", features };
}
