// Send events by the official Node client: host, write key, how many, the first one's time.
import { createRequire } from "node:module";

const [modules, host, writeKey, count, firstAt] = process.argv.slice(2);
const { Analytics } = createRequire(`${modules}/`)("@segment/analytics-node");
const client = new Analytics({ writeKey, host, maxRetries: 30 });
client.on("error", (error) => console.error(error));
for (let number = 0; number < Number(count); number++) {
  if (number === Math.floor(Number(count) / 2)) console.log("half");
  client.track({
    userId: `node-${number % 97}`,
    event: "Product Viewed",
    properties: { product_id: `p${number}` },
    timestamp: new Date(Date.parse(firstAt) + number * 1000),
    messageId: `node-${number}`,
  });
}
await client.closeAndFlush({ timeout: 240_000 });
