"""Writes small HDF5 files as Keras writes them, and what numpy predicts with the same weights.

    python3 keras_files.py ../resources/keras

Needs numpy and h5py, not Keras. The forward pass is computed in double precision from Keras's
formulas; inputs and outputs of every model are in expected.h5. Keras 2.11 and later name weights
"dense/kernel:0", Keras 3 "dense/kernel"; Keras 3 writes dtypes, initializers and the inputs of a
layer of a functional model as dictionaries of its own.
"""

import json
import math
import os
import sys

import h5py
import numpy as np

RNG = np.random.default_rng(17)


# ---------------------------------------------------------------- Keras's formulas

def erf(x):
    return np.vectorize(math.erf)(x)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


SELU_SCALE, SELU_ALPHA = 1.05070098735548049342, 1.67326324235437728482

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "elu": elu,
    "selu": lambda x: SELU_SCALE * elu(x, SELU_ALPHA),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "exponential": np.exp,
    "softmax": softmax,
    "log_softmax": lambda x: np.log(softmax(x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "hard_silu": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "log_sigmoid": lambda x: -softplus(-x),
    "celu": elu,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, 0.25 * (x + 1) ** 2, x)),
    "sparse_sigmoid": lambda x: np.clip(0.5 * (x + 1), 0, 1),
    "squareplus": lambda x: 0.5 * (x + np.sqrt(x * x + 4)),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
}

# Keras 3 has x / 6 + 1 / 2, Keras 2 had 0.2 x + 0.5.
HARD_SIGMOID = {2: lambda x: np.clip(0.2 * x + 0.5, 0, 1), 3: lambda x: np.clip(x / 6 + 0.5, 0, 1)}


def activation(spec, x, keras):
    if spec is None:
        return x
    if isinstance(spec, dict):
        name, c = spec["class_name"], spec.get("config", {})
        if not isinstance(c, dict):  # Keras 3: {"class_name": "function", "config": "gelu"}
            return activation(c, x, keras)
        if name == "ReLU":
            slope, threshold = c.get("negative_slope") or 0.0, c.get("threshold") or 0.0
            y = np.where(x >= threshold, x, slope * (x - threshold))
            return y if c.get("max_value") is None else np.minimum(y, c["max_value"])
        if name == "LeakyReLU":
            slope = c.get("alpha", c.get("negative_slope"))
            return np.where(x > 0, x, slope * x)
        if name == "ELU":
            return elu(x, c["alpha"])
        if name == "Softmax":
            return softmax(x)
        if name == "ThresholdedReLU":
            return np.where(x > c["theta"], x, 0)
        raise ValueError(name)
    if spec == "hard_sigmoid":
        return HARD_SIGMOID[keras](x)
    return ACTIVATIONS[spec](x)


