/** The camera, looking for symbols. */
import { alternating } from "./readers";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const PAUSE = 120;
const WIDEST = 800;

export interface Camera {
  stop(): void;
  torch: ((on: boolean) => Promise<void>) | null;
}

/** Shows the rear camera in `video` and tells the texts of all symbols in view. Throws when there is no camera. */
export async function openCamera(video: HTMLVideoElement, tell: (texts: string[]) => void): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  let open = true;
  const stop = () => {
    open = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const look = await reader();
    void (async () => {
      while (open) {
        const texts = video.readyState >= 2 ? await look(video) : [];
        if (open && texts.length) tell(texts);
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    })();
    return { stop, torch: torchOf(stream) };
  } catch (error) {
    stop();
    throw error;
  }
}

type Look = (video: HTMLVideoElement) => Promise<string[]>;

async function reader(): Promise<Look> {
  const own = await browsersOwn().catch(() => null);
  return alternating(own, ours);
}

async function browsersOwn(): Promise<Look | null> {
  const found = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!found || !(await found.getSupportedFormats()).includes("qr_code")) return null;
  const detector = new found({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
}

async function ours(): Promise<Look> {
  const { read } = await import("./scanner");
  const canvas = document.createElement("canvas");
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (!pen || !canvas.width) return [];
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return read(pen.getImageData(0, 0, canvas.width, canvas.height));
  };
}

function torchOf(stream: MediaStream): Camera["torch"] {
  const track = stream.getVideoTracks()[0];
  const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (!track || !able?.torch) return null;
  return (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}
