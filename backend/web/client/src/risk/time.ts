// The slider over the months. It asks when the hand rests, not at every month passed.

import { config } from "./config";

const REST = 180; // milliseconds

export function sliding(onMonth: (month: string) => void): void {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const slider = event.target as HTMLInputElement;
    if (slider.id !== "month") return;
    const month = config.months[slider.valueAsNumber] ?? "";
    slider.setAttribute("aria-valuetext", month);
    const shown = document.getElementById("month-shown");
    if (shown) shown.textContent = month;
    clearTimeout(timer);
    // The last one is today, which needs no word in the address.
    const last = slider.valueAsNumber === config.months.length - 1;
    timer = window.setTimeout(() => onMonth(last ? "" : month), REST);
  });
}