def windows(x, size, strides, padding, fill=0.0, dilation=(1, 1)):
    """Patches of channels-last images: [batch, out_h, out_w, kernel_h, kernel_w, channels]."""
    full = tuple((k - 1) * d + 1 for k, d in zip(size, dilation))
    if padding == "same":
        pads = []
        for n, k, s in zip(x.shape[1:3], full, strides):
            total = max((math.ceil(n / s) - 1) * s + k - n, 0)
            pads.append((total // 2, total - total // 2))
        x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    w = np.lib.stride_tricks.sliding_window_view(x, full, axis=(1, 2))
    w = w[:, :: strides[0], :: strides[1], :, :: dilation[0], :: dilation[1]]
    return np.moveaxis(w, 3, 5)


def pooled(kind, p):
    """Of padded places, which are NaN, Keras takes none into the mean."""
    return np.nanmax(p, axis=(3, 4)) if kind.startswith("Max") else np.nanmean(p, axis=(3, 4))


def transposed(c, w, x):
    k, s = c["kernel_size"], c["strides"]
    kernel = w["kernel"]  # [height, width, out, in]
    n, h, wd, _ = x.shape
    full = np.zeros((n, (h - 1) * s[0] + k[0], (wd - 1) * s[1] + k[1], kernel.shape[2]))
    for i in range(h):
        for j in range(wd):
            full[:, i * s[0]:i * s[0] + k[0], j * s[1]:j * s[1] + k[1]] += np.einsum("bi,kloi->bklo", x[:, i, j], kernel)
    if c["padding"] == "same":
        out = [h * s[0], wd * s[1]]
        before = [max(k[a] - s[a], 0) // 2 for a in (0, 1)]
        full = np.pad(full, [(0, 0), (0, max(0, s[0] - k[0])), (0, max(0, s[1] - k[1])), (0, 0)])
        full = full[:, before[0]:before[0] + out[0], before[1]:before[1] + out[1]]
    elif max(s[0] - k[0], s[1] - k[1]) > 0:
        full = np.pad(full, [(0, 0), (0, max(0, s[0] - k[0])), (0, max(0, s[1] - k[1])), (0, 0)])
    return full + w.get("bias", 0)


def lstm(c, w, x, keras, backwards=False):
    units = c["units"]
    h = np.zeros((x.shape[0], units))
    state = np.zeros_like(h)
    out = np.zeros((x.shape[0], x.shape[1], units))
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        z = x[:, t] @ w["kernel"] + h @ w["recurrent_kernel"] + w.get("bias", 0)
        i, f, g, o = np.split(z, 4, axis=1)
        i, f, o = (activation(c["recurrent_activation"], a, keras) for a in (i, f, o))
        state = f * state + i * activation(c["activation"], g, keras)
        h = o * activation(c["activation"], state, keras)
        out[:, t] = h
    return out if c["return_sequences"] else h


def simple_rnn(c, w, x, keras, backwards=False):
    h = np.zeros((x.shape[0], c["units"]))
    out = np.zeros((x.shape[0], x.shape[1], c["units"]))
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        h = activation(c["activation"], x[:, t] @ w["kernel"] + h @ w["recurrent_kernel"] + w.get("bias", 0), keras)
        out[:, t] = h
    return out if c["return_sequences"] else h


RECURRENT = {"LSTM": lstm, "SimpleRNN": simple_rnn}


def forward(layer, inputs, keras):
    name, c, w = layer["class_name"], layer["config"], layer["weights"]
    x = inputs[0] if inputs else None
    if name == "InputLayer":
        return x
    if name in ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise",
                "SpatialDropout1D", "SpatialDropout2D", "ActivityRegularization"):
        return x
    if name == "Dense":
        return activation(c["activation"], x @ w["kernel"] + w.get("bias", 0), keras)
    if name == "Activation":
        return activation(c["activation"], x, keras)
    if name in ("ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU"):
        return activation({"class_name": name, "config": c}, x, keras)
    if name == "PReLU":
        return np.where(x > 0, x, w["alpha"] * x)
    if name == "BatchNormalization":
        shape = [1] * x.ndim
        axis = c["axis"][0] if isinstance(c["axis"], list) else c["axis"]
        shape[axis] = -1
        g, b, m, v = (w[k].reshape(shape) if k in w else d for k, d in
                      (("gamma", 1), ("beta", 0), ("moving_mean", 0), ("moving_variance", 1)))
        return g * (x - m) / np.sqrt(v + c["epsilon"]) + b
    if name in ("LayerNormalization", "RMSNormalization", "UnitNormalization"):
        axes = tuple(a % x.ndim for a in (c["axis"] if isinstance(c["axis"], list) else [c["axis"]]))
        shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
        if name == "UnitNormalization":
            return x / np.maximum(np.sqrt((x * x).sum(axis=axes, keepdims=True)), 1e-12)
        if name == "RMSNormalization":
            return x / np.sqrt((x * x).mean(axis=axes, keepdims=True) + c["epsilon"]) * w["scale"].reshape(shape)
        y = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + c["epsilon"])
        return y * (w["gamma"].reshape(shape) if "gamma" in w else 1) + (w["beta"].reshape(shape) if "beta" in w else 0)
    if name == "GroupNormalization":
        groups = x.shape[-1] if c["groups"] == -1 else c["groups"]
        g = x.reshape(x.shape[0], -1, groups, x.shape[-1] // groups)
        y = (g - g.mean(axis=(1, 3), keepdims=True)) / np.sqrt(g.var(axis=(1, 3), keepdims=True) + c["epsilon"])
        return y.reshape(x.shape) * w.get("gamma", 1) + w.get("beta", 0)
    if name == "Conv2D":
        p = windows(x, tuple(c["kernel_size"]), c["strides"], c["padding"], 0.0, c["dilation_rate"])
        return activation(c["activation"], np.einsum("bhwijc,ijco->bhwo", p, w["kernel"]) + w.get("bias", 0), keras)
    if name == "Conv2DTranspose":
        return activation(c["activation"], transposed(c, w, x), keras)
    if name == "Conv3D":
        k = c["kernel_size"]
        p = np.lib.stride_tricks.sliding_window_view(x, k, axis=(1, 2, 3))
        return activation(c["activation"], np.einsum("bdhwcijk,ijkco->bdhwo", p, w["kernel"]) + w["bias"], keras)
    if name == "Conv1D":
        size, dilation = c["kernel_size"][0], c["dilation_rate"][0]
        if c["padding"] == "causal":
            x = np.pad(x, [(0, 0), ((size - 1) * dilation, 0), (0, 0)])
        p = windows(x[:, :, None], (size, 1), (c["strides"][0], 1), "same" if c["padding"] == "same" else "valid", 0.0,
                    (dilation, 1))
        y = np.einsum("bhwijc,ico->bhwo", p, w["kernel"])[:, :, 0] + w.get("bias", 0)
        return activation(c["activation"], y, keras)
    if name == "DepthwiseConv2D":
        p = windows(x, tuple(c["kernel_size"]), c["strides"], c["padding"])
        y = np.einsum("bhwijc,ijcm->bhwcm", p, w["depthwise_kernel"])
        return activation(c["activation"], y.reshape(*y.shape[:3], -1) + w.get("bias", 0), keras)
    if name == "SeparableConv2D":
        p = windows(x, tuple(c["kernel_size"]), c["strides"], c["padding"])
        y = np.einsum("bhwijc,ijcm->bhwcm", p, w["depthwise_kernel"])
        y = y.reshape(*y.shape[:3], -1) @ w["pointwise_kernel"][0, 0] + w.get("bias", 0)
        return activation(c["activation"], y, keras)
    if name in ("MaxPooling2D", "AveragePooling2D"):
        return pooled(name, windows(x, tuple(c["pool_size"]), c["strides"], c["padding"], np.nan))
    if name in ("MaxPooling1D", "AveragePooling1D"):
        size, stride = (c[k][0] if isinstance(c[k], list) else c[k] for k in ("pool_size", "strides"))
        return pooled(name, windows(x[:, :, None], (size, 1), (stride, 1), c["padding"], np.nan))[:, :, 0]
    if name == "GlobalMaxPooling2D":
        return x.max(axis=(1, 2))
    if name == "UpSampling2D":
        return x.repeat(c["size"][0], axis=1).repeat(c["size"][1], axis=2)
    if name == "UpSampling1D":
        return x.repeat(c["size"], axis=1)
    if name == "Cropping2D":
        (t, b), (l, r) = c["cropping"]
        return x[:, t:x.shape[1] - b, l:x.shape[2] - r]
    if name == "Cropping1D":
        return x[:, c["cropping"][0]:x.shape[1] - c["cropping"][1]]
    if name == "ZeroPadding1D":
        return np.pad(x, [(0, 0), tuple(c["padding"]), (0, 0)])
    if name == "Reshape":
        return x.reshape(x.shape[0], *c["target_shape"])
    if name == "Permute":
        return x.transpose(0, *c["dims"])
    if name == "RepeatVector":
        return np.repeat(x[:, None], c["n"], axis=1)
    if name == "Subtract":
        return inputs[0] - inputs[1]
    if name in ("Multiply", "Average", "Maximum"):
        if name == "Multiply":
            return np.multiply(*inputs)
        return np.mean(inputs, axis=0) if name == "Average" else np.max(inputs, axis=0)
    if name == "GlobalAveragePooling2D":
        return x.mean(axis=(1, 2))
    if name == "GlobalMaxPooling1D":
        return x.max(axis=1)
    if name == "GlobalAveragePooling1D":
        return x.mean(axis=1)
    if name == "Flatten":
        return x.reshape(x.shape[0], -1)
    if name == "ZeroPadding2D":
        return np.pad(x, [(0, 0), *c["padding"], (0, 0)])
    if name == "Masking":
        return x
    if name in RECURRENT:
        return RECURRENT[name](c, w, x, keras)
    if name == "Bidirectional":
        inner = c["layer"]["config"]
        run = RECURRENT[c["layer"]["class_name"]]
        ways = [run(inner, {k.split(":")[1]: v for k, v in w.items() if k.startswith(way)}, x, keras, way == "backward")
                for way in ("forward", "backward")]
        return {"concat": lambda a, b: np.concatenate([a, b], axis=-1), "sum": np.add,
                "mul": np.multiply, "ave": lambda a, b: (a + b) / 2}[c["merge_mode"]](*ways)
    if name == "TimeDistributed":
        inner = dict(c["layer"], weights=w)
        y = forward(inner, [x.reshape(-1, *x.shape[2:])], keras)
        return y.reshape(x.shape[0], x.shape[1], *y.shape[1:])
    if name == "Embedding":
        return w["embeddings"][x.astype(int)]
    if name == "Add":
        return sum(inputs)
    if name == "Concatenate":
        return np.concatenate(inputs, axis=c["axis"])
    raise ValueError(name)


# ---------------------------------------------------------------- layers as Keras writes them

def initializer(class_name, **config):
    return {"class_name": class_name, "config": config}


GLOROT = initializer("GlorotUniform", seed=None)
ZEROS = initializer("Zeros")
ONES = initializer("Ones")


def layer(class_name, name, weights=(), inputs=None, **config):
    full = {"name": name, "trainable": config.pop("trainable", True), "dtype": "float32", **config}
    return {"class_name": class_name, "config": full, "name": name, "inputs": inputs,
            "weights": {k: v for k, v in weights if v is not None} if weights else {}}


def draw(*shape, scale=0.6):
    return (scale * RNG.standard_normal(shape)).astype(np.float32)


def common(**given):
    c = {"use_bias": True, "kernel_initializer": GLOROT, "bias_initializer": ZEROS,
         "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
         "kernel_constraint": None, "bias_constraint": None}
    c.update(given)
    return c


def input_layer(name, *shape, dtype="float32"):
    return layer("InputLayer", name, batch_input_shape=[None, *shape], dtype=dtype, sparse=False, ragged=False)


def dense(name, n_in, units, activation="linear", inputs=None, scale=0.6, **more):
    c = common(**more)
    bias = draw(units, scale=0.3) if c["use_bias"] else None
    return layer("Dense", name, [("kernel", draw(n_in, units, scale=scale)), ("bias", bias)], inputs,
                 units=units, activation=activation, **c)


def conv2d(name, n_in, filters, size, activation="linear", inputs=None, padding="valid", strides=(1, 1), **more):
    c = common(**more)
    bias = draw(filters, scale=0.3) if c["use_bias"] else None
    return layer("Conv2D", name, [("kernel", draw(size, size, n_in, filters, scale=0.4)), ("bias", bias)], inputs,
                 filters=filters, kernel_size=[size, size], strides=list(strides), padding=padding,
                 data_format="channels_last", dilation_rate=[1, 1], groups=1, activation=activation, **c)


def conv1d(name, n_in, filters, size, activation="linear", padding="valid", **more):
    return layer("Conv1D", name, [("kernel", draw(size, n_in, filters, scale=0.4)), ("bias", draw(filters))], None,
                 filters=filters, kernel_size=[size], strides=[1], padding=padding, data_format="channels_last",
                 dilation_rate=[1], groups=1, activation=activation, **common(**more))


def depthwise(name, n_in, size, multiplier=1, activation="linear", inputs=None, padding="valid", **more):
    c = {"depth_multiplier": multiplier, "use_bias": True, "depthwise_initializer": GLOROT,
         "bias_initializer": ZEROS, "depthwise_regularizer": None, "bias_regularizer": None,
         "activity_regularizer": None, "depthwise_constraint": None, "bias_constraint": None, **more}
    return layer("DepthwiseConv2D", name,
                 [("depthwise_kernel", draw(size, size, n_in, multiplier, scale=0.4)),
                  ("bias", draw(n_in * multiplier) if c["use_bias"] else None)], inputs,
                 kernel_size=[size, size], strides=[1, 1], padding=padding, data_format="channels_last",
                 dilation_rate=[1, 1], groups=1, activation=activation, **c)


def separable(name, n_in, filters, size, multiplier=1, activation="linear", inputs=None, padding="valid", **more):
    c = {"depth_multiplier": multiplier, "use_bias": True, "depthwise_initializer": GLOROT,
         "pointwise_initializer": GLOROT, "bias_initializer": ZEROS, "depthwise_regularizer": None,
         "pointwise_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
         "depthwise_constraint": None, "pointwise_constraint": None, "bias_constraint": None, **more}
    return layer("SeparableConv2D", name,
                 [("depthwise_kernel", draw(size, size, n_in, multiplier, scale=0.4)),
                  ("pointwise_kernel", draw(1, 1, n_in * multiplier, filters, scale=0.4)),
                  ("bias", draw(filters) if c["use_bias"] else None)], inputs,
                 filters=filters, kernel_size=[size, size], strides=[1, 1], padding=padding,
                 data_format="channels_last", dilation_rate=[1, 1], groups=1, activation=activation, **c)


def batch_norm(name, n, axis, inputs=None, momentum=0.99, epsilon=1e-3, center=True, scale=True, **more):
    return layer("BatchNormalization", name,
                 [("gamma", np.abs(draw(n)) + 0.5 if scale else None), ("beta", draw(n) if center else None),
                  ("moving_mean", draw(n)), ("moving_variance", np.abs(draw(n)) + 0.5)], inputs,
                 axis=axis, momentum=momentum, epsilon=epsilon, center=center, scale=scale,
                 beta_initializer=ZEROS, gamma_initializer=ONES, moving_mean_initializer=ZEROS,
                 moving_variance_initializer=ONES, beta_regularizer=None, gamma_regularizer=None,
                 beta_constraint=None, gamma_constraint=None, **more)


def norm(class_name, name, *sizes, inputs=None, axis=-1, epsilon=1e-3, center=True, scale=True, **more):
    """Of each example by itself: layer and group normalization with gamma and beta, or one with a scale alone."""
    if class_name == "UnitNormalization":
        return layer(class_name, name, (), inputs, axis=axis, **more)
    if class_name == "RMSNormalization":
        return layer(class_name, name, [("scale", np.abs(draw(*sizes)) + 0.5)], inputs, axis=axis, epsilon=epsilon, **more)
    return layer(class_name, name,
                 [("gamma", np.abs(draw(*sizes)) + 0.5 if scale else None), ("beta", draw(*sizes) if center else None)], inputs,
                 axis=axis, epsilon=epsilon, center=center, scale=scale, beta_initializer=ZEROS, gamma_initializer=ONES,
                 beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, **{"gamma_constraint": None, **more})


def recurrent_config(class_name, units, sequences, more):
    c = {"return_sequences": sequences, "return_state": False, "go_backwards": False, "stateful": False,
         "unroll": False, "time_major": False, "units": units, "activation": "tanh", "use_bias": True,
         "kernel_initializer": GLOROT, "recurrent_initializer": initializer("Orthogonal", gain=1.0, seed=None),
         "bias_initializer": ZEROS, "kernel_regularizer": None, "recurrent_regularizer": None,
         "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None,
         "recurrent_constraint": None, "bias_constraint": None, "dropout": 0.0, "recurrent_dropout": 0.0}
    if class_name == "LSTM":
        c.update(recurrent_activation="sigmoid", unit_forget_bias=True, implementation=2)
    c.update(more)
    return c


def recurrent_weights(class_name, n_in, units, use_bias):
    width = units * (4 if class_name == "LSTM" else 1)
    w = [("kernel", draw(n_in, width)), ("recurrent_kernel", draw(units, width))]
    return w + [("bias", draw(width, scale=0.3))] if use_bias else w


def recurrent(class_name, name, n_in, units, sequences=False, inputs=None, **more):
    c = recurrent_config(class_name, units, sequences, more)
    return layer(class_name, name, recurrent_weights(class_name, n_in, units, c["use_bias"]), inputs, **c)


def bidirectional(class_name, name, n_in, units, sequences=True, mode="concat", inputs=None, **more):
    c = recurrent_config(class_name, units, sequences, more)
    inner = {"class_name": class_name, "config": {"name": "inner", "trainable": True, "dtype": "float32", **c}}
    weights = [(f"{way}:{k}", v) for way in ("forward", "backward")
               for k, v in recurrent_weights(class_name, n_in, units, c["use_bias"])]
    return layer("Bidirectional", name, weights, inputs, layer=inner, merge_mode=mode)


def time_distributed(name, inner):
    return layer("TimeDistributed", name, list(inner["weights"].items()), None,
                 layer={"class_name": inner["class_name"], "config": inner["config"]})


def embedding(name, words, size, length=None, mask_zero=False, inputs=None, **more):
    c = {"embeddings_initializer": initializer("RandomUniform", minval=-0.05, maxval=0.05, seed=None),
         "embeddings_regularizer": None, "activity_regularizer": None, "embeddings_constraint": None, **more}
    return layer("Embedding", name, [("embeddings", draw(words, size))], inputs,
                 batch_input_shape=[None, length], input_dim=words, output_dim=size, mask_zero=mask_zero,
                 input_length=length, **c)


def pool(class_name, name, size=2, inputs=None, padding="valid"):
    return layer(class_name, name, (), inputs, pool_size=[size, size], padding=padding, strides=[size, size],
                 data_format="channels_last")


# ---------------------------------------------------------------- files

MODULES = {"initializers": ("Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal",
                            "VarianceScaling", "Orthogonal", "OrthogonalInitializer", "Identity", "GlorotUniform", "GlorotNormal", "HeNormal",
                            "HeUniform", "LecunNormal", "LecunUniform"),
           "constraints": ("MaxNorm", "MinMaxNorm", "UnitNorm", "NonNeg"), "regularizers": ("L1", "L2", "L1L2"),
           "layers": ("ReLU", "LeakyReLU", "ELU", "Softmax", "LSTM", "SimpleRNN", "Dense"),
           "optimizers.schedules": ("ExponentialDecay", "CosineDecay", "CosineDecayRestarts", "PolynomialDecay",
                                    "PiecewiseConstantDecay", "InverseTimeDecay"),
           "losses": ("CategoricalCrossentropy", "BinaryCrossentropy", "MeanSquaredError")}


def as_keras3(value):
    """Dictionaries of objects get their module, dtypes become policies."""
    if isinstance(value, list):
        return [as_keras3(v) for v in value]
    if not isinstance(value, dict):
        return value
    value = {k: as_keras3(v) for k, v in value.items()}
    if isinstance(value.get("dtype"), str):
        value["dtype"] = {"module": "keras", "class_name": "DTypePolicy",
                          "config": {"name": value["dtype"]}, "registered_name": None}
    for module, names in MODULES.items():
        if value.get("class_name") in names and "config" in value:
            value = {"module": "keras." + module, **value, "registered_name": None}
    return value


def weight_name(keras, model, spec, key, functional):
    path = spec["name"]
    cell = {"LSTM": "lstm_cell", "SimpleRNN": "simple_rnn_cell"}
    if spec["class_name"] in cell:
        path += "/" + cell[spec["class_name"]]
    if spec["class_name"] == "Bidirectional":
        way, key = key.split(":")
        inner = spec["config"]["layer"]["class_name"]
        path += "/" + way + "_" + inner.lower() + "/" + cell[inner]
    if keras == 3:  # a layer of a functional model stands alone, one of a stack is built by it
        return f"{path}/{key}" if functional else f"{model}/{path}/{key}"
    return f"{path}/{key}:0"


def layer_json(spec, keras, functional):
    config = json.loads(json.dumps(spec["config"]))
    if keras == 3:
        if "batch_input_shape" in config:
            shape = config.pop("batch_input_shape")
            if spec["class_name"] == "InputLayer":
                config["batch_shape"] = shape
                config.pop("ragged", None)
        config = as_keras3(config)
    out = {"class_name": spec["class_name"], "config": config}
    if functional:
        out["name"] = spec["name"]
        names = spec["inputs"] or []
        if not names:
            out["inbound_nodes"] = []
        elif keras == 3:
            tensors = [{"class_name": "__keras_tensor__",
                        "config": {"shape": [None, 1], "dtype": "float32", "keras_history": [n, 0, 0]}} for n in names]
            out["inbound_nodes"] = [{"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}]
        else:
            out["inbound_nodes"] = [[[n, 0, 0, {}] for n in names]]
    return out


def save(folder, name, layers, outputs=None, keras=2, version=None, training=None, expected=None, data=None, weights=True):
    """A sequential model, or with outputs a functional one."""
    functional = outputs is not None
    version = version or ("3.5.0" if keras == 3 else "2.11.0")
    specs = [layer_json(s, keras, functional) for s in layers]
    if functional:
        inputs = [[s["name"], 0, 0] for s in layers if s["class_name"] == "InputLayer"]
        model = {"class_name": "Functional", "config": {"name": name, "trainable": True, "layers": specs,
                 "input_layers": inputs, "output_layers": [[o, 0, 0] for o in outputs]}}
    else:
        model = {"class_name": "Sequential", "config": {"name": name, "layers": specs}}
    with h5py.File(os.path.join(folder, name + ".h5"), "w") as f:
        f.attrs["keras_version"] = version
        f.attrs["backend"] = "tensorflow"
        f.attrs["model_config"] = json.dumps(model).encode("utf8")
        if training is not None:
            f.attrs["training_config"] = json.dumps(as_keras3(training) if keras == 3 else training).encode("utf8")
        if weights:
            stored = [s for s in layers if functional or s["class_name"] != "InputLayer"]
            root = f.create_group("model_weights")
            root.attrs["layer_names"] = np.array([s["name"].encode() for s in stored])
            root.attrs["backend"] = b"tensorflow"
            root.attrs["keras_version"] = version.encode()
            for s in stored:
                group = root.create_group(s["name"])
                names = {weight_name(keras, name, s, k, functional): v for k, v in s["weights"].items()}
                group.attrs["weight_names"] = np.array([n.encode() for n in names]) if names else np.zeros(0)
                for path, value in names.items():
                    group[path] = value
            root.create_group("top_level_model_weights").attrs["weight_names"] = np.zeros(0)
    if expected is not None:
        values = {}
        feeds = data if isinstance(data, list) else [data]
        previous = None
        for s in layers:
            s = dict(s, weights={k: v.astype(np.float64) for k, v in s["weights"].items()})
            if s["class_name"] == "InputLayer":
                given = [feeds[len([v for v in values if v.startswith("in")])]]
            elif functional:
                given = [values[n] for n in s["inputs"]]
            else:
                given = [feeds[0] if previous is None else previous]
            previous = values[s["name"]] = forward(s, given, keras)
        group = expected.create_group(name)
        for i, feed in enumerate(feeds):
            group[f"input{i}"] = feed.astype(np.float32)
        for i, o in enumerate(outputs if functional else [layers[-1]["name"]]):
            group[f"output{i}"] = values[o].astype(np.float32)


def x_of(*shape, scale=1.0):
    return (scale * RNG.standard_normal(shape)).astype(np.float32).astype(np.float64)


def optimizer(class_name, **config):
    base = {"name": class_name.split(">")[-1], "weight_decay": None, "clipnorm": None, "global_clipnorm": None,
            "clipvalue": None, "use_ema": False, "ema_momentum": 0.99, "ema_overwrite_frequency": None}
    base.update(config)
    return {"class_name": class_name, "config": base}


def compiled(opt, loss):
    return {"loss": loss, "metrics": None, "weighted_metrics": None, "loss_weights": None, "optimizer_config": opt}


ADAM = dict(learning_rate=0.0010000000474974513, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False)


def dense_files(folder, expected):
    def stack(n_in=5):
        return [input_layer("input_1", n_in), dense("dense", n_in, 8, "relu"), dense("dense_1", 8, 6, "tanh"),
                dense("dense_2", 6, 3, "softmax")]

    for keras, version in ((2, "2.11.0"), (3, "3.5.0")):
        save(folder, "dense_" + version.replace(".", "_"), stack(), keras=keras, version=version,
             training=compiled(optimizer("Custom>Adam" if version == "2.11.0" else "Adam", **ADAM),
                               "categorical_crossentropy"), expected=expected, data=x_of(7, 5))


def network_files(folder, expected):
    image = x_of(3, 8, 8, 2)
    save(folder, "residual", [
        input_layer("input_1", 6), dense("a", 6, 8, "gelu", ["input_1"]), batch_norm("bn", 8, [1], ["a"]),
        dense("b", 8, 8, "silu", ["bn"]), layer("Add", "add", (), ["b", "a"]),
        layer("Concatenate", "concat", (), ["add", "bn"], axis=-1), dense("out", 16, 3, "softmax", ["concat"])],
        outputs=["out"], keras=3, training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"),
        expected=expected, data=x_of(5, 6))
    save(folder, "convolution", [
        input_layer("input_1", 8, 8, 2), conv2d("conv", 2, 4, 3, padding="same", use_bias=False),
        batch_norm("bn", 4, [3]), layer("Activation", "relu", activation="relu"),
        pool("MaxPooling2D", "pool"), conv2d("conv_1", 4, 5, 3, "mish", strides=(2, 2), padding="same"),
        layer("Dropout", "drop", rate=0.25, noise_shape=None, seed=None),
        layer("Flatten", "flatten", data_format="channels_last"), dense("dense", 20, 3, "softmax", scale=0.3)],
        keras=2, training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"),
        expected=expected, data=image)
    save(folder, "lstm", [
        input_layer("input_1", 6, 3), recurrent("LSTM", "lstm", 3, 5, sequences=True),
        recurrent("LSTM", "lstm_1", 5, 4), dense("dense", 4, 2, "softmax")], keras=3,
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"),
        expected=expected, data=x_of(4, 6, 3))
    save(folder, "bidirectional", [
        input_layer("input_1", 6, 3), bidirectional("LSTM", "both", 3, 4), bidirectional("LSTM", "both_1", 8, 3, False),
        dense("dense", 6, 2, "softmax")], keras=2,
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"),
        expected=expected, data=x_of(4, 6, 3))
    save(folder, "depthwise", [
        input_layer("input_1", 8, 8, 2), depthwise("depth", 2, 3, 2, "relu"), pool("AveragePooling2D", "pool"),
        separable("separable", 4, 6, 2, 2, "tanh"), layer("GlobalAveragePooling2D", "gap", data_format="channels_last", keepdims=False),
        dense("dense", 6, 3, "softmax")], training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"),
        expected=expected, data=image)
    save(folder, "residual_convolution", [
        input_layer("input_1", 8, 8, 3), conv2d("conv", 3, 4, 3, "linear", ["input_1"], "same", use_bias=False),
        batch_norm("bn", 4, [3], ["conv"], epsilon=1e-5, momentum=0.9), layer("ReLU", "relu", (), ["bn"], max_value=None, negative_slope=0.0, threshold=0.0),
        depthwise("depth", 4, 3, 1, "linear", ["relu"], "same", use_bias=False), batch_norm("bn_1", 4, [3], ["depth"]),
        layer("Add", "add", (), ["bn_1", "relu"]), layer("Activation", "swish", (), ["add"], activation="swish"),
        layer("GlobalAveragePooling2D", "gap", (), ["swish"], data_format="channels_last", keepdims=False),
        layer("Dropout", "drop", (), ["gap"], rate=0.4, noise_shape=None, seed=None), dense("dense", 4, 2, "sigmoid", ["drop"])],
        outputs=["dense"], training=compiled(optimizer("Adam", **ADAM), "binary_crossentropy"), expected=expected, data=x_of(3, 8, 8, 3))
    save(folder, "two_inputs", [
        input_layer("in_a", 3), input_layer("in_b", 4), dense("a", 3, 5, "relu", ["in_a"]), dense("b", 4, 5, "elu", ["in_b"]),
        layer("Concatenate", "concat", (), ["a", "b"], axis=-1), dense("mean", 10, 1, "linear", ["concat"]), dense("kind", 10, 3, "softmax", ["concat"])],
        outputs=["mean", "kind"], training=compiled(optimizer("Adam", **ADAM), {"mean": "mse", "kind": "categorical_crossentropy"}),
        expected=expected, data=[x_of(4, 3), x_of(4, 4)])
    words = RNG.integers(0, 9, (4, 6)).astype(np.float64)
    save(folder, "embedding", [
        embedding("words", 9, 5, 6), recurrent("LSTM", "lstm", 5, 4, recurrent_dropout=0.2, dropout=0.1),
        dense("dense", 4, 2, "softmax")], training=compiled(optimizer("Adam", **ADAM), "sparse_categorical_crossentropy"),
        expected=expected, data=words)
    save(folder, "embedding_pooled", [
        embedding("words", 9, 5, 6), layer("GlobalAveragePooling1D", "gap", data_format="channels_last", keepdims=False),
        dense("dense", 5, 2, "softmax")], training=compiled(optimizer("Adam", **ADAM), "sparse_categorical_crossentropy"),
        expected=expected, data=words)
    save(folder, "simple_rnn", [
        input_layer("input_1", 5, 3), recurrent("SimpleRNN", "rnn", 3, 4, sequences=True), time_distributed("each", dense("inner", 4, 3, "softmax"))],
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(4, 5, 3))
    save(folder, "convolution_1d", [
        input_layer("input_1", 9, 3), conv1d("conv", 3, 4, 3, "relu"), conv1d("causal", 4, 4, 2, "tanh", "causal"),
        layer("GlobalMaxPooling1D", "max", data_format="channels_last", keepdims=False), dense("dense", 4, 2, "softmax")],
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(4, 9, 3))


def function(name):
    """An activation as Keras 3 writes a function."""
    return {"module": "keras.activations", "class_name": "function", "config": name, "registered_name": name}


def conv2d_transpose(name, n_in, filters, size, stride, padding, inputs):
    return layer("Conv2DTranspose", name, [("kernel", draw(size, size, filters, n_in, scale=0.4)), ("bias", draw(filters))],
                 inputs, filters=filters, kernel_size=[size, size], strides=[stride, stride], padding=padding,
                 output_padding=None, data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="linear", **common())


def layer_files(folder, expected):
    last = {"data_format": "channels_last"}

    def at(spec, *inputs, **config):
        return {**spec, "inputs": list(inputs), "config": {**spec["config"], **config}}

    images = [
        conv2d("strided", 2, 2, 3, inputs=["image"], padding="same", strides=(2, 2)),
        at(conv2d("dilated", 2, 2, 2), "image", dilation_rate=[2, 2]),
        at(separable("separable", 2, 2, 3, 2, padding="same"), "image", strides=[2, 2]),
        conv2d_transpose("transposed", 2, 2, 3, 2, "same", ["image"]),
        conv2d_transpose("transposed_valid", 2, 2, 3, 2, "valid", ["image"]),
        layer("UpSampling2D", "up", (), ["strided"], size=[2, 3], interpolation="nearest", **last),
        layer("ZeroPadding2D", "padded", (), ["image"], padding=[[1, 0], [0, 2]], **last),
        layer("Cropping2D", "cropped", (), ["image"], cropping=[[1, 1], [0, 2]], **last),
        layer("MaxPooling2D", "max_pool", (), ["image"], pool_size=[3, 3], strides=[2, 2], padding="same", **last),
        layer("AveragePooling2D", "mean_pool", (), ["image"], pool_size=[3, 3], strides=[2, 2], padding="same", **last),
        layer("GlobalMaxPooling2D", "max_all", (), ["image"], keepdims=False, **last),
        dense("each_pixel", 2, 3, "relu", ["image"]),
        layer("Multiply", "product", (), ["strided", "max_pool"]),
        layer("Maximum", "largest", (), ["strided", "max_pool"])]
    save(folder, "layers_images", [input_layer("image", 6, 6, 2)] + images, outputs=[s["name"] for s in images], keras=3,
         expected=expected, data=x_of(3, 6, 6, 2))
    save(folder, "convolution_3d", [input_layer("input_1", 3, 4, 3, 2), layer(
        "Conv3D", "conv", [("kernel", draw(2, 2, 2, 2, 3, scale=0.4)), ("bias", draw(3))], None, filters=3, kernel_size=[2, 2, 2],
        strides=[1, 1, 1], padding="valid", dilation_rate=[1, 1, 1], groups=1, activation="relu", **last, **common())],
        expected=expected, data=x_of(2, 3, 4, 3, 2))
    sequences = [
        at(conv1d("strided", 3, 2, 3, padding="same"), "sequence", strides=[2]),
        at(conv1d("dilated", 3, 2, 2, padding="causal"), "sequence", dilation_rate=[2]),
        layer("MaxPooling1D", "max_pool", (), ["sequence"], pool_size=2, strides=2, padding="valid", **last),
        layer("AveragePooling1D", "mean_pool", (), ["sequence"], pool_size=[2], strides=[2], padding="same", **last),
        batch_norm("norm", 3, 2, ["sequence"]), dense("each_step", 3, 4, "tanh", ["norm"]),
        recurrent("LSTM", "lstm", 4, 3, True, ["each_step"], use_bias=False, recurrent_activation="hard_sigmoid"),
        layer("Average", "mean", (), ["lstm", "sequence"]), layer("Subtract", "difference", (), ["lstm", "sequence"]),
        layer("Concatenate", "both", (), ["mean", "difference"], axis=2),
        bidirectional("SimpleRNN", "sum", 6, 2, False, "sum", ["both"]), bidirectional("LSTM", "product", 6, 2, True, "mul", ["both"]),
        layer("Permute", "turned", (), ["sequence"], dims=[2, 1]), recurrent("SimpleRNN", "rnn", 6, 2, False, ["turned"]),
        layer("RepeatVector", "repeated", (), ["rnn"], n=4), dense("top", 6, 2, "softmax", ["both"])]
    names = [s["name"] for s in sequences if s["name"] not in ("turned",)]
    save(folder, "layers_sequences", [input_layer("sequence", 6, 3)] + sequences, outputs=names, expected=expected, data=x_of(3, 6, 3))


def activation_files(folder, expected):
    keras2 = ["relu", "elu", "selu", "gelu", "mish", "swish", "softplus", "sigmoid",
              "tanh", "exponential", "softmax", "hard_sigmoid"]
    keras3 = ["silu", "hard_sigmoid", "softsign", "linear", "squareplus", "sparse_plus", "sparse_sigmoid", "leaky_relu", "hard_silu", "relu6", "log_sigmoid", "celu", "tanh_shrink",
                       "hard_shrink", "soft_shrink", "hard_tanh"]
    for keras, names in ((2, keras2), (3, keras3)):
        save(folder, f"activations_{keras}", [input_layer("input_1", 4)]
             + [dense("d_" + n, 4, 3, function(n) if keras == 3 and n == "relu6" else n, ["input_1"]) for n in names], outputs=["d_" + n for n in names], keras=keras,
             expected=expected, data=x_of(6, 4, scale=2.0))
        save(folder, f"activation_layers_{keras}", [input_layer("input_1", 4)]
             + [layer("Activation", "a_" + n, (), ["input_1"], activation=n) for n in names[::4]],
             outputs=["a_" + n for n in names[::4]], keras=keras, expected=expected, data=x_of(6, 4, scale=2.0))
    kinds = [("relu", "ReLU", dict(max_value=None, negative_slope=0.0, threshold=0.0)),
             ("relu_6", "ReLU", dict(max_value=6.0, negative_slope=0.0, threshold=0.0)),
             ("relu_slope", "ReLU", dict(max_value=None, negative_slope=0.1, threshold=0.0)),
             ("relu_all", "ReLU", dict(max_value=2.0, negative_slope=0.1, threshold=0.5)),
             ("leaky", "LeakyReLU", dict(alpha=0.3)), ("elu", "ELU", dict(alpha=0.7)), ("softmax", "Softmax", dict(axis=-1))]
    save(folder, "activation_objects", [input_layer("input_1", 4)]
         + [layer(kind, "l_" + n, (), ["input_1"], **c) for n, kind, c in kinds]
         + [layer("ThresholdedReLU", "l_theta", (), ["input_1"], theta=0.4),
            layer("PReLU", "l_prelu", [("alpha", np.abs(draw(4)))], ["input_1"], alpha_initializer=ZEROS,
                  alpha_regularizer=None, alpha_constraint=None, shared_axes=None)]
         + [dense("d_" + n, 4, 3, {"class_name": kind, "config": {"name": n, "trainable": True, "dtype": "float32", **c}}, ["input_1"])
            for n, kind, c in kinds[3:4]],
         outputs=["l_" + n for n, _, _ in kinds] + ["l_theta", "l_prelu"] + ["d_" + n for n, _, _ in kinds[3:4]],
         expected=expected, data=x_of(6, 4, scale=2.0))


def correction_files(folder, expected):
    drop = dict(noise_shape=None, seed=None)
    save(folder, "dropouts", [
        input_layer("input_1", 6), layer("Dropout", "drop", rate=0.2, **drop), dense("first", 6, 6, "relu"),
        layer("GaussianDropout", "gaussian", rate=0.3, seed=None), dense("second", 6, 6, "selu"),
        layer("AlphaDropout", "alpha", rate=0.1, **drop), dense("third", 6, 6, "tanh"),
        layer("GaussianNoise", "noise", stddev=0.5, seed=None), layer("Dropout", "none", rate=0.0, **drop), dense("out", 6, 2, "softmax")],
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(5, 6))
    save(folder, "spatial_dropouts", [
        input_layer("input_1", 6, 6, 2), conv2d("conv", 2, 4, 3, "relu"), layer("SpatialDropout2D", "spatial", rate=0.35, data_format="channels_last"),
        layer("GlobalAveragePooling2D", "gap", data_format="channels_last", keepdims=False), dense("out", 4, 2, "softmax")],
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(5, 6, 6, 2))
    save(folder, "spatial_dropouts_1d", [
        input_layer("input_1", 6, 3), layer("SpatialDropout1D", "spatial", rate=0.15), recurrent("LSTM", "lstm", 3, 4), dense("out", 4, 2, "softmax")],
        training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(5, 6, 3))

    def constraint(class_name, **c):
        return {"class_name": class_name, "config": c}

    save(folder, "constraints", [
        input_layer("input_1", 6, 6, 2),
        conv2d("conv", 2, 4, 3, "relu", kernel_constraint=constraint("MaxNorm", max_value=1, axis=[0, 1, 2])),
        depthwise("depth", 4, 2, 1, "relu", depthwise_constraint=constraint("MaxNorm", max_value=0.5, axis=[0, 1])),
        layer("Flatten", "flatten", data_format="channels_last"),
        dense("max", 36, 5, "relu", kernel_constraint=constraint("MaxNorm", max_value=1.0, axis=0), bias_constraint=constraint("NonNeg")),
        dense("min_max", 5, 5, "relu", kernel_constraint=constraint("MinMaxNorm", min_value=0.5, max_value=1.5, rate=1.0, axis=0)),
        dense("unit", 5, 5, "relu", kernel_constraint=constraint("UnitNorm", axis=0)),
        dense("rows", 5, 5, "relu", kernel_constraint=constraint("MaxNorm", max_value=1.0, axis=1)),
        dense("out", 5, 2, "softmax", kernel_constraint=constraint("NonNeg"))],
        training=compiled(optimizer("SGD", learning_rate=0.1, momentum=0.0, nesterov=False), "categorical_crossentropy"),
        expected=expected, data=x_of(5, 6, 6, 2))
    save(folder, "penalties", [
        input_layer("input_1", 5), dense("l1", 5, 4, "tanh", kernel_regularizer={"class_name": "L1", "config": {"l1": 0.01}}),
        dense("l2", 4, 4, "tanh", kernel_regularizer={"class_name": "L2", "config": {"l2": 0.02}}),
        dense("both", 4, 4, "tanh", kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.03}},
              bias_regularizer={"class_name": "L2", "config": {"l2": 0.05}}),
        dense("none", 4, 4, "tanh", kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.0}}),
        dense("activity", 4, 4, "tanh", activity_regularizer={"class_name": "L2", "config": {"l2": 0.01}}),
        dense("out", 4, 2, "softmax")], training=compiled(optimizer("SGD", learning_rate=0.1, momentum=0.0, nesterov=False), "categorical_crossentropy"),
        expected=expected, data=x_of(5, 5))
    inits = [ZEROS, ONES, initializer("Constant", value=0.3), initializer("RandomNormal", mean=0.1, stddev=0.05, seed=None),
             initializer("RandomUniform", minval=-0.1, maxval=0.2, seed=None), initializer("TruncatedNormal", mean=0.0, stddev=0.05, seed=None),
             initializer("VarianceScaling", scale=2.0, mode="fan_avg", distribution="uniform", seed=None), initializer("Orthogonal", gain=1.0, seed=None),
             initializer("Identity", gain=1.0), GLOROT, initializer("GlorotNormal", seed=None), initializer("HeNormal", seed=None),
             initializer("HeUniform", seed=None), initializer("LecunNormal", seed=None), initializer("LecunUniform", seed=None),
             initializer("Mine")]
    save(folder, "initializers", [input_layer("input_1", 4)] + [
        dense("d_" + i["class_name"], 4, 4, "tanh", kernel_initializer=i) for i in inits[:-1:2] + inits[-1:]],
        keras=3, expected=expected, data=x_of(3, 4))
    save(folder, "frozen", [
        input_layer("input_1", 5), dense("a", 5, 4, "relu", trainable=False), batch_norm("bn", 4, [1], trainable=False),
        batch_norm("bn_1", 4, -1, momentum=0.8, epsilon=1e-4, center=False), batch_norm("bn_2", 4, [1], scale=False),
        dense("out", 4, 2, "softmax")], keras=3, training=compiled(optimizer("Adam", **ADAM), "categorical_crossentropy"), expected=expected, data=x_of(5, 5))


