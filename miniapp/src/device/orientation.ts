/** How a camera held the picture: Exif's 1 to 8. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const EXIF = 0x45786966;
const ORIENTATION_TAG = 0x0112;

/**
 * Reads the orientation of a JPEG and sets it to 1 in the bytes given: who decodes them then sees the pixels as they
 * lie, whether he heeds orientation or not. 1 for a file without any.
 */
export function takeOrientation(bytes: ArrayBuffer): Orientation {
  const view = new DataView(bytes);
  try {
    if (view.getUint16(0) !== 0xffd8) return 1;
    for (let at = 2; view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint8(at + 1) !== 0xe1 || view.getUint32(at + 4) !== EXIF) continue;
      const tiff = at + 10;
      const little = view.getUint16(tiff) === 0x4949;
      const directory = tiff + view.getUint32(tiff + 4, little);
      for (let left = view.getUint16(directory, little), tag = directory + 2; left > 0; left -= 1, tag += 12) {
        if (view.getUint16(tag, little) !== ORIENTATION_TAG) continue;
        const found = view.getUint16(tag + 8, little);
        view.setUint16(tag + 8, 1, little);
        return found >= 1 && found <= 8 ? (found as Orientation) : 1;
      }
      return 1;
    }
  } catch {
    // A file that ends too early: as it lies.
  }
  return 1;
}

/** Whether width and height of the pixels change places. */
export const liesOnSide = (orientation: Orientation): boolean => orientation >= 5;

/** The matrix (a, b, c, d, e, f of a canvas) that puts pixels of this orientation upright into width × height. */
export function uprightMatrix(orientation: Orientation, width: number, height: number): Matrix {
  const matrices: Readonly<Record<Orientation, Matrix>> = {
    1: [1, 0, 0, 1, 0, 0],
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, width, 0],
    7: [0, -1, -1, 0, width, height],
    8: [0, -1, 1, 0, 0, height],
  };
  return matrices[orientation];
}

type Matrix = readonly [number, number, number, number, number, number];
