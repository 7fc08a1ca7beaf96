// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/** A brush that paints into a screen. `began` is called before a stroke, and `ended` after it. */
export class Brush {
  #screen;
  #colour;
  #size;
  #on = false;
  #last = null;

  constructor(screen, colour, size, { began, ended }) {
    this.#screen = screen;
    this.#colour = colour;
    this.#size = size;
    const { canvas } = screen;
    canvas.addEventListener('pointerdown', (event) => {
      if (this.#on && event.button === 0) {
        canvas.setPointerCapture(event.pointerId);
        began();
        this.#last = this.#place(event);
        this.#stroke(this.#last);
      }
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.painting) {
        this.#stroke(this.#place(event));
      }
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      canvas.addEventListener(end, () => {
        if (this.painting) {
          this.#last = null;
          ended();
        }
      });
    }
  }

  get painting() {
    return this.#last !== null;
  }

  get on() {
    return this.#on;
  }

  set on(on) {
    this.#on = on;
  }

  /** Returns the pixel of the picture that an event is at. */
  #place(event) {
    const { canvas } = this.#screen;
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * canvas.width,
      y: ((event.clientY - box.top) / box.height) * canvas.height,
    };
  }

  #stroke(place) {
    const { context } = this.#screen;
    context.strokeStyle = this.#colour.value;
    context.lineWidth = Number(this.#size.value);
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(this.#last.x, this.#last.y);
    context.lineTo(place.x + 0.01, place.y); // a line without length is not drawn
    context.stroke();
    this.#last = place;
  }
}
