// Send events by the official browser client; the address says where, how many, from when.
const asked = new URLSearchParams(location.search);
const count = Number(asked.get("count"));
const analytics = AnalyticsNext.AnalyticsBrowser.load(
  {
    writeKey: asked.get("key"),
    cdnSettings: { integrations: { "Segment.io": { apiKey: asked.get("key") } } },
  },
  {
    integrations: {
      "Segment.io": { apiHost: `${asked.get("host")}/v1`, protocol: "http" },
    },
  },
);
for (let number = 0; number < count; number++) {
  if (number === Math.floor(count / 2)) console.log("half");
  analytics.track(
    "Product Viewed",
    { product_id: `p${number}` },
    {
      userId: `browser-${number % 97}`,
      timestamp: new Date(Date.parse(asked.get("at")) + number * 1000),
      messageId: `browser-${number}`,
    },
  );
}
