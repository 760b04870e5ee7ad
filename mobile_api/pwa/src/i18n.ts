/** Says what a screen says, in the language chosen; the words stand in words/. Names of things come with the pack. */
import { keep, recall } from "./db";
import { Watched } from "./store";
import { zh } from "./words/zh";

/** All that is said, whatever the language: tsc refuses a language that leaves a string out. */
export type Words = { [Group in keyof typeof zh]: Record<keyof (typeof zh)[Group], string> };

export type Tag = "zh" | "en";

export const language = new Watched<Tag>("zh");

let said: Words = zh;

export function t(key: keyof Words["words"], ...parts: (string | number)[]): string {
  return said.words[key].replace(/\{(\d)\}/g, (_, place: string) => String(parts[Number(place)] ?? ""));
}

export function oddity(code: string): string | undefined {
  return (said.oddities as Record<string, string>)[code];
}

export function standingName(word: string): string {
  return (said.standings as Record<string, string>)[word] ?? word;
}

/** A due day is a month: valid through its last day. */
export function monthName(day: string): string {
  return new Date(day).toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "long", timeZone: "UTC" });
}

/** The language chosen before, else the phone's own. */
export async function loadLanguage(): Promise<void> {
  const chosen = await recall<Tag>("language");
  const own = navigator.languages.some((tag) => tag.startsWith("zh")) || !navigator.language.startsWith("en");
  await use(chosen ?? (own ? "zh" : "en"));
}

export async function speak(tag: Tag): Promise<void> {
  await keep("language", tag);
  await use(tag);
}

/** Chinese is always here; where the other words cannot be fetched, it is spoken all the same. */
async function use(tag: Tag): Promise<void> {
  said = tag === "en" ? await import("./words/en").then(({ en }) => en, () => zh) : zh;
  document.documentElement.lang = said === zh ? "zh-CN" : "en";
  language.set(said === zh ? "zh" : "en");
}
