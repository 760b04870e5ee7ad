// The course of the last months. The same numbers stand beneath as a table.

import uPlot from "uplot";
import { type Shown, say } from "./config";

let chart: uPlot | null = null;

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function draw({ trend }: Shown): void {
  chart?.destroy();
  chart = null;
  const place = document.getElementById("trend");
  if (!place || trend.days.length < 2) return;
  const axis = { stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false } };
  const days = trend.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const percent = (share: number | null): string => (share === null ? "—" : `${(100 * share).toFixed(1)} %`);
  const line = (label: string, colour: string, dash: number[]): uPlot.Series => ({
    label, stroke: css(colour), width: 2.2, dash, value: (_, v) => percent(v), points: { show: false },
  });
  chart = new uPlot(
    {
      width: place.clientWidth,
      height: 170,
      cursor: { y: false },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
      scales: { x: { time: true }, y: { range: (_, __, top) => [0, Math.max(top * 1.15, 0.01)] } },
      axes: [
        { ...axis, values: (_, splits) => splits.map((at) => new Date(at * 1000).toISOString().slice(2, 7)), space: 60 },
        { ...axis, values: (_, splits) => splits.map((v) => `${Math.round(1000 * v) / 10}%`), size: 48 },
      ],
      series: [
        { value: (_, at) => (at === null ? "—" : new Date(at * 1000).toISOString().slice(0, 10)), label: say("day") },
        line(say("overdue"), "--bad", []),
        line(say("failed"), "--focus", [7, 4]),
      ],
    },
    [days, trend.overdue, trend.failed],
    place,
  );
}

addEventListener("resize", () => {
  const place = document.getElementById("trend");
  if (chart && place) chart.setSize({ width: place.clientWidth, height: 170 });
});
