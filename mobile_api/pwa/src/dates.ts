/** Days are days in China, whatever the phone's own zone. */

/** China knows no summer time. */
const AHEAD = 8 * 3_600_000;

function inChina(moment: Date): string {
  return new Date(moment.getTime() + AHEAD).toISOString();
}

export function today(now = new Date()): string {
  return inChina(now).slice(0, 10);
}

/** Day and minute; the year too when it is another one. */
export function moment(iso: string | Date): string {
  const text = inChina(new Date(iso)).slice(0, 16).replace("T", " ");
  return text.startsWith(today().slice(0, 4)) ? text.slice(5) : text;
}

/** Months later, the last day of a shorter month: what is due within one is due soon. */
export function monthLater(day: string, months = 1): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

export function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
