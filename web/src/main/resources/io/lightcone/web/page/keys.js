// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/** How the names of keys are shown. */
const SHOWN = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', ' ': 'space' };

/** Returns the name of a key in messages: letters are small, whatever Shift and Caps Lock say. */
function name(event) {
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Keys that are held, on the keyboard and as buttons, and what they mean. `changed` is called with all that are held. */
export class Keys {
  #held = new Set();
  #known = new Map();
  #buttons = new Map();
  #panel;
  #changed;
  #entries = '';

  constructor(panel, changed) {
    this.#panel = panel;
    this.#changed = changed;
    addEventListener('keydown', (event) => this.#down(event));
    addEventListener('keyup', (event) => this.#set(name(event), false));
    addEventListener('blur', () => this.release());
    document.addEventListener('visibilitychange', () => this.release());
  }

  /** Takes the keys of a session, `{"w": "up", ...}`, and makes a button for each action. */
  use(keys) {
    const entries = JSON.stringify(Object.entries(keys));
    if (entries === this.#entries) {
      return; // keys that are held stay held
    }
    this.#entries = entries;
    this.release();
    this.#known = new Map(Object.entries(keys));
    this.#buttons.clear();
    const ofAction = new Map();
    for (const [key, action] of this.#known) {
      ofAction.set(action, [...(ofAction.get(action) ?? []), key]);
    }
    this.#panel.replaceChildren(...[...ofAction].map(([action, own]) => this.#button(action, own)));
  }

  #button(action, keys) {
    const button = document.createElement('button');
    button.textContent = action;
    const hint = document.createElement('kbd');
    hint.textContent = keys.map((key) => SHOWN[key] ?? key).join(' ');
    button.append(hint);
    button.dataset.action = action;
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      this.#set(keys[0], true);
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      button.addEventListener(end, () => {
        this.#set(keys[0], false);
        button.blur(); // or the keyboard would be its own
      });
    }
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    keys.forEach((key) => this.#buttons.set(key, button));
    return button;
  }

  #down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) {
      return;
    }
    if (this.#known.has(name(event))) {
      event.preventDefault();
      if (!event.repeat) {
        this.#set(name(event), true);
      }
    }
  }

  #set(key, down) {
    if (!this.#known.has(key) || this.#held.has(key) === down) {
      return;
    }
    if (down) {
      this.#held.add(key);
    } else {
      this.#held.delete(key);
    }
    this.#mark();
    this.#changed([...this.#held]);
  }

  /** Lets go of all keys, as when the page is out of sight. */
  release() {
    if (this.#held.size > 0) {
      this.#held.clear();
      this.#mark();
      this.#changed([]);
    }
  }

  #mark() {
    const held = new Set([...this.#held].map((key) => this.#buttons.get(key)));
    new Set(this.#buttons.values()).forEach((button) => button.classList.toggle('held', held.has(button)));
  }
}

/** Returns whether keys that go to an element are meant for it. */
export function isField(element) {
  return element instanceof HTMLElement && element.matches('input[type=number], select, textarea');
}