def training_files(folder, expected):
    """One network per optimizer and loss; the optimizers' steps are tested against formulas elsewhere."""
    def out(name, opt, loss, activation="softmax", units=2, keras=2):
        save(folder, name, [input_layer("input_1", 3), dense("dense", 3, units, activation)], keras=keras,
             training=compiled(opt, loss), expected=expected, data=x_of(4, 3))

    def loss(class_name, **c):
        return {"class_name": class_name, "config": {"reduction": "auto", "name": class_name.lower(), **c}}

    adam = optimizer("Adam", **ADAM)
    out("loss_smoothed", adam, loss("CategoricalCrossentropy", from_logits=False, label_smoothing=0.1, axis=-1))
    out("loss_logits", optimizer("AdamW", **{**ADAM, "weight_decay": 0.004}, ), loss("CategoricalCrossentropy", from_logits=True, label_smoothing=0.0, axis=-1), "linear", keras=3)
    save(folder, "loss_on_images", [input_layer("input_1", 4, 4, 1), conv2d("conv", 1, 1, 3, padding="same")], expected=expected,
         training=compiled(adam, loss("BinaryCrossentropy", from_logits=True, label_smoothing=0.2, axis=-1)), data=x_of(3, 4, 4, 1))


def norm_files(folder, expected):
    adam = compiled(optimizer("Adam", **ADAM), "categorical_crossentropy")
    last = {"data_format": "channels_last"}
    save(folder, "layer_norm", [
        input_layer("input_1", 5), dense("dense", 5, 8, "relu"), norm("LayerNormalization", "norm", 8, axis=[1]),
        layer("Dropout", "drop", rate=0.2, noise_shape=None, seed=None), dense("dense_1", 8, 6, "tanh"),
        norm("LayerNormalization", "norm_1", 6, epsilon=1e-6, scale=False), norm("LayerNormalization", "fixed", 6, center=False, scale=False),
        dense("dense_2", 6, 3, "softmax")], training=adam, expected=expected, data=x_of(7, 5))
    save(folder, "layer_norm_images", [
        input_layer("input_1", 6, 6, 2), conv2d("conv", 2, 4, 3, padding="same"), norm("LayerNormalization", "norm", 4, axis=[3], trainable=False),
        layer("Activation", "relu", activation="relu"), pool("MaxPooling2D", "pool"), conv2d("conv_1", 4, 5, 2),
        norm("LayerNormalization", "all", 2, 2, 5, axis=[1, 2, 3]), norm("GroupNormalization", "group", 5, groups=-1),
        layer("Flatten", "flatten", **last), dense("dense", 20, 3, "softmax", scale=0.3)], keras=3, training=adam,
        expected=expected, data=x_of(4, 6, 6, 2))
    save(folder, "layer_norm_sequences", [
        input_layer("input_1", 6, 3), recurrent("LSTM", "lstm", 3, 4, sequences=True), norm("LayerNormalization", "norm", 4, axis=[2]),
        conv1d("conv", 4, 6, 3), norm("GroupNormalization", "group", 6, groups=3, epsilon=1e-5),
        bidirectional("LSTM", "both", 6, 3), norm("LayerNormalization", "norm_1", 6), recurrent("LSTM", "last", 6, 4),
        norm("LayerNormalization", "norm_2", 4), dense("dense", 4, 2, "softmax")], keras=3, training=adam, expected=expected, data=x_of(4, 6, 3))
    save(folder, "layer_norm_pooled", [
        embedding("words", 9, 6, 6), norm("LayerNormalization", "norm", 6), layer("GlobalAveragePooling1D", "gap", keepdims=False, **last),
        norm("LayerNormalization", "norm_1", 6, center=False, gamma_constraint={"class_name": "NonNeg", "config": {}}), dense("dense", 6, 2, "softmax")], training=adam,
        expected=expected, data=RNG.integers(0, 9, (4, 6)).astype(np.float64))
    vectors = [
        norm("RMSNormalization", "rms", 6, inputs=["x"], epsilon=1e-6), norm("UnitNormalization", "unit", inputs=["x"]),
        norm("GroupNormalization", "group", 6, inputs=["x"], groups=2), dense("dense", 6, 4, "gelu", ["rms"]),
        norm("LayerNormalization", "layer", 4, inputs=["dense"], axis=[-1], scale=False, center=True),
        layer("Add", "add", (), ["unit", "rms"]), dense("out", 6, 3, "softmax", ["add"])]
    save(folder, "norms_vectors", [input_layer("x", 6)] + vectors, outputs=["group", "layer", "out"], keras=3,
         expected=expected, data=x_of(5, 6))
    save(folder, "residual_norm", [
        input_layer("x", 6), dense("a", 6, 8, "linear", ["x"]), norm("LayerNormalization", "norm", 8, inputs=["a"]),
        dense("b", 8, 8, "gelu", ["norm"]), layer("Dropout", "drop", (), ["b"], rate=0.3, noise_shape=None, seed=None),
        layer("Add", "add", (), ["drop", "a"]), norm("RMSNormalization", "rms", 8, inputs=["add"], epsilon=1e-6),
        dense("c", 8, 4, "tanh", ["rms"]), norm("UnitNormalization", "unit", inputs=["c"]), dense("out", 4, 3, "softmax", ["unit"])],
        outputs=["out"], keras=3, training=adam, expected=expected, data=x_of(5, 6))
    images = [
        norm("RMSNormalization", "rms", 2, inputs=["x"], axis=3), norm("UnitNormalization", "unit", inputs=["x"], axis=[3]),
        norm("GroupNormalization", "group", 2, inputs=["x"], groups=1, scale=False), norm("LayerNormalization", "places", 4, 5, inputs=["x"], axis=[1, 2]),
        norm("LayerNormalization", "rows", 5, 2, inputs=["x"], axis=[2, 3]), norm("LayerNormalization", "height", 4, inputs=["x"], axis=1),
        norm("RMSNormalization", "rms_all", 4, 5, 2, inputs=["x"], axis=[1, 2, 3])]
    save(folder, "norms_images", [input_layer("x", 4, 5, 2)] + images, outputs=[s["name"] for s in images], keras=3,
         expected=expected, data=x_of(3, 4, 5, 2))
    sequences = [
        norm("RMSNormalization", "rms", 3, inputs=["x"], axis=2), norm("UnitNormalization", "unit", inputs=["x"]),
        norm("GroupNormalization", "group", 3, inputs=["x"], groups=3), norm("LayerNormalization", "layer", 3, inputs=["x"], axis=-1)]
    save(folder, "norms_sequences", [input_layer("x", 5, 3)] + sequences, outputs=[s["name"] for s in sequences],
         expected=expected, data=x_of(3, 5, 3))
    save(folder, "norms_volumes", [input_layer("x", 3, 4, 3, 2), norm("LayerNormalization", "layer", 2), norm(
        "LayerNormalization", "all", 3, 4, 3, 2, axis=[1, 2, 3, 4]), norm("GroupNormalization", "group", 2, groups=1)], expected=expected, data=x_of(2, 3, 4, 3, 2))


