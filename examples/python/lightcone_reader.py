# Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
"""Lightcone's models in PyTorch: reads the weights of a run and predicts. docs/weights.md tells the same in words.

    model = load("runs/own")                                       # a run folder, or a lone ema.safetensors
    p_BTCHW = model.predict(x_BTCHW, level_BT, classes=[3], actions=[[0, 1, 1, -1]])
    x0_BTCHW, epsilon_BTCHW = model.estimate(p_BTCHW, x_BTCHW, level_BT)
    video_BTCHW = model.generate(given_BTCHW, frames=16)           # pixels lie in [-1, 1]

It is meant to be read, so attention is one mask over all pairs of tokens. It needs PyTorch 1.13 or later, and PyYAML
only for checkpoints that do not say of which model they are.

Shapes: B batch, T frames, C channels, H W rows and columns of pixels, N tokens of a frame, S the same in a branch, D
channels of a token, K heads, E channels of a head, G branches. A grid is (rows, columns) of a frame's tokens.
"""
import json
import math
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F

DTYPES = dict(F64=torch.float64, F32=torch.float32, F16=torch.float16, BF16=torch.bfloat16, I64=torch.int64,
              I32=torch.int32, U8=torch.uint8, BOOL=torch.bool)
LAYOUTS = "1", "2"  # of names, shapes and meaning of weights; 2 has layers without the past, and shortcut models
EPSILON = 1e-6  # of every norm
OWN_FRAME = dict(frames=1, sinks=0, stride=1, keyFrames="dilated")  # a branch without the past
SPATIAL_BASE, TEMPORAL_BASE = 100, 1000  # of rotary positions


# ------------------------------------------------------------------------------------------------------------- files

