import { useState } from "preact/hooks";
import { t } from "../i18n";
import { takeIn } from "../photos";
import { Alert, Icon, Thumb } from "../parts";
import { session } from "../session";

const MOST = 30;

/** Photos of a report or of a defect: by the camera, each stored before it is shown. */
export function Photos({ shas, change }: { shas: string[]; change: (how: (now: string[]) => string[]) => void }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const taken = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    const owner = session.value?.user.id;
    input.value = "";
    if (owner === undefined) return;
    setBusy(true);
    setWrong("");
    for (const file of files) {
      try {
        const { sha } = await takeIn(file, owner);
        change((now) => (now.includes(sha) ? now : [...now, sha]));
      } catch {
        setWrong(t("photoFail"));
      }
    }
    setBusy(false);
  };
  return (
    <>
      <div class="photos">
        {shas.map((sha, place) => (
          <figure key={sha}>
            <Thumb sha={sha} place={place + 1} />
            <button class="plain" aria-label={`${t("remove")} ${t("photoAlt", place + 1)}`} onClick={() => change((now) => now.filter((one) => one !== sha))}>×</button>
          </figure>
        ))}
        {shas.length < MOST ? (
          <label class="shoot" aria-busy={busy}>
            <Icon name="camera" />
            {t("addPhoto")}
            <input type="file" accept="image/*" capture="environment" multiple disabled={busy} onChange={(event) => void taken(event.currentTarget)} />
          </label>
        ) : null}
      </div>
      <Alert text={wrong} />
    </>
  );
}
