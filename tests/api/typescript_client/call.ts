// Reads a unit and its timeline by types that openapi-typescript made; the compiler tells the stages apart.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };
type Rec = components["schemas"]["Record"];

function told(record: Rec): string {
  switch (record.stage) {
    case "repair":
      return `repair ${record.details.work}`;
    case "registration":
      return `registration ${record.details.certificate_no}`;
    default:
      return record.stage;
  }
}

const [baseUrl, token, unit] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Token ${token}` } });
const page = await client.GET("/api/v1/units", { params: { query: { limit: 1 } } });
if (!page.data) throw new Error(page.error.detail);
const records = await client.GET("/api/v1/units/{unit}/records", { params: { path: { unit } } });
if (!records.data) throw new Error(records.error.detail);
const item = { id: "0f8fad5b-d9cd-469f-a165-70867728950e", type: "scan" as const, made_at: new Date().toISOString() };
const sent = await client.POST("/mobile/v1/outbox", {
  body: { items: [{ ...item, body: { raw: "https://example.com/" } }] },
});
if (!sent.data) throw new Error(sent.error.detail);
console.log(
  JSON.stringify({
    units: page.data.results.length,
    next: page.data.next !== null,
    records: records.data.results.map(told),
    receipts: sent.data.receipts.map((receipt) => receipt.state),
  }),
);
