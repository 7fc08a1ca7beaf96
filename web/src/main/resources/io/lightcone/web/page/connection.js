// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/** How long to wait before connecting again, in milliseconds: longer after each failure. */
const RETRIES = [500, 1000, 2000, 5000];

/** Bytes before the pictures of a frame. */
const HEADER = 20;

/** What stands for an action that nobody knows. */
const NO_ACTION = 0xffff;

/** The code with which the server closes a connection to a world or session that there is not. */
const NOT_THERE = 4404;

/** The code with which it closes one whose session has failed. */
const FAILED = 4500;

/** Reads a frame as docs/protocol.md lays it out. */
export function parseFrame(buffer) {
  const view = new DataView(buffer);
  const frame = {
    number: view.getUint32(0),
    input: view.getUint32(4),
    millis: view.getFloat32(8),
    action: view.getUint16(12) === NO_ACTION ? null : view.getUint16(12),
    channels: view.getUint8(15),
    width: view.getUint16(16),
    height: view.getUint16(18),
    pictures: [],
  };
  const size = frame.width * frame.height * frame.channels;
  for (let i = 0; i < view.getUint8(14); i++) {
    frame.pictures.push(new Uint8Array(buffer, HEADER + i * size, size));
  }
  return frame;
}

/**
 * A session with the server, which is taken up again where the connection is lost.
 *
 * It calls `on.session`, `on.status`, `on.seen`, `on.recording` and `on.error` with messages as they come, `on.frame`
 * with frames, `on.lost` when the connection is gone, and `on.failed` when it is gone because the session has failed.
 */
export class Connection {
  #on;
  #query;
  #socket = null;
  #session = null;
  #failures = 0;
  #input = 0;

  constructor(query, on) {
    this.#query = query;
    this.#on = on;
    this.#connect();
  }

  #connect() {
    const query = new URLSearchParams(this.#query);
    if (this.#session !== null) {
      query.set('session', this.#session);
    }
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}/v1/realtime/video?${query}`);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = ({ code }) => this.#lost(socket, code);
    this.#socket = socket;
  }

  #receive(data) {
    if (data instanceof ArrayBuffer) {
      this.#failures = 0;
      this.#on.frame(parseFrame(data));
      return;
    }
    const message = JSON.parse(data);
    if (message.type === 'session') {
      this.#session = message.id;
    }
    this.#on[message.type]?.(message);
  }

  #lost(socket, code) {
    if (socket !== this.#socket) {
      return;
    }
    this.#socket = null;
    if (code === FAILED) {
      this.#on.failed(); // another session would most likely fail too
      return;
    }
    if (code === NOT_THERE && this.#session === null) {
      this.#on.status({ state: 'ended', message: 'There is no such world or session here' });
      return;
    }
    if (code === NOT_THERE) {
      this.#session = null; // it has ended, or the server is another one: begin anew
    }
    this.#on.lost();
    setTimeout(() => this.#connect(), RETRIES[Math.min(this.#failures++, RETRIES.length - 1)]);
  }

  /** Sends a message and returns its number; null if there is no connection, and nothing was sent. */
  send(type, content = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return null;
    }
    const id = ++this.#input;
    this.#socket.send(JSON.stringify({ type, id, ...content }));
    return id;
  }

  /** Sends a picture, which becomes the next frame. */
  sendPicture(bytes) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(bytes);
    }
  }
}