def faulty_files(folder):
    def last(name, training):
        save(folder, name, [input_layer("input_1", 3), dense("dense", 3, 2, "softmax")], training=training)

    last("unknown_optimizer", compiled(optimizer("Shampoo", learning_rate=0.1), "mse"))
    last("not_compiled", None)
    faulty = os.path.join(folder, "faulty")
    os.makedirs(faulty, exist_ok=True)
    drawn = dense("dense", 3, 2)

    def wrong(name, layers, **more):
        save(faulty, name, layers, training=None, **{"weights": False, **more})

    wrong("unknown_layer", [input_layer("input_1", 4, 4), layer("MultiHeadAttention", "attention", num_heads=2)])
    wrong("unknown_activation", [input_layer("input_1", 3), dense("dense", 3, 2, "my_activation")])
    wrong("go_backwards", [input_layer("input_1", 4, 3), recurrent("LSTM", "lstm", 3, 2, go_backwards=True)])
    wrong("shared", [input_layer("input_1", 3), dense("a", 3, 3, inputs=["input_1"]), dense("b", 3, 3, inputs=["a"])], outputs=["b"])
    wrong("second_output", [input_layer("input_1", 3), dense("a", 3, 3, inputs=["input_1"]), dense("b", 3, 3, inputs=["a"])], outputs=["b"])
    wrong("nested", [input_layer("input_1", 3), layer("Sequential", "inner", layers=[])])
    wrong("subclassed", [input_layer("input_1", 3), drawn])
    wrong("keras_1", [input_layer("input_1", 3), drawn], version="1.2.2")
    wrong("no_input_shape", [drawn])
    wrong("no_weights", [input_layer("input_1", 3), drawn])
    wrong("other_weights", [input_layer("input_1", 3), dict(drawn, weights={"kernel": draw(5, 2), "bias": draw(2)})], weights=True)
    wrong("bad_rate", [input_layer("input_1", 3), layer("Dropout", "drop", rate="half"), drawn])
    wrong("bad_json", [input_layer("input_1", 3), drawn])

    def edit(name, change):
        with h5py.File(os.path.join(faulty, name + ".h5"), "a") as f:
            text = change(f.attrs["model_config"])
            del f.attrs["model_config"]
            f.attrs["model_config"] = text.encode()

    edit("shared", lambda text: text.replace('[[["a", 0, 0, {}]]]', '[[["a", 0, 0, {}]], [["b", 0, 0, {}]]]'))
    edit("second_output", lambda text: text.replace('[[["a", 0, 0, {}]]]', '[[["a", 0, 1, {}]]]'))
    edit("subclassed", lambda text: text.replace('"Sequential"', '"MyModel"', 1))
    edit("bad_json", lambda text: text[:100])

    with h5py.File(os.path.join(folder, "only_weights.h5"), "w") as f:
        f.attrs["layer_names"] = np.array([b"dense"])
        f.create_group("dense")["dense/kernel:0"] = draw(3, 2)


