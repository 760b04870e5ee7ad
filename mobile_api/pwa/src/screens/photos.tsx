import { useRef, useState } from "preact/hooks";
import type { Desk } from "../desk";
import { t } from "../i18n";
import { noRoom } from "../db";
import { TooLarge, Unreadable, fromCamera, takeIn } from "../photos";
import { Alert, Icon, Thumb, sizeText } from "../parts";
import { session } from "../session";
import { useWatched } from "../store";

const MOST = 30;

interface Props {
  desk: Desk;
  /** The id of the defect that they belong to; without it the report's own. */
  place?: string;
  shas: string[];
  change: (how: (now: string[]) => string[]) => void;
}

/** Photos of a report or of a defect: by the camera or from files, each stored before it is shown. */
export function Photos({ desk, place: whose = "", shas, change }: Props) {
  const busy = !!useWatched(desk.inWork)[whose];
  const [wrong, setWrong] = useState("");
  const asked = useRef(Infinity);
  const taken = async (input: HTMLInputElement, camera: boolean) => {
    const chosen = [...(input.files ?? [])];
    const files = chosen.slice(0, MOST - shas.length);
    const owner = session.value?.user.id;
    input.value = "";
    if (owner === undefined) return;
    setWrong(files.length < chosen.length ? t("photosMost", MOST, chosen.length - files.length) : "");
    await desk.during(whose, files.length, async () => {
      for (const file of files) {
        try {
          const { sha } = await takeIn(file, owner, camera && fromCamera(file, asked.current));
          change((now) => (now.includes(sha) ? now : [...now, sha]));
        } catch (error) {
          setWrong(why(error));
        }
      }
    });
  };
  return (
    <>
      <div class="photos">
        {shas.map((sha, place) => (
          <figure key={sha}>
            <Thumb sha={sha} place={place + 1} />
            <button class="plain" aria-label={`${t("remove")} ${t("photoAlt", place + 1)}`} onClick={() => change((now) => now.filter((one) => one !== sha))} />
          </figure>
        ))}
        {shas.length < MOST ? (
          <>
            <label class="shoot" aria-busy={busy}>
              <Icon name="camera" />
              {t("addPhoto")}
              <input
                type="file"
                accept="image/*"
                capture="environment"
                disabled={busy}
                onClick={() => (asked.current = Date.now())}
                onChange={(event) => void taken(event.currentTarget, true)}
              />
            </label>
            <label class="shoot" aria-busy={busy}>
              <Icon name="pictures" />
              {t("choosePhoto")}
              <input type="file" accept="image/*" multiple disabled={busy} onChange={(event) => void taken(event.currentTarget, false)} />
            </label>
          </>
        ) : null}
      </div>
      <Alert text={wrong} />
    </>
  );
}

function why(error: unknown): string {
  if (error instanceof Unreadable) return t("photoFail");
  if (error instanceof TooLarge) return t("photoTooLarge", sizeText(error.most));
  return t(noRoom(error) ? "notSaved" : "photoNotKept");
}
