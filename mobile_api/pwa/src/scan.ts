/** The camera, looking for a symbol. */

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

/** Shows the rear camera in `video` and tells each text it reads. Throws when there is no camera. */
export async function openCamera(video: HTMLVideoElement, tell: (text: string) => void): Promise<Camera> {
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
        const text = video.readyState >= 2 ? await look(video).catch(() => null) : null;
        if (open && text) tell(text);
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    })();
    return { stop, torch: torchOf(stream) };
  } catch (error) {
    stop();
    throw error;
  }
}

async function reader(): Promise<(video: HTMLVideoElement) => Promise<string | null>> {
  const own = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) {
    const detector = new own({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { read } = await import("./scanner");
  const canvas = document.createElement("canvas");
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (!pen || !canvas.width) return null;
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
