/** A picture in pixels. */
export interface RgbPicture {
  /** in pixels */
  readonly width: number;
  /** in pixels */
  readonly height: number;
  /** red, green, blue [height, width, 3], rows from the top */
  readonly rgb: Uint8Array;
}
