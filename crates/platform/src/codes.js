// Reads bar codes and QR codes from a picture, where the browser has no `BarcodeDetector`: ZXing in JavaScript.
// Owns what kinds of codes are known and how large a picture is looked at. It must never keep a picture or ask the
// network for anything. A file of its own (xtask/src/codes.rs), which is loaded when somebody scans.
import BinaryBitmap from "@zxing/library/es2015/core/BinaryBitmap.js";
import HybridBinarizer from "@zxing/library/es2015/core/common/HybridBinarizer.js";
import RGBLuminanceSource from "@zxing/library/es2015/core/RGBLuminanceSource.js";
import DataMatrixReader from "@zxing/library/es2015/core/datamatrix/DataMatrixReader.js";
import Code128Reader from "@zxing/library/es2015/core/oned/Code128Reader.js";
import Code39Reader from "@zxing/library/es2015/core/oned/Code39Reader.js";
import Code93Reader from "@zxing/library/es2015/core/oned/Code93Reader.js";
import EAN13Reader from "@zxing/library/es2015/core/oned/EAN13Reader.js";
import EAN8Reader from "@zxing/library/es2015/core/oned/EAN8Reader.js";
import ITFReader from "@zxing/library/es2015/core/oned/ITFReader.js";
import UPCEReader from "@zxing/library/es2015/core/oned/UPCEReader.js";
import QRCodeReader from "@zxing/library/es2015/core/qrcode/QRCodeReader.js";

/** A larger picture is looked at in this size: enough for a label that fills a third of it, and quick on a small phone. */
const LONGEST = 1024;
/** A UPC-A is the EAN-13 with a zero before it, which the app takes for the same code. */
const bars = [EAN13Reader, EAN8Reader, UPCEReader, Code128Reader, Code93Reader, Code39Reader, ITFReader].map((Reader) => new Reader());
const squares = [QRCodeReader, DataMatrixReader].map((Reader) => new Reader());
const canvas = document.createElement("canvas");
/** What the last picture's bars said: some kinds have no check digit, so that only what is read twice counts. */
let before = "";

/** The codes in what `video` shows now, in the form of `BarcodeDetector.detect`; none while there is no picture. */
export async function detect(video) {
  const picture = look(video);
  const square = picture && read(squares, picture);
  if (square) {
    return [{ rawValue: square }];
  }
  const bar = (picture && (read(bars, picture) ?? read(bars, turned(picture)))) ?? "";
  const twice = bar !== "" && bar === before;
  before = bar;
  return twice ? [{ rawValue: bar }] : [];
}

function look(video) {
  const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
  const width = Math.floor(video.videoWidth * scale);
  const height = Math.floor(video.videoHeight * scale);
  if (!(width > 0 && height > 0)) {
    return undefined;
  }
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const light = new Uint8ClampedArray(width * height);
  for (let at = 0; at < light.length; at += 1) {
    light[at] = (data[at * 4] + 2 * data[at * 4 + 1] + data[at * 4 + 2]) >> 2;
  }
  return { light, width, height };
}

/** Bars are looked for in lines: a label that stands on its side is turned. */
function turned({ light, width, height }) {
  const other = new Uint8ClampedArray(light.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      other[x * height + y] = light[y * width + x];
    }
  }
  return { light: other, width: height, height: width };
}

function read(readers, { light, width, height }) {
  const bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(light, width, height)));
  for (const reader of readers) {
    try {
      return reader.decode(bitmap).getText();
    } catch {
      // Not this kind, or not in this picture.
    } finally {
      reader.reset();
    }
  }
  return undefined;
}