def read_safetensors(path):
    """The tensors of a file by name, and its metadata: 8 bytes of length, so much JSON, then the bytes of tensors."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def parse_config(text):
    """The sections of a configuration as objects: config.model.width, config.diffusion.schedule, ..."""
    return json.loads(text, object_hook=lambda section: SimpleNamespace(**section))


def load(path, part="ema.safetensors"):
    """The model of a run folder's newest checkpoint, of a checkpoint's folder, or of a lone file of weights."""
    path = file = Path(path)
    if path.is_dir():
        steps = sorted(path.glob("checkpoints/step-*"), key=lambda step: int(step.name[len("step-"):]))
        file = (steps[-1] if steps else path) / part
    weights, metadata = read_safetensors(file)
    weights = {name: w.float() if w.dtype in (torch.float16, torch.bfloat16) else w for name, w in weights.items()}
    if metadata.get("layout", LAYOUTS[0]) not in LAYOUTS:
        known = " and ".join(LAYOUTS)
        raise ValueError(f"{file} has layout {metadata['layout']} of a later Lightcone; this reader knows {known}")
    if "config" in metadata:
        return Model(weights, parse_config(metadata["config"]))
    folders = [folder for folder in list(file.resolve().parents)[:3] if (folder / "config.yaml").is_file()]
    if not folders:
        raise ValueError(f"{file} does not say of which model it is, and there is no config.yaml of its run")
    import yaml
    return Model(weights, parse_config(json.dumps(yaml.safe_load((folders[0] / "config.yaml").read_text("utf-8")))))


# -------------------------------------------------------------------------------------------------- who sees whom

def key_frames(branch, t):
    """The frames that frame t sees: the sinks, every stride-th one, itself; at most `frames` of them, sinks aside."""
    sinks = min(branch.sinks, t)
    newest = t - branch.stride if branch.keyFrames == "dilated" else (t - 1) // branch.stride * branch.stride
    recent = list(range(newest, sinks - 1, -branch.stride))
    return [*range(sinks), *(recent[:branch.frames - 1] if branch.frames else recent), t]


def window(length, size, shared):
    """[length, length]: the window of each position, shifted inwards at borders; `shared` positions have the same."""
    size = min(size, length)
    shared = min(shared, size)
    sees = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        centre = min(i // shared * shared + shared // 2, length - 1)
        first = min(max(centre - size // 2, 0), length - size)
        sees[i, first:first + size] = True
    return sees


def mask(branch, frames, grid):
    """[T*S, T*S]: which token (row) sees which (column)."""
    rows, columns = grid
    sees = torch.zeros(frames, rows * columns, frames, rows * columns, dtype=torch.bool)
    for t in range(frames):
        for key in key_frames(branch, t):
            wider = 2 * (branch.cone.tokens * (t - key) // branch.cone.frames)
            size = branch.window + wider if branch.window else max(grid)
            y, x = (window(length, size, branch.spatialStride) for length in grid)
            both = y[:, None, :, None] & x[None, :, None, :]  # row column row column
            sees[t, :, key, :] = both.reshape(rows * columns, rows * columns)
    return sees.reshape(frames * rows * columns, -1)


def down_factor(branch, layer, depth, grid):
    """How many tokens along a side a mean is of: it grows with the layer, but leaves two cells along a side."""
    sizes = 1 + int(math.log2(branch.maxDown // branch.down))
    down = branch.down << layer * sizes // depth
    while down > 1 and -(-min(grid) // down) < 2:
        down = max(1, down // 2)
    return down


# ------------------------------------------------------------------------------------------------- tokens in space

def average(x_BTND, grid, down):
    """[B, T, S, D]: means of down x down tokens; cells at the lower and right border are of those that are there."""
    images = x_BTND.flatten(0, 1).unflatten(1, grid).permute(0, 3, 1, 2)  # B*T D rows columns
    means = F.avg_pool2d(images, down, ceil_mode=True, count_include_pad=False)
    return means.flatten(2).transpose(1, 2).unflatten(0, x_BTND.shape[:2])


def repeat(x_BTSD, grid, down):
    """[B, T, N, D]: every mean at the place of each of its tokens."""
    rows, columns = grid
    cell = (torch.arange(rows) // down)[:, None] * -(-columns // down) + torch.arange(columns) // down
    return x_BTSD[:, :, cell.flatten()]


def turns(frames, grid, down, head_width):
    """[T, S, 1, E/2]: the complex numbers that turn queries and keys; a mean stands at the mean place of its tokens."""
    pairs = head_width // 2
    spatial = pairs * 3 // 8

    def angles(positions, count, base):
        powers = torch.arange(count, dtype=torch.float64) / count
        return torch.tensor(positions, dtype=torch.float64)[:, None] * base ** -powers

    def centres(length):
        return [(first + min(first + down, length) - 1) / 2 for first in range(0, length, down)]

    t, y, x = range(frames), centres(grid[0]), centres(grid[1])
    parts = [angles(t, pairs - 2 * spatial, TEMPORAL_BASE)[:, None, None],
             angles(y, spatial, SPATIAL_BASE)[None, :, None],
             angles(x, spatial, SPATIAL_BASE)[None, None, :]]
    together = torch.cat([part.expand(len(t), len(y), len(x), -1) for part in parts], -1)
    return torch.polar(torch.ones_like(together), together).flatten(1, 2)[:, :, None]


# ----------------------------------------------------------------------------------------------------------- layers

def modulate(x_BTND, shift_BT1D, scale_BT1D):
    return F.layer_norm(x_BTND, x_BTND.shape[-1:], eps=EPSILON) * (1 + scale_BT1D) + shift_BT1D


class Stack:
    """Layers and what stands before and behind them; the names of their weights begin with `prefix`."""

    def __init__(self, weights, prefix, config, depth, branches, every=1):
        self.weights, self.prefix, self.config, self.depth, self.branches = weights, prefix, config, depth, branches
        self.every = every  # only the last of so many layers sees the past
        self.head_width = config.width // sum(branch.heads for branch in branches)

    def weight(self, name):
        return self.weights.get(self.prefix + name)

    def linear(self, name, x):
        return F.linear(x, self.weight(name + ".weight"), self.weight(name + ".bias"))

    def grid(self, x_BTCHW):
        return x_BTCHW.shape[3] // self.config.patch, x_BTCHW.shape[4] // self.config.patch

    def tokens(self, x_BTCHW):
        """[B, T, N, D]: patches, channel by channel and row by row, as tokens."""
        p = self.config.patch
        cut = x_BTCHW.unflatten(4, (-1, p)).unflatten(3, (-1, p))  # B T C rows p columns p
        return self.linear("embed", cut.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(2, 3))

    def pixels(self, x_BTND, grid):
        """[B, T, C, H, W]: what the last layer says of tokens, as frames."""
        p = self.config.patch
        cut = self.linear("final.project", x_BTND).unflatten(3, (-1, p, p)).unflatten(2, grid)  # B T rows columns C p p
        return cut.permute(0, 1, 4, 2, 5, 3, 6).flatten(5).flatten(3, 4)

    def conditions(self, level_BT, classes, actions, step_BT=None):
        """[B, T, D]: what the layers are told of each frame: its level, the class of its clip, and its action.

        Shortcut models are told how far its update goes as well: a power of two, or 0 for the finest.
        """
        frequencies = 1000 * 10_000 ** (-torch.arange(128, dtype=torch.float64) / 128)
        angles = level_BT[..., None] * frequencies.to(level_BT)
        waves = torch.cat([angles.cos(), angles.sin()], -1)
        c_BTD = self.linear("level.second", F.silu(self.linear("level.first", waves)))
        if self.config.classes:  # -1 is the null class, which is the last row
            classes = torch.as_tensor([-1] * len(c_BTD) if classes is None else classes)
            c_BTD = c_BTD + self.weight("condition.classes")[classes][:, None]
        if self.config.actions:
            actions = torch.full(level_BT.shape, -1) if actions is None else torch.as_tensor(actions)
            c_BTD = c_BTD + self.weight("condition.actions")[actions]
        if self.weight("step") is not None:  # row j is for updates by 2^-j; an encoder has none
            step_BT = torch.zeros_like(level_BT) if step_BT is None else step_BT
            c_BTD = c_BTD + self.weight("step")[(-step_BT.log2()).clamp(0, len(self.weight("step")) - 1).long()]
        return c_BTD

    def layers(self, x_BTND, c_BTD, grid):
        for layer in range(self.depth):
            name = f"layers.{layer}."
            m_BT1D = self.linear(name + "modulation", F.silu(c_BTD))[:, :, None].chunk(6, -1)
            seen = self.attention(name + "attention.", layer, modulate(x_BTND, m_BT1D[0], m_BT1D[1]), c_BTD, grid)
            x_BTND = x_BTND + m_BT1D[2] * seen
            hidden = F.gelu(self.linear(name + "widen", modulate(x_BTND, m_BT1D[3], m_BT1D[4])))  # the exact one
            x_BTND = x_BTND + m_BT1D[5] * self.linear(name + "narrow", hidden)
        return x_BTND

    def output(self, x_BTND, c_BTD):
        return modulate(x_BTND, *self.linear("final.modulation", F.silu(c_BTD))[:, :, None].chunk(2, -1))

    def attention(self, name, layer, x_BTND, c_BTD, grid):
        gates_BTG = len(self.branches) * torch.softmax(self.linear(name + "gates", F.silu(c_BTD)), -1)
        outputs, channel = [], 0
        for g, branch in enumerate(self.branches):
            channels = branch.heads * self.head_width
            own = x_BTND if self.config.branchInput == "all" else x_BTND[..., channel:channel + channels]
            down = down_factor(branch, layer, self.depth, grid)
            if (layer + 1) % self.every:
                branch = SimpleNamespace(**{**vars(branch), **OWN_FRAME})
            seen_BTSD = self.branch(f"{name}branches.{g}.", branch, down, average(own, grid, down), grid)
            weighed = self.linear(f"{name}branches.{g}.out", seen_BTSD * gates_BTG[:, :, g, None, None])
            outputs.append(repeat(weighed, grid, down))
            channel += channels
        return torch.cat(outputs, -1)

    def branch(self, name, branch, down, x_BTSD, grid):
        """[B, T, S, channels of the branch]: attention among the means of one branch."""
        frames, cells = x_BTSD.shape[1], tuple(-(-length // down) for length in grid)
        qkv = self.linear(name + "qkv", x_BTSD).unflatten(3, (3, branch.heads, self.head_width))  # B T S 3 K E
        q, k, v = qkv.unbind(3)
        turn = turns(frames, grid, down, self.head_width)
        q, k = (self.turned(F.layer_norm(each, each.shape[-1:], self.weight(name + "norm"), eps=EPSILON), turn)
                for each in (q, k))
        q, k, v = (each.flatten(1, 2).transpose(1, 2) for each in (q, k, v))  # B K T*S E
        scores = q @ k.transpose(2, 3) / math.sqrt(self.head_width)
        scores = scores.masked_fill(~mask(branch, frames, cells), -math.inf)
        return (torch.softmax(scores, -1) @ v).transpose(1, 2).flatten(2).unflatten(1, (frames, -1))

    @staticmethod
    def turned(x_BTSKE, turn):
        pairs = torch.view_as_complex(x_BTSKE.unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(pairs * turn.to(pairs)).flatten(-2)


# ----------------------------------------------------------------------------------------------------------- models

class Model:
    """What a run has learned: its weights by name, and the sections `model` and `diffusion` of its configuration."""

    def __init__(self, weights, config):
        self.weights, self.config, self.diffusion = weights, config.model, config.diffusion

    def predict(self, x_BTCHW, level_BT, classes=None, actions=None, step_BT=None):
        """[B, T, C, H, W]: what the network says of noisy frames, each at its level in [0, 1] (0 is clean).

        Classes are one number a clip, actions one a frame, counted through the names in the configuration; -1 is null.
        Steps are by how many levels each frame will be lowered, for shortcut models: powers of two, 0 for the finest.
        """
        for what, given in (("classes", classes), ("actions", actions)):
            if given is not None and not getattr(self.config, what):
                raise ValueError(f"the model knows no {what}")
        if self.config.encoder:
            return self.predict_separably(x_BTCHW, level_BT, classes, actions, step_BT)
        every = getattr(self.config, "temporalEvery", 1)  # files from before there was a choice do not say
        stack = Stack(self.weights, "", self.config, self.config.depth, self.config.branches, every)
        grid = stack.grid(x_BTCHW)
        c_BTD = stack.conditions(level_BT, classes, actions, step_BT)
        return stack.pixels(stack.output(stack.layers(stack.tokens(x_BTCHW), c_BTD, grid), c_BTD), grid)

    def predict_separably(self, x_BTCHW, level_BT, classes, actions, step_BT):
        """An encoder tells each frame of those before it; a decoder sees that and the frame itself, at every step."""
        config = self.config
        every = getattr(config, "temporalEvery", 1)
        encoder = Stack(self.weights, "encoder.", config, config.encoder, config.branches, every)
        last = {**OWN_FRAME, "frames": 2 if config.combine == "tokens" else 1}
        reach = [SimpleNamespace(**{**vars(branch), **last}) for branch in config.branches]
        decoder = Stack(self.weights, "decoder.", config, config.depth - config.encoder, reach)
        grid = decoder.grid(x_BTCHW)
        if actions is not None:
            actions = torch.as_tensor(actions)

        tokens_BTND = decoder.tokens(x_BTCHW)
        start_B1ND = self.weights["start"].expand_as(tokens_BTND[:, :1])
        past_BTND = start_B1ND
        if x_BTCHW.shape[1] > 1:  # the encoder is told the action of the frame after each
            before, levels = x_BTCHW[:, :-1], level_BT[:, :-1]
            c_BTD = encoder.conditions(levels, classes, None if actions is None else actions[:, 1:])
            told = encoder.output(encoder.layers(encoder.tokens(before), c_BTD, grid), c_BTD)
            told = torch.where((levels == 1)[:, :, None, None], start_B1ND, told)  # noise alone says nothing
            past_BTND = torch.cat([start_B1ND, told], 1)

        c_BTD = decoder.conditions(level_BT, classes, actions, step_BT)
        if config.combine == "tokens":  # two frames each, the past at level 0 and then the noisy one
            clean_BTD = decoder.conditions(torch.zeros_like(level_BT), classes, actions)
            x_F2ND = torch.stack([past_BTND, tokens_BTND], 2).flatten(0, 1)  # F = B*T
            y_FND = decoder.layers(x_F2ND, torch.stack([clean_BTD, c_BTD], 2).flatten(0, 1), grid)[:, 1]
        else:
            both = past_BTND + tokens_BTND
            if config.combine == "channels":
                joined = torch.cat([past_BTND, tokens_BTND], -1)
                both = F.linear(joined, self.weights["combine.weight"], self.weights["combine.bias"])
            y_FND = decoder.layers(both.flatten(0, 1)[:, None], c_BTD.flatten(0, 1)[:, None], grid)[:, 0]
        return decoder.pixels(decoder.output(y_FND.view_as(tokens_BTND), c_BTD), grid)

    def estimate(self, p, x, level_BT):
        """The clean frames and the noise that the prediction `p` of noisy frames `x` means, at levels above 0."""
        alpha, sigma = (part[:, :, None, None, None].to(x) for part in mixture(self.diffusion, level_BT))
        kind = self.diffusion.prediction
        if kind == "x0":
            return p, (x - alpha * p) / sigma
        if kind == "epsilon":
            return (x - sigma * p) / alpha, p
        if kind == "v":  # alpha epsilon - sigma x0
            squares = alpha ** 2 + sigma ** 2
            return (alpha * x - sigma * p) / squares, (sigma * x + alpha * p) / squares
        return (x - sigma * p) / (alpha + sigma), (x + alpha * p) / (alpha + sigma)  # velocity: epsilon - x0

    @torch.no_grad()
    def generate(self, given_BTCHW, frames, steps=20, context=0.05, window=16, classes=None, actions=None):
        """[B, frames, C, H, W]: continues given frames, of which there may be none, frame by frame (DDIM).

        The model sees `window` frames at once, which should be those of a training clip; the past is shown at level
        `context`, scaled as if that much noise were in it. `actions` are of all frames, given ones included. A shortcut
        model takes a power of two as `steps`.
        """
        video = given_BTCHW
        while video.shape[1] < frames:
            past = video[:, max(0, video.shape[1] - window + 1):]
            first, end = video.shape[1] - past.shape[1], video.shape[1] + 1
            now = None if actions is None else torch.as_tensor(actions)[:, first:end]
            shown = mixture(self.diffusion, torch.tensor(context))[0].item() * past
            x = torch.randn(video.shape[0], 1, *video.shape[2:])
            for step in range(steps):
                levels = torch.full((x.shape[0], end - first), context)
                levels[:, -1] = 1 - step / steps
                far = torch.zeros_like(levels)
                far[:, -1] = 1 / steps
                p = self.predict(torch.cat([shown, x], 1), levels, classes, now, far)[:, -1:]
                x0, epsilon = self.estimate(p, x, levels[:, -1:])
                alpha, sigma = (part.item() for part in mixture(self.diffusion, torch.tensor(1 - (step + 1) / steps)))
                x = alpha * x0 + sigma * epsilon
            video = torch.cat([video, x.clamp(-1, 1)], 1)
        return video


# ------------------------------------------------------------------------------------------------------------ noise

def mixture(diffusion, level):
    """Alpha and sigma of `x = alpha x0 + sigma epsilon` at each level, in float64."""
    s, shift = level.double(), diffusion.shift
    if diffusion.schedule == "flow":
        return (1 - s) / (1 + (shift - 1) * s), shift * s / (1 + (shift - 1) * s)

    def alpha(s):
        signal = curve(diffusion, s)
        return (signal / (signal + shift ** 2 * (1 - signal))).sqrt()

    a = alpha(s)
    if diffusion.zeroTerminalSnr:
        first, last = alpha(torch.tensor([0.001, 1.0], dtype=torch.float64))
        a = torch.where(s < 0.001, 1 - (1 - first) * s / 0.001, (a - last) * first / (first - last))
    return a, (1 - a ** 2).clamp(min=0).sqrt()


def curve(diffusion, s):
    """Alpha squared of a schedule that keeps variance, before any shift."""
    if diffusion.schedule == "cosine":
        return ((math.pi / 2 * (s + 0.008) / 1.008).cos() / math.cos(math.pi / 2 * 0.008 / 1.008)) ** 2
    if diffusion.schedule == "sigmoid":
        low, high = 1 / (1 + math.exp(3)), 1 / (1 + math.exp(-3))
        return (high - torch.sigmoid(3 * (2 * s - 1))) / (high - low)
    share = torch.arange(1000, dtype=torch.float64) / 999
    first, last = diffusion.betaStart, diffusion.betaEnd
    if diffusion.schedule == "linear":
        beta = first + (last - first) * share
    else:  # sqrt_linear
        beta = (first ** 0.5 + (last ** 0.5 - first ** 0.5) * share) ** 2
    log_signal = torch.cat([torch.zeros(1, dtype=torch.float64), torch.log1p(-beta).cumsum(0)])  # at s = 0, 0.001, ...
    below = (s * 1000).floor().clamp(max=999).long()
    return torch.lerp(log_signal[below], log_signal[below + 1], s * 1000 - below).exp()
