#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""keras_to_nnet.py NET.h5 NET.nnet: a sequential model of dense ReLU layers of Keras, without TensorFlow (needs h5py and numpy).

The inputs' range is written as -1e6 to 1e6, the normalisation as none. All but Dense layers with ReLU between them and nothing behind the last one is
refused by name: docs/howto/keras.md says how to export it.
"""
import json
import sys


def fail(message):
    sys.exit(f"keras_to_nnet.py: {message}; docs/howto/keras.md says how to export such networks as ONNX")


def dense_layers(config):
    """Names and activations of the dense layers, in order."""
    if config["class_name"] != "Sequential":
        fail(f"the model is {config['class_name']}, not Sequential")
    layers = config["config"]
    found = []
    for layer in layers["layers"] if isinstance(layers, dict) else layers:
        kind, about = layer["class_name"], layer["config"]
        if kind in ("InputLayer", "Flatten", "Dropout"):
            continue
        if kind in ("Activation", "ReLU"):
            found[-1][1] = about.get("activation", "relu")
        elif kind == "Dense":
            found.append([about["name"], about["activation"]])
        else:
            fail(f"the layer {about['name']} is {kind}")
    return found


def array_in(weights, layer, part):
    """The array of this layer that is called kernel or bias."""
    matches = []
    weights[layer].visititems(lambda path, item: matches.append(item) if path.split("/")[-1].split(":")[0] == part and hasattr(item, "shape") else None)
    if len(matches) > 1:
        fail(f"the layer {layer} has {len(matches)} arrays called {part}")
    return matches[0][()] if matches else None


def write(path, layers):
    sizes = [layers[0][0].shape[0]] + [kernel.shape[1] for kernel, _ in layers]

    def row(numbers):
        return ",".join(repr(float(number)) for number in numbers) + ",\n"

    with open(path, "w", encoding="ascii") as file:
        file.write("// written by keras_to_nnet.py\n")
        file.write(f"{len(layers)},{sizes[0]},{sizes[-1]},{max(sizes)},\n")
        file.write(",".join(map(str, sizes)) + ",\n0,\n")
        file.write(row([-1e6] * sizes[0]) + row([1e6] * sizes[0]) + row([0] * (sizes[0] + 1)) + row([1] * (sizes[0] + 1)))
        for kernel, bias in layers:
            for neuron in range(kernel.shape[1]):
                file.write(row(kernel[:, neuron]))
            for neuron in range(kernel.shape[1]):
                file.write(row([0 if bias is None else bias[neuron]]))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        import h5py
    except ImportError:
        fail("h5py is not installed")
    with h5py.File(sys.argv[1], "r") as file:
        if "model_config" not in file.attrs:
            fail("the file has weights alone, and no description of the model")
        found = dense_layers(json.loads(file.attrs["model_config"]))
        if not found:
            fail("the model has no dense layers")
        for name, activation in found[:-1]:
            if activation != "relu":
                fail(f"the layer {name} has activation {activation}")
        if found[-1][1] not in ("linear", None):
            fail(f"the last layer has activation {found[-1][1]}")
        layers = [(array_in(file["model_weights"], name, "kernel"), array_in(file["model_weights"], name, "bias")) for name, _ in found]
    write(sys.argv[2], layers)


if __name__ == "__main__":
    main()
