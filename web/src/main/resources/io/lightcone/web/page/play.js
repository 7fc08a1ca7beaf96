const socket = new WebSocket(`ws://${location.host}/v1/realtime/video${location.search}`);
socket.binaryType = "arraybuffer";
const pressed = [];
socket.onmessage = ({ data }) => {
  if (typeof data === "string") return;
  const view = new DataView(data);
  const [channels, width, height] = [view.getUint8(15), view.getUint16(16), view.getUint16(18)];
  const bytes = new Uint8Array(data, 20);
  const canvas = document.getElementById("picture");
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[channels * i + (channels === 3 ? c : 0)];
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
};
const keys = (change) => (event) => {
  if (event.repeat) return;
  change(event.key);
  socket.send(JSON.stringify({ type: "keys", pressed }));
};
addEventListener("keydown", keys((key) => pressed.push(key)));
addEventListener("keyup", keys((key) => pressed.splice(pressed.indexOf(key), 1)));
