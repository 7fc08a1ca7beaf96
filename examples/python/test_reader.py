# Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
"""Compares lightcone_reader.py with what Lightcone predicts: python3 test_reader.py [FOLDER OF WEIGHTS]"""
import json
import struct
import sys
import tempfile
from pathlib import Path

import torch

import lightcone_reader as reader

try:
    import yaml
except ImportError:
    yaml = None

TOLERANCE = 1e-5
HERE = Path(__file__).resolve().parent


def largest(got, expected):
    return (got - expected).abs().max().item()


def predictions(folder):
    """The largest error of each case of a file of weights."""
    weights, _ = reader.read_safetensors(folder / "ema.safetensors")
    given, configs = reader.read_safetensors(folder / "expected.safetensors")
    for name, config in sorted(configs.items()):
        model = reader.Model(weights, reader.parse_config(config))
        got = model.predict(given["x"], given["level"], given.get("classes"), given.get("actions"), given.get("step"))
        yield f"{folder.name}, {name}", largest(got, given["prediction." + name])


def by_itself(folder):
    """The error of the model that a lone file of weights says it is of."""
    given, configs = reader.read_safetensors(folder / "expected.safetensors")
    model = reader.load(folder / "ema.safetensors")
    name = next(name for name, config in configs.items() if reader.parse_config(config).model == model.config)
    got = model.predict(given["x"], given["level"], given.get("classes"), given.get("actions"), given.get("step"))
    return f"{folder.name}, by itself", largest(got, given["prediction." + name])


def schedules(file):
    """The errors of alpha, sigma, x0 and epsilon, relative where they are large."""
    given, configs = reader.read_safetensors(file)
    level, p, x = (given[name][None, :] for name in ("level", "p", "x"))
    p, x = (part[:, :, None, None, None] for part in (p, x))
    for name, config in sorted(configs.items()):
        model = reader.Model({}, reader.parse_config(config))
        got = torch.stack([*(part.flatten() for part in reader.mixture(model.diffusion, level)),
                           *(part.flatten() for part in model.estimate(p, x, level))])
        yield f"schedule {name}", ((got - given[name]) / (1 + given[name].abs())).abs().max().item()


def run_folder(folder):
    """How far apart a lone file of weights is from the newest of a run's checkpoints, whose model config.yaml tells."""
    weights, metadata = reader.read_safetensors(folder / "ema.safetensors")
    config = json.loads(metadata.pop("config"))
    with tempfile.TemporaryDirectory() as run:
        for step in (5, 20):
            place = Path(run, "checkpoints", f"step-{step}")
            place.mkdir(parents=True)
            scaled = {name: tensor * (step == 20) for name, tensor in weights.items()}
            write_safetensors(place / "ema.safetensors", scaled, metadata)
        Path(run, "config.yaml").write_text(json.dumps(config), "utf-8")  # JSON is YAML
        given, _ = reader.read_safetensors(folder / "expected.safetensors")
        inputs = given["x"], given["level"], given.get("classes"), given.get("actions")
        expected = reader.load(folder / "ema.safetensors").predict(*inputs)
        return f"{folder.name}, run folder", largest(reader.load(run).predict(*inputs), expected)


def write_safetensors(file, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = struct.pack(f"<{tensor.numel()}f", *tensor.flatten().tolist())
        header[name] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + data)


def generation(folder):
    """How far a generated video is from one whose given frames are kept and whose frames all lie in [-1, 1]."""
    model = reader.load(folder / "ema.safetensors")
    given, _ = reader.read_safetensors(folder / "expected.safetensors")
    start = given["x"][:, :2]
    actions = given["actions"][:, :4] if "actions" in given else None
    video = model.generate(start, 4, steps=2, window=3, classes=given.get("classes"), actions=actions)
    assert video.shape[1] == 4 and video[:, 2:].abs().max() <= 1, "generated frames are not as asked for"
    return f"{folder.name}, generation", largest(video[:, :2], start)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[1] / "library/src/test/resources/weights")
    folders = sorted(path.parent for path in root.glob("*/ema.safetensors"))
    errors = dict(schedules(root / "schedules.safetensors"))
    for folder in folders:
        errors.update(predictions(folder))
        errors.update([by_itself(folder), generation(folder)])
        if yaml:
            errors.update([run_folder(folder)])
    print(f"PyTorch {torch.__version__}" + ("" if yaml else "; without PyYAML config.yaml is not read"))
    for name, error in errors.items():
        print(f"{error:9.2e}  {name}")
    wrong = [name for name, error in errors.items() if not error < TOLERANCE]
    sys.exit(f"not as expected: {'; '.join(wrong)}" if wrong or not folders else 0)


if __name__ == "__main__":
    main()
