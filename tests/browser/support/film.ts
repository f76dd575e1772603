// What a camera sees, as a film for Chromium's: a label with a code on it.
import { writeFile } from 'node:fs/promises';
import { BarcodeFormat, QRCodeWriter } from '@zxing/library';

const WIDTH = 640;
const HEIGHT = 480;

/** Whether there is ink at this place of a label, in modules. */
export interface Label {
  wide: number;
  high: number;
  ink: (x: number, y: number) => boolean;
}

const ODD = ['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111', '0001011'];
const turned = (bits: string) => [...bits].reverse().join('');
const negated = (bits: string) => bits.replace(/[01]/g, (bit) => (bit === '0' ? '1' : '0'));
/** Which of the six digits at the left are written the other way round: says the first digit. */
const FIRST = ['000000', '001011', '001101', '001110', '010011', '011001', '011100', '010101', '010110', '011010'];

/** The bars of an EAN-13. */
export function ean13(code: string): Label {
  const digits = [...code].map(Number);
  const left = digits.slice(1, 7).map((digit, at) => (FIRST[digits[0]][at] === '1' ? turned(negated(ODD[digit])) : ODD[digit]));
  const right = digits.slice(7).map((digit) => negated(ODD[digit]));
  const bars = `101${left.join('')}01010${right.join('')}101`;
  return { wide: bars.length, high: 50, ink: (x) => bars[x] === '1' };
}

/** The squares of a QR code. */
export function qr(text: string): Label {
  const squares = new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, 0, 0, new Map());
  return { wide: squares.getWidth(), high: squares.getHeight(), ink: (x, y) => squares.get(x, y) };
}

/** The label turned by a quarter. */
export const onItsSide = ({ wide, high, ink }: Label): Label => ({ wide: high, high: wide, ink: (x, y) => ink(y, x) });

/** Writes a film of two pictures in which the label lies on a grey table. */
export async function film(file: string, label: Label): Promise<void> {
  const size = Math.floor(Math.min((WIDTH * 0.8) / label.wide, (HEIGHT * 0.8) / label.high));
  const [left, top] = [(WIDTH - size * label.wide) >> 1, (HEIGHT - size * label.high) >> 1];
  const margin = size * 8;
  const light = Buffer.alloc(WIDTH * HEIGHT, 150);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const [column, row] = [Math.floor((x - left) / size), Math.floor((y - top) / size)];
      const isIn = column >= 0 && column < label.wide && row >= 0 && row < label.high;
      const isNear = x > left - margin && x < WIDTH - left + margin && y > top - margin && y < HEIGHT - top + margin;
      if (isNear) {
        light[y * WIDTH + x] = isIn && label.ink(column, row) ? 30 : 230;
      }
    }
  }
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const picture = Buffer.concat([Buffer.from('FRAME\n'), light, colour]);
  await writeFile(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F20:1 Ip A1:1 C420\n`), picture, picture]));
}
