import type { Shape } from './device';

/** Longest edge of a sent photo, px; with it a JPEG of a site comes to about 250 KB. */
const LONGEST = 1600;
/** Aim and lowest quality of the JPEG: below it a label cannot be read any more. */
export const AIM_BYTES = 260_000;
export const QUALITIES = [0.82, 0.72, 0.62, 0.52] as const;

/** What drawing needs of a 2d canvas; browsers and WeChat's offscreen canvas both have it. */
export type Context2d = Pick<
  CanvasRenderingContext2D,
  'fillRect' | 'fillText' | 'beginPath' | 'moveTo' | 'lineTo' | 'ellipse' | 'stroke'
> & { fillStyle: unknown; strokeStyle: unknown; lineWidth: number; font: string; lineCap: unknown; lineJoin: unknown };

/** The size at which a picture is sent. */
export function sentSize(width: number, height: number): { width: number; height: number } {
  const factor = Math.min(1, LONGEST / Math.max(width, height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

/** Writes the watermark on the lower edge and the finger's marks on a picture that is already drawn. */
export function mark(
  context: Context2d,
  { width, height }: { width: number; height: number },
  lines: readonly string[],
  shapes: readonly Shape[],
): void {
  drawShapes(context, width, height, shapes);
  if (lines.length === 0) return;
  const size = Math.round(Math.max(width, height) / 46);
  const step = Math.round(size * 1.4);
  const band = step * lines.length + size;
  context.fillStyle = 'rgba(10, 16, 19, 0.62)';
  context.fillRect(0, height - band, width, band);
  context.fillStyle = '#FFFFFF';
  for (const [index, line] of lines.entries()) {
    context.font = `${index === 0 ? 'bold ' : ''}${size}px sans-serif`;
    context.fillText(line, size, height - band + size * 0.5 + step * (index + 0.75), width - 2 * size);
  }
}

function drawShapes(context: Context2d, width: number, height: number, shapes: readonly Shape[]): void {
  context.strokeStyle = '#A3244E';
  context.lineWidth = Math.max(width, height) / 160;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const shape of shapes) {
    const [x1, y1, x2, y2] = [shape.x1 * width, shape.y1 * height, shape.x2 * width, shape.y2 * height];
    context.beginPath();
    if (shape.kind === 'circle') {
      context.ellipse((x1 + x2) / 2, (y1 + y2) / 2, Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2, 0, 0, 2 * Math.PI);
    } else {
      const angle = Math.atan2(y2 - y1, x2 - x1);
      const head = Math.max(width, height) / 30;
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      for (const side of [-1, 1]) {
        context.moveTo(x2, y2);
        context.lineTo(x2 - head * Math.cos(angle + side * 0.5), y2 - head * Math.sin(angle + side * 0.5));
      }
    }
    context.stroke();
  }
}