def output_files(folder, expected):
    """Outputs that other layers take too, one of them as logits."""
    logits = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True, "label_smoothing": 0.0, "axis": -1}}
    save(folder, "inner_outputs", [
        input_layer("x", 6), dense("a", 6, 4, "tanh", ["x"]), dense("b", 4, 4, "linear", ["a"]),
        layer("Add", "add", (), ["a", "b"]), dense("out", 4, 2, "softmax", ["add"])], outputs=["a", "b", "out"],
        training=compiled(optimizer("Adam", **ADAM), {"a": "mse", "b": logits, "out": "categorical_crossentropy"}), expected=expected, data=x_of(5, 6))


def old_files(folder, expected):
    """Of Keras before 2.11, whose optimizers had lr and decay."""
    falling = {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 100, "decay_rate": 0.5, "staircase": False, "name": None}}
    for name, version, opt in (
            ("old_rmsprop", "2.2.4", {"class_name": "RMSprop", "config": {"lr": 0.01, "rho": 0.9, "decay": 0.001, "epsilon": 1e-7}}),
            ("old_nadam", "2.2.4", {"class_name": "Nadam", "config": {"lr": 0.002, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "schedule_decay": 0.004}}),
            ("old_adam", "2.4.0", {"class_name": "Adam", "config": {"name": "Adam", "learning_rate": falling, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999,
                                                                    "epsilon": 1e-7, "amsgrad": False}})):
        save(folder, name, [input_layer("input_1", 3), dense("dense", 3, 4, "tanh"), dense("out", 4, 2, "softmax")], version=version,
             training={"optimizer_config": opt, "loss": "categorical_crossentropy", "metrics": ["accuracy"], "sample_weight_mode": None, "loss_weights": None},
             expected=expected, data=x_of(4, 3))


