// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import { Brush } from './brush.js';
import { Connection } from './connection.js';
import { isField, Keys } from './keys.js';
import { Screen } from './screen.js';

const UNDO_SECONDS = 3;
/** Of how many frames the rate, and of how many keys the time to the picture are shown. */
const RECENT_FRAMES = 60;
const RECENT_KEYS = 40;

const $ = (id) => document.getElementById(id);
const dream = new Screen($('dream'));
const truth = new Screen($('truth'));

let session = null;
let playing = false;
/** Whether the video goes on after a stroke of the brush. */
let resumes = false;
let moments = [];
let sent = new Map();
let latencies = [];
/** Why the server has ended the session, until there is another one. */
let farewell = '';

const connection = new Connection(new URLSearchParams(location.search), {
  session: begin,
  status: showStatus,
  frame: showFrame,
  seen: showSeen,
  recording: showRecording,
  error: ({ message }) => note(message),
  lost: () => {
    keys.release();
    sent.clear(); // no frame answers what was sent before
    showStatus({ state: 'lost', message: farewell && `${farewell}; trying again …` });
  },
  failed: () => {
    keys.release();
    showStatus({ state: 'failed', message: `${farewell}; reload the page to try again` });
  },
});
const keys = new Keys($('actions'), (pressed) => {
  const id = connection.send('keys', { pressed });
  if (id !== null) {
    sent.set(id, performance.now());
  }
});
const brush = new Brush(dream, $('colour'), $('size'), {
  began: () => {
    resumes ||= playing;
    connection.send('pause');
  },
  ended: () => {
    connection.sendPicture(dream.read(session.channels));
    if (resumes) {
      connection.send('play');
    }
  },
});

/** Takes what a session is, at its beginning and whenever some of it has changed. */
function begin(message) {
  if (message.id !== session?.id) {
    sent = new Map();
    latencies = [];
    listWorlds();
  }
  if (message.seed !== session?.seed) {
    $('seed').value = message.seed;
  }
  session = message;
  farewell = '';
  document.title = `${session.world ?? session.run} · Lightcone`;
  dream.resize(session.width, session.height);
  truth.resize(session.width, session.height);
  $('truth-view').hidden = !session.simulator;
  $('steps').replaceChildren(...session.stepChoices.map((count) => new Option(count, count)));
  $('steps').value = session.steps;
  $('steps').disabled = session.stepChoices.length < 2;
  keys.use(session.keys);
  markWorld();
}

function listWorlds() {
  fetch('/v1/worlds')
    .then((answer) => answer.json())
    .then(({ worlds }) => showWorlds(worlds))
    .catch(() => {}); // they are asked for again with the next session
}

function showWorlds(worlds) {
  $('worlds').replaceChildren(...worlds.map(({ name }) => {
    const link = document.createElement('a');
    link.href = `?${new URLSearchParams({ world: name })}`;
    link.textContent = name;
    return link;
  }));
  markWorld();
}

function markWorld() {
  for (const link of $('worlds').children) {
    link.toggleAttribute('aria-current', link.textContent === (session?.world ?? session?.run));
  }
}

/** What the states of a session are called, and whether the picture is covered meanwhile. */
const STATES = {
  loading: ['Loading the model …', true],
  waiting: ['Waiting for a place …', true],
  playing: ['', false],
  paused: ['Paused', false],
  ended: ['This session has ended', true],
  lost: ['No connection; trying again …', true],
  failed: ['', true],
};

function showStatus({ state, message }) {
  const [words, covered] = STATES[state] ?? [state, false];
  playing = state === 'playing';
  if (state === 'ended') {
    farewell = message.replace(/\.$/, '');
  }
  moments = [];
  $('status').textContent = message || words;
  $('curtain').textContent = message || words;
  $('curtain').hidden = !covered;
  $('pause').textContent = state === 'paused' ? 'Play' : 'Pause';
}

function showFrame(frame) {
  const now = performance.now();
  if (!brush.painting) {
    dream.show(frame.pictures[0], frame.width, frame.height, frame.channels);
  }
  if (frame.pictures.length > 1) {
    truth.show(frame.pictures[1], frame.width, frame.height, frame.channels);
  }
  for (const [id, moment] of sent) {
    if (id <= frame.input) {
      latencies = [...latencies, now - moment].slice(-RECENT_KEYS);
      sent.delete(id);
    }
  }
  moments = [...moments, now].slice(-RECENT_FRAMES);
  $('frame').textContent = frame.number;
  $('made').textContent = `${frame.millis.toFixed(0)} ms`;
  $('action').textContent = frame.action === null ? '–' : session.actions[frame.action];
  const rate = (1000 * (moments.length - 1)) / (now - moments[0]);
  $('rate').textContent = moments.length > 1 ? rate.toFixed(1) : '–';
  $('latency').textContent = latencies.length > 0 ? `${median(latencies).toFixed(0)} ms` : '–';
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function showSeen(message) {
  for (const [id, seen] of [['dream-seen', message.dream], ['truth-seen', message.simulator]]) {
    $(id).textContent = seen ?? 'shows no state';
    $(id).classList.toggle('lost', seen === null);
  }
}

function showRecording({ on, file }) {
  $('record').setAttribute('aria-pressed', on);
  $('record').textContent = on ? 'Recording' : 'Record';
  note(on ? 'Recording …' : file === null ? 'Nothing was recorded' : `Recorded ${file}`);
}

function note(words) {
  $('note').textContent = words;
}

/** Puts an image into the video as its next frame. */
async function drop(file) {
  try {
    const image = await createImageBitmap(file);
    dream.cover(image);
    connection.sendPicture(dream.read(session.channels));
  } catch {
    note(`${file.name} is no image that this browser can read`);
  }
}

const commands = {
  pause: () => {
    resumes = false;
    connection.send(playing ? 'pause' : 'play');
  },
  undo: () => connection.send('undo', { seconds: UNDO_SECONDS }),
  reset: () => {
    const seed = Number($('seed').value);
    connection.send('reset', Number.isSafeInteger(seed) && seed >= 0 && $('seed').value !== '' ? { seed } : {});
  },
  record: () => connection.send('record', { on: $('record').getAttribute('aria-pressed') !== 'true' }),
  brush: () => {
    brush.on = !brush.on;
    $('brush').setAttribute('aria-pressed', brush.on);
    $('brush-options').hidden = !brush.on;
    $('dream').parentElement.classList.toggle('painting', brush.on);
  },
};
for (const [id, command] of Object.entries(commands)) {
  $(id).addEventListener('click', (event) => {
    note('');
    command();
    event.currentTarget.blur(); // so that the space bar does not press it again
  });
}
$('steps').addEventListener('change', () => {
  connection.send('steps', { steps: Number($('steps').value) });
  $('steps').blur();
});
$('image').addEventListener('change', () => {
  [...$('image').files].slice(0, 1).forEach(drop);
  $('image').value = '';
});

addEventListener('keydown', (event) => {
  const command = { ' ': commands.pause, Backspace: commands.undo, Enter: commands.reset }[event.key];
  if (command && !event.repeat && !isField(event.target) && !(event.target instanceof HTMLButtonElement)) {
    event.preventDefault();
    command();
  }
});

const screen = $('dream').parentElement;
for (const [type, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
  screen.addEventListener(type, (event) => {
    event.preventDefault();
    screen.classList.toggle('dropping', over);
    if (type === 'drop') {
      [...event.dataTransfer.files].slice(0, 1).forEach(drop);
    }
  });
}
