import { words } from '../../words';
import { NotAllowed, type Picture } from '../device';
import './camera.css';

/** Frames are looked at this often while a code is searched. */
const LOOK_EVERY_MS = 150;

interface View {
  video: HTMLVideoElement;
  root: HTMLElement;
  button(label: string, kind: 'shoot' | 'quiet'): HTMLButtonElement;
  /** Resolves when the page below is left, by the back key for one: nobody is there to take a picture for. */
  left: Promise<void>;
  end(): void;
}

/** A full screen with the camera's picture. Throws NotAllowed when there is no camera or it is refused. */
async function openCamera(title: string, framed: boolean): Promise<View> {
  // Taken off by hand: iOS knows listeners that a signal ends from 15 on.
  let leave = () => undefined as void;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  window.addEventListener('popstate', leave);
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } },
      audio: false,
    });
  } catch {
    window.removeEventListener('popstate', leave);
    throw new NotAllowed();
  }
  const root = document.createElement('div');
  root.className = 'camera';
  root.setAttribute('role', 'dialog');
  root.setAttribute('aria-modal', 'true');
  root.setAttribute('aria-label', title);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const heading = document.createElement('p');
  heading.textContent = title;
  const bar = document.createElement('div');
  bar.className = 'camera-bar';
  root.append(video, heading, bar);
  if (framed) root.append(Object.assign(document.createElement('div'), { className: 'camera-frame' }));
  document.body.append(root);
  const end = () => {
    window.removeEventListener('popstate', leave);
    for (const track of stream.getTracks()) track.stop();
    root.remove();
  };
  try {
    await video.play();
  } catch {
    end();
    throw new NotAllowed();
  }
  return {
    video,
    root,
    button: (label, kind) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
      button.className = `camera-${kind}`;
      bar.append(button);
      return button;
    },
    left,
    end,
  };
}

/** A still from the camera as a picture; undefined when the person gave up. */
export async function takePicture(): Promise<Picture | undefined> {
  const view = await openCamera(words.photo.shoot, false);
  const { video } = view;
  try {
    const shot = await new Promise<boolean>((resolve) => {
      view.button(words.photo.cancel, 'quiet').onclick = () => resolve(false);
      void view.left.then(() => resolve(false));
      const shoot = view.button(words.photo.shoot, 'shoot');
      shoot.onclick = () => resolve(true);
      shoot.focus();
    });
    if (!shot) return undefined;
    const [width, height] = [video.videoWidth, video.videoHeight];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    return blob === null ? undefined : { path: URL.createObjectURL(blob), width, height };
  } finally {
    view.end();
  }
}

/** The text of a code held before the camera; undefined when the person gave up. */
export async function readCode(): Promise<string | undefined> {
  // Fetched only by who scans in a browser, and before the camera opens: one that does not arrive leaves no dead picture.
  const decode = await import('qr/decode.js').then(
    (decoder) => decoder.default,
    () => undefined,
  );
  if (decode === undefined) return undefined;
  const view = await openCamera(words.scan.light, true);
  const { video } = view;
  const canvas = document.createElement('canvas');
  try {
    return await new Promise<string | undefined>((resolve) => {
      view.button(words.photo.cancel, 'quiet').onclick = () => resolve(undefined);
      void view.left.then(() => resolve(undefined));
      const look = () => {
        if (!view.root.isConnected) return;
        const text = codeIn(video, canvas, decode);
        if (text === undefined) setTimeout(look, LOOK_EVERY_MS);
        else resolve(text);
      };
      look();
    });
  } finally {
    view.end();
  }
}

type Decode = (image: { width: number; height: number; data: Uint8ClampedArray }) => string;

function codeIn(video: HTMLVideoElement, canvas: HTMLCanvasElement, decode: Decode): string | undefined {
  const [width, height] = [video.videoWidth, video.videoHeight];
  if (width === 0 || height === 0) return undefined;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(video, 0, 0);
  try {
    return decode({ width, height, data: context.getImageData(0, 0, width, height).data });
  } catch {
    // The decoder throws when it sees no code.
    return undefined;
  }
}
