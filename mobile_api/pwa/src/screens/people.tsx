import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, call } from "../api";
import { t } from "../i18n";
import { Alert } from "../parts";
import type { Pair } from "../types";

const SHOWN = 12;
const PAUSE = 300;

/** People found by a part of their names: those `near` without a network too, all whom the matter admits with one. */
export function People({ matter, assignment, least, most, near, name = "persons" }: {
  matter: number; assignment?: number | null; least: number; most: number; near: Pair[]; name?: string;
}) {
  const [text, write] = useState("");
  const [found, setFound] = useState<Pair[]>([]);
  const [chosen, choose] = useState<Pair[]>([]);
  const [wrong, setWrong] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setWrong("");
    setFound([]);
    if (!text.trim()) return;
    let left = false;
    const about = assignment ? `&assignment=${assignment}` : "";
    const timer = setTimeout(() => {
      call<{ people: Pair[] }>(`matters/${matter}/people?text=${encodeURIComponent(text.trim())}${about}`).then(
        ({ people }) => left || setFound(people),
        (error: unknown) => left || setWrong(error instanceof Problem ? error.message : t("peopleOffline")),
      );
    }, PAUSE);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [text]);
  useEffect(() => field.current?.setCustomValidity(chosen.length < least ? t("personsHow", least, most) : ""), [chosen]);
  const names = new Map([...near.filter(([, called]) => called.includes(text.trim())), ...found]);
  for (const [key] of chosen) names.delete(key);
  return (
    <fieldset class="stack plainset">
      <legend>{t("persons")} {most > 1 ? <small class="soft">{t("personsHow", least, most)}</small> : null}</legend>
      {chosen.map((pair) => (
        <button key={pair[0]} type="button" aria-pressed onClick={() => choose(chosen.filter((one) => one !== pair))}>
          <input type="hidden" name={name} value={pair[0]} />✓ {pair[1]}
        </button>
      ))}
      {chosen.length < most ? (
        <>
          <input
            ref={field} type="search" aria-label={t("peopleSearch")} placeholder={t("peopleSearch")} value={text} autocomplete="off"
            onInput={(event) => write(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          />
          <Alert text={wrong} />
          {[...names].slice(0, SHOWN).map((pair) => (
            <button key={pair[0]} type="button" class="quiet" onClick={() => choose([...chosen, pair])}>{pair[1]}</button>
          ))}
          {names.size ? null : <p class="soft" role="status">{t("peopleNone")}</p>}
        </>
      ) : null}
    </fieldset>
  );
}
