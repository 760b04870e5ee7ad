// The pages of the desk: they work without this; with it names are offered and progress is watched.

import { offering } from "./offers";
import { watching } from "./progress";

document.querySelectorAll<HTMLInputElement>("input[data-offers]").forEach(offering);
document.querySelectorAll<HTMLElement>("[data-watched]").forEach(watching);