def refused_files(folder):
    """What cannot be imported, as models that Keras would write."""
    last = {"data_format": "channels_last"}
    faulty = os.path.join(folder, "faulty")

    def top(n):
        return dense("out", n, 2, "softmax")

    save(faulty, "squeeze_and_excitation", [
        input_layer("x", 6, 6, 2), conv2d("conv", 2, 4, 3, "relu", ["x"]), layer("GlobalAveragePooling2D", "squeeze", (), ["conv"], keepdims=False, **last),
        dense("less", 4, 2, "relu", ["squeeze"]), dense("gates", 2, 4, "sigmoid", ["less"]), layer("Reshape", "reshape", (), ["gates"], target_shape=[1, 1, 4]),
        layer("Multiply", "excite", (), ["conv", "reshape"]), layer("GlobalMaxPooling2D", "max", (), ["excite"], keepdims=False, **last),
        dense("out", 4, 2, "softmax", ["max"])], outputs=["out"])
    save(faulty, "gru", [input_layer("x", 5, 3), layer(
        "GRU", "gru", [("kernel", draw(3, 12)), ("recurrent_kernel", draw(4, 12)), ("bias", draw(2, 12))], units=4, activation="tanh",
        recurrent_activation="sigmoid", use_bias=True, reset_after=True, return_sequences=False), top(4)])
    first = conv2d("conv", 2, 3, 3)
    first["config"]["data_format"] = "channels_first"
    save(faulty, "channels_first", [input_layer("x", 2, 6, 6), first, layer("Flatten", "flatten", **last), top(48)])
    save(faulty, "masking", [input_layer("x", 5, 3), layer("Masking", "mask", mask_value=0.0), recurrent("LSTM", "lstm", 3, 4), top(4)])
    save(faulty, "mask_zero", [embedding("words", 9, 5, 6, True), recurrent("LSTM", "lstm", 5, 4), top(4)])
    save(faulty, "lambda", [input_layer("x", 3), layer("Lambda", "double", function=["4wE=", None, None]), top(3)])
    save(faulty, "operation", [input_layer("x", 3), layer("TFOpLambda", "tf.math.multiply", (), ["x"], function="math.multiply"),
                               dense("out", 3, 2, inputs=["tf.math.multiply"])], outputs=["out"])
    save(faulty, "sparsemax", [input_layer("x", 3), dense("out", 3, 2, "sparsemax")])
    save(faulty, "rate_above_1", [input_layer("x", 3), layer("Dropout", "drop", rate=1.5), top(3)])
    save(faulty, "no_units", [input_layer("x", 3), dense("first", 3, 3), layer("Dense", "second", [("kernel", draw(3, 2)), ("bias", draw(2))],
                                                                              activation="relu", **common()), top(2)])
    save(faulty, "no_axis", [input_layer("x", 3), batch_norm("norm", 3, []), top(3)])
    for opt in ("Ftrl", "Adafactor"):
        save(faulty, opt.lower(), [input_layer("x", 3), top(3)], training=compiled(optimizer(opt, learning_rate=0.1), "mse"))
    save(faulty, "log_cosh", [input_layer("x", 3), top(3)], training=compiled(optimizer("Adam", **ADAM), "log_cosh"))


