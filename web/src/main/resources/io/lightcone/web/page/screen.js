// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/** A canvas that shows pictures of 1 or 3 channels, pixel by pixel, and gives back what it shows. */
export class Screen {
  #canvas;
  #context;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { willReadFrequently: true });
  }

  get canvas() {
    return this.#canvas;
  }

  get context() {
    return this.#context;
  }

  resize(width, height) {
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
  }

  /** Shows a picture, rows from the top, the channels of a pixel side by side. */
  show(bytes, width, height, channels) {
    this.resize(width, height);
    const image = this.#context.createImageData(width, height);
    const colour = channels === 3;
    for (let pixel = 0, from = 0, to = 0; pixel < width * height; pixel++, from += channels, to += 4) {
      image.data[to] = bytes[from];
      image.data[to + 1] = bytes[colour ? from + 1 : from];
      image.data[to + 2] = bytes[colour ? from + 2 : from];
      image.data[to + 3] = 255;
    }
    this.#context.putImageData(image, 0, 0);
  }

  /** Returns what is shown, as `show` takes it. */
  read(channels) {
    const { width, height } = this.#canvas;
    const { data } = this.#context.getImageData(0, 0, width, height);
    const bytes = new Uint8Array(width * height * channels);
    for (let pixel = 0, from = 0, to = 0; pixel < width * height; pixel++, from += 4, to += channels) {
      if (channels === 3) {
        bytes.set(data.subarray(from, from + 3), to);
      } else {
        bytes[to] = Math.round(0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2]);
      }
    }
    return bytes;
  }

  /** Draws an image so that it fills the canvas and keeps its proportions. */
  cover(image) {
    const { width, height } = this.#canvas;
    const scale = Math.max(width / image.width, height / image.height);
    const [w, h] = [image.width * scale, image.height * scale];
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
  }
}
