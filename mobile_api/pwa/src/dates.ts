/** Days are days in China, whatever the phone's own zone. */

const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
const MOMENT = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });

export function today(now = new Date()): string {
  return DAY.format(now);
}

export function moment(iso: string | Date): string {
  return MOMENT.format(new Date(iso)).slice(5);
}

/** One month later, the last day of a shorter month: what is due by then is due soon. */
export function monthLater(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(date, last))).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