def late_files(folder, expected):
    global RNG
    RNG = np.random.default_rng(19)
    last = dict(data_format="channels_last")
    save(folder, "log_softmax", [
        input_layer("images", 5, 5, 2), conv2d("conv", 2, 3, 3, "log_softmax", inputs=["images"]), layer("Flatten", "flat", (), ["conv"], **last),
        dense("dense", 27, 4, inputs=["flat"]), layer("Activation", "logs", (), ["dense"], activation="log_softmax")],
        outputs=["logs"], keras=3, expected=expected, data=x_of(4, 5, 5, 2))
    adam = optimizer("Adam", **ADAM)

    def loss(class_name, **c):
        return {"class_name": class_name, "config": {"reduction": "sum_over_batch_size", "name": class_name.lower(), **c}}

    for name, activation, config in (("loss_log_softmax", "log_softmax", loss("CategoricalCrossentropy", from_logits=True, label_smoothing=0.0, axis=-1)),
                                     ("loss_huber", "linear", loss("Huber", delta=0.7)), ("loss_huber_default", "linear", "huber")):
        save(folder, name, [input_layer("input_1", 3), dense("dense", 3, 2, activation)], keras=3, training=compiled(adam, config),
             expected=expected, data=x_of(4, 3))


def main(folder):
    os.makedirs(folder, exist_ok=True)
    with h5py.File(os.path.join(folder, "expected.h5"), "w") as expected:
        dense_files(folder, expected)
        network_files(folder, expected)
        layer_files(folder, expected)
        activation_files(folder, expected)
        correction_files(folder, expected)
        training_files(folder, expected)
        faulty_files(folder)
        global RNG
        RNG = np.random.default_rng(18)  # so that what is added here leaves the files above as they are
        norm_files(folder, expected)
        output_files(folder, expected)
    refused_files(folder)
    with h5py.File(os.path.join(folder, "expected.h5"), "a") as expected:
        old_files(folder, expected)
        late_files(folder, expected)


if __name__ == "__main__":
    main(sys.argv[1])
