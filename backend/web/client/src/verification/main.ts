// Compares a visitor's file with the fingerprint on the page. Nothing of the file is sent.

const box = document.querySelector<HTMLElement>("#comparison");
const file = document.querySelector<HTMLInputElement>("#file");
const said = document.querySelector<HTMLElement>("#same");

// Browsers compute fingerprints on pages that came by TLS, or from this machine.
if (box && file && said && "subtle" in crypto) {
  box.hidden = false;
  file.addEventListener("change", () => void compare(box.dataset, file, said));
}

async function compare(page: DOMStringMap, from: HTMLInputElement, to: HTMLElement): Promise<void> {
  const chosen = from.files?.[0];
  to.textContent = "";
  if (!chosen) return;
  const digest = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = hex === page.sha256;
  to.className = same ? "" : "notice";
  to.textContent = (same ? to.dataset.same : to.dataset.other) ?? "";
}
