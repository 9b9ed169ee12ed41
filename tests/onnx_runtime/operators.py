# SPDX-License-Identifier: Apache-2.0
"""Random small networks around each operator: CASES[name](graph, random) is (shape of the input, result).

Numbers are quarters, so that float32 arithmetic is exact in most of them."""
import math

CASES = {}


def case(function):
    CASES[function.__name__.strip("_")] = function
    return function


def quarter(random, low=-16, high=16):
    return random.randint(low, high) / 4


def shape_of(random, rank=None, low=1, high=3):
    return [random.randint(low, high) for _ in range(random.randint(1, 4) if rank is None else rank)]


def broadcast_to(random, shape):
    """A shape that is broadcast to this one."""
    sizes = [size if random.random() < 0.7 else 1 for size in shape]
    return sizes[random.randint(0, len(sizes)):] if random.random() < 0.5 else sizes


def constant(graph, random, shape, zero=True):
    values = [quarter(random) for _ in range(math.prod(shape))]
    return graph.constant(shape, values if zero else [value or 0.5 for value in values])


def some_axes(random, shape):
    axes = random.sample(range(len(shape)), random.randint(1, len(shape)))
    return [axis - len(shape) if random.random() < 0.4 else axis for axis in axes]


def neurons(graph, random, shape):
    """The input, or what some layers make of it."""
    value = "X"
    if random.random() < 0.5:
        value = graph.node("Mul", [value, constant(graph, random, broadcast_to(random, shape), zero=False)])
    return graph.node("Relu", [value]) if random.random() < 0.3 else value


def real(graph, value):
    return graph.node("Cast", [value], to=1)


def add_unary(kind, **choices):
    def make(graph, random):
        shape = shape_of(random)
        attributes = {name: float(random.choice(values)) for name, values in choices.items()}
        return shape, graph.node(kind, [neurons(graph, random, shape)], **attributes)

    CASES[kind] = make


for each in ("Abs", "Relu", "Neg", "Identity", "Sign", "Floor", "Ceil", "Round"):
    add_unary(each)
add_unary("LeakyRelu", alpha=(-1, 0, 0.25, 0.5, 1, 2))
add_unary("HardSigmoid", alpha=(0.25, 0.5), beta=(0, 0.5))
add_unary("ThresholdedRelu", alpha=(0, 0.5, 1, 2))


def add_variadic(kind):
    def make(graph, random):
        shape = shape_of(random)
        parts = [neurons(graph, random, shape)]
        for _ in range(random.randint(1, 2)):
            scaled = random.random() < 0.4
            parts.append(graph.node("Mul", ["X", graph.number(quarter(random))]) if scaled
                         else constant(graph, random, broadcast_to(random, shape)))
        random.shuffle(parts)
        return shape, graph.node(kind, parts)

    CASES[kind] = make


for each in ("Max", "Min", "Sum", "Mean"):
    add_variadic(each)


def add_binary(kind, is_truth=False, turns=True):
    def make(graph, random):
        shape = shape_of(random)
        other = constant(graph, random, broadcast_to(random, shape), zero=kind != "Div")
        if kind in ("Add", "Sub") and random.random() < 0.5:
            other = graph.node("Mul", ["X", other])
        parts = [neurons(graph, random, shape), other]
        result = graph.node(kind, parts[::-1] if turns and random.random() < 0.5 else parts)
        if is_truth and random.random() < 0.3:
            result = graph.node("Not", [result])
        return shape, real(graph, result) if is_truth else result

    CASES[kind] = make


for each in ("Add", "Sub", "Mul"):
    add_binary(each)
add_binary("Div", turns=False)
for each in ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal"):
    add_binary(each, is_truth=True)


def add_reduction(kind, axes_are_inputs_since):
    def make(graph, random):
        shape = shape_of(random)
        value = neurons(graph, random, shape)
        axes = some_axes(random, shape)
        keepdims = random.randint(0, 1)
        if random.random() < 0.15:
            return shape, graph.node(kind, [value], keepdims=keepdims)
        if graph.opset >= axes_are_inputs_since:
            return shape, graph.node(kind, [value, graph.indices(axes)], keepdims=keepdims)
        return shape, graph.node(kind, [value], axes=axes, keepdims=keepdims)

    CASES[kind] = make


add_reduction("ReduceSum", 13)
for each in ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1"):
    add_reduction(each, 18)


@case
def truth(graph, random):
    shape = shape_of(random)
    parts = [graph.node(kind, ["X", constant(graph, random, broadcast_to(random, shape))]) for kind in ("Greater", "Less")]
    return shape, real(graph, graph.node(random.choice(("And", "Or", "Xor")), parts))


@case
def Where(graph, random):
    shape = shape_of(random)
    zero = graph.number(0.0)
    kind = random.choice(("Greater", "Less", "GreaterOrEqual", "LessOrEqual"))
    choice = random.random()
    if choice < 0.5:
        values = ["X", zero] if random.random() < 0.5 else [zero, "X"]
        return shape, graph.node("Where", [graph.node(kind, ["X", zero])] + values)
    if choice < 0.8:
        is_over = graph.node(kind, ["X", constant(graph, random, broadcast_to(random, shape))])
        return shape, graph.node("Where", [is_over, graph.node("Add", ["X", graph.number(quarter(random))]), "X"])
    fixed = graph.constant(shape, [random.random() < 0.5 for _ in range(math.prod(shape))], "bool")
    return shape, graph.node("Where", [fixed, "X", constant(graph, random, broadcast_to(random, shape))])


@case
def PRelu(graph, random):
    shape = shape_of(random, random.randint(2, 4))
    return shape, graph.node("PRelu", [neurons(graph, random, shape), constant(graph, random, broadcast_to(random, shape))])


@case
def Clip(graph, random):
    shape = shape_of(random)
    low = quarter(random)
    low, high = random.choice([(low, low + random.randint(0, 8) / 4), (-math.inf, low), (low, math.inf)])
    parts = [neurons(graph, random, shape), graph.number(low), graph.number(high)]
    choice = random.random()
    if choice < 0.2:
        parts[1] = ""
    return shape, graph.node("Clip", parts[:2] if 0.2 <= choice < 0.4 else parts)


@case
def Gemm(graph, random):
    rows, inner, columns = random.choice((1, random.randint(1, 4))), random.randint(1, 4), random.randint(1, 4)
    left, right = random.randint(0, 1), random.randint(0, 1)
    parts = ["X", constant(graph, random, [columns, inner] if right else [inner, columns])]
    if random.random() < 0.7:
        parts.append(constant(graph, random, random.choice([[columns], [1, columns], [rows, columns], [1], [rows, 1]])))
    scales = {"alpha": quarter(random), "beta": quarter(random)}
    return [inner, rows] if left else [rows, inner], graph.node("Gemm", parts, transA=left, transB=right, **scales)


@case
def MatMul(graph, random):
    inner, columns = random.randint(1, 4), random.randint(1, 4)
    shape, factors, turned = random.choice([
        ([inner], [[inner, columns]], False),
        ([random.randint(1, 3), inner], [[inner]], False),
        ([2, random.randint(1, 3), inner], [[inner, columns], [2, inner, columns], [1, inner, columns], [3, 1, inner, columns]], False),
        ([2, inner, columns], [[3, inner], [2, 3, inner], [inner]], True),
        ([inner, columns], [[3, inner]], True),
    ])
    parts = ["X", constant(graph, random, random.choice(factors))]
    return shape, graph.node("MatMul", parts[::-1] if turned else parts)


@case
def Einsum(graph, random):
    equation, shape, factor = random.choice([
        ("ij,jk->ik", [2, 3], [3, 2]), ("bij,jk->bik", [2, 2, 3], [3, 2]), ("ij,ij->i", [2, 3], [2, 3]), ("ij->ji", [2, 3], None),
        ("ii->i", [3, 3], None), ("...ij,jk->...ik", [2, 2, 3], [3, 2]), ("ij,kj->ik", [2, 3], [4, 3]), ("ij->", [2, 3], None),
        ("bhij,hj->bhi", [1, 2, 2, 3], [2, 3]), ("ij,jk", [2, 3], [3, 2])])
    parts = ["X"] if factor is None else ["X", constant(graph, random, factor)]
    return shape, graph.node("Einsum", parts, equation=equation)


@case
def Conv(graph, random):
    rank, groups = random.randint(1, 2), random.choice((1, 1, 2))
    channels, filters = groups * random.randint(1, 2), groups * random.randint(1, 2)
    kernel = [random.randint(1, 3) for _ in range(rank)]
    parts = ["X", constant(graph, random, [filters, channels // groups] + kernel)]
    if random.random() < 0.6:
        parts.append(constant(graph, random, [filters]))
    attributes = {"group": groups, "strides": [random.randint(1, 2) for _ in kernel], "kernel_shape": kernel}
    if random.random() < 0.4:
        attributes["auto_pad"] = random.choice(("SAME_UPPER", "SAME_LOWER", "VALID"))
    else:
        attributes["pads"] = [random.randint(0, 1) for _ in kernel + kernel]
        attributes["dilations"] = [random.randint(1, 2) if size <= 2 else 1 for size in kernel]
    return [1, channels] + shape_of(random, rank, 3, 5), graph.node("Conv", parts, **attributes)


@case
def ConvTranspose(graph, random):
    rank, groups = random.randint(1, 2), random.choice((1, 1, 2))
    channels = groups * random.randint(1, 2)
    kernel = [random.randint(1, 3) for _ in range(rank)]
    strides = [random.randint(1, 2) for _ in kernel]
    attributes = {"group": groups, "strides": strides, "kernel_shape": kernel, "pads": [0] * (2 * rank)}
    if random.random() < 0.5:
        attributes["output_padding"] = [random.randint(0, stride - 1) for stride in strides]
    parts = ["X", constant(graph, random, [channels, random.randint(1, 2)] + kernel)]
    return [1, channels] + shape_of(random, rank, 2, 4), graph.node("ConvTranspose", parts, **attributes)


def pool(graph, random, kind, sizes, **attributes):
    rank = random.randint(1, 2)
    kernel = [random.choice(sizes) for _ in range(rank)]
    if random.random() < 0.5:
        attributes["pads"] = [random.randint(0, size - 1) for size in kernel] * 2
    strides = [random.randint(1, 2) for _ in kernel]
    shape = [1, random.randint(1, 2)] + shape_of(random, rank, 3, 5)
    return shape, graph.node(kind, ["X"], kernel_shape=kernel, strides=strides, **attributes)


@case
def MaxPool(graph, random):
    return pool(graph, random, "MaxPool", (1, 2, 3), ceil_mode=random.randint(0, 1))


@case
def AveragePool(graph, random):
    return pool(graph, random, "AveragePool", (1, 2), count_include_pad=random.randint(0, 1))


@case
def global_pool(graph, random):
    kind = random.choice(("GlobalAveragePool", "GlobalMaxPool"))
    return [1, random.randint(1, 3), 2, random.choice((1, 2, 4))], graph.node(kind, ["X"])


@case
def BatchNormalization(graph, random):
    channels = random.randint(1, 3)
    variance = graph.constant([channels], [random.choice((0.25, 1, 2.25, 4)) for _ in range(channels)])
    parts = ["X"] + [constant(graph, random, [channels]) for _ in range(3)] + [variance]
    return [1, channels] + shape_of(random, random.randint(0, 2)), graph.node("BatchNormalization", parts, epsilon=0.0)


@case
def Tile(graph, random):
    shape = shape_of(random)
    return shape, graph.node("Tile", [neurons(graph, random, shape), graph.indices([random.randint(1, 2) for _ in shape])])


@case
def Expand(graph, random):
    shape = shape_of(random)
    sizes = [random.randint(1, 3) if size == 1 else random.choice((1, size)) for size in shape]
    return shape, graph.node("Expand", ["X", graph.indices([2] * random.randint(0, 1) + sizes)])


@case
def Transpose(graph, random):
    shape = shape_of(random, random.randint(2, 4))
    return shape, graph.node("Transpose", [neurons(graph, random, shape)], perm=random.sample(range(len(shape)), len(shape)))


@case
def Slice(graph, random):
    shape = shape_of(random, high=5)
    axes = random.sample(range(len(shape)), random.randint(1, len(shape)))
    begins, ends, steps = [], [], []
    for axis in axes:
        size, step = shape[axis], random.choice((1, 1, 2, -1, -2))
        begin = random.randint(0, size - 1) if step > 0 else random.choice((size - 1, -1, 10**6))
        ends.append(random.choice((random.randint(begin + 1, size), 2**62)) if step > 0
                    else 0 if size > 1 and random.random() < 0.4 else random.choice((-size - 1, -2**62)))
        begins.append(begin - size if step > 0 and random.random() < 0.3 else begin)
        steps.append(step)
    axes = [axis - len(shape) if random.random() < 0.3 else axis for axis in axes]
    return shape, graph.node("Slice", [neurons(graph, random, shape)] + [graph.indices(each) for each in (begins, ends, axes, steps)])


@case
def Gather(graph, random):
    shape = shape_of(random, high=4)
    axis = random.randrange(len(shape))
    places = shape_of(random, random.randint(0, 2))
    which = [random.randint(-shape[axis], shape[axis] - 1) for _ in range(math.prod(places))]
    axis -= random.choice((0, len(shape)))
    return shape, graph.node("Gather", [neurons(graph, random, shape), graph.constant(places, which, "int64")], axis=axis)


@case
def GatherElements(graph, random):
    shape = shape_of(random, high=4)
    axis = random.randrange(len(shape))
    places = shape[:axis] + [random.randint(1, 4)] + shape[axis + 1:]
    which = [random.randint(-shape[axis], shape[axis] - 1) for _ in range(math.prod(places))]
    return shape, graph.node("GatherElements", ["X", graph.constant(places, which, "int64")], axis=axis)


@case
def GatherND(graph, random):
    shape = shape_of(random, random.randint(2, 3))
    depth, count = random.randint(1, len(shape)), random.randint(1, 3)
    which = [random.randint(0, shape[axis] - 1) for _ in range(count) for axis in range(depth)]
    return shape, graph.node("GatherND", ["X", graph.constant([count, depth], which, "int64")])


@case
def scatter(graph, random):
    shape = shape_of(random, high=4)
    axis = random.randrange(len(shape))
    if random.random() < 0.3:
        row = graph.constant([1, 1], [random.randint(0, shape[0] - 1)], "int64")
        return shape, graph.node("ScatterND", ["X", row, constant(graph, random, [1] + shape[1:])])
    places = [1 if a == axis else random.randint(1, size) for a, size in enumerate(shape)]
    which = [random.randint(0, shape[axis] - 1) for _ in range(math.prod(places))]
    parts = ["X", graph.constant(places, which, "int64"), constant(graph, random, places)]
    return shape, graph.node("ScatterElements", parts, axis=axis)


@case
def Pad(graph, random):
    shape = shape_of(random, low=2)
    mode = random.choice(("constant", "edge", "reflect"))
    parts = ["X", graph.indices([random.randint(0, 1) for _ in shape + shape])]
    if mode == "constant" and random.random() < 0.5:
        parts.append(graph.number(quarter(random)))
    return shape, graph.node("Pad", parts, mode=mode)


@case
def split_and_join(graph, random):
    shape = shape_of(random, low=2, high=4)
    axis = random.randrange(len(shape))
    size = random.randint(1, shape[axis] - 1)
    first, second = graph.node("Split", ["X", graph.indices([size, shape[axis] - size])], outputs=2, axis=axis)
    return shape, graph.node("Concat", [second, first, "X"], axis=axis)


@case
def squeeze_and_unsqueeze(graph, random):
    shape = shape_of(random, high=2)
    shape[random.randrange(len(shape))] = 1
    axes = [axis for axis, size in enumerate(shape) if size == 1]
    value = graph.node("Squeeze", ["X", graph.indices(axes)] if random.random() < 0.7 else ["X"])
    return shape, graph.node("Unsqueeze", [value, graph.indices([0, -1])])


@case
def CumSum(graph, random):
    shape = shape_of(random)
    axis = graph.number(random.randint(-len(shape), len(shape) - 1), "int64")
    return shape, graph.node("CumSum", ["X", axis], exclusive=random.randint(0, 1), reverse=random.randint(0, 1))


@case
def depth_and_space(graph, random):
    if random.random() < 0.5:
        shape = [1, 4 * random.randint(1, 2), 2, random.randint(1, 3)]
        return shape, graph.node("DepthToSpace", ["X"], blocksize=2, mode=random.choice(("DCR", "CRD")))
    return [1, random.randint(1, 2), 4, 2 * random.randint(1, 2)], graph.node("SpaceToDepth", ["X"], blocksize=2)


@case
def Trilu(graph, random):
    shape = shape_of(random, random.randint(2, 3))
    parts = ["X", graph.number(random.randint(-2, 2), "int64")]
    return shape, graph.node("Trilu", parts if random.random() < 0.6 else parts[:1], upper=random.randint(0, 1))


@case
def arg_max(graph, random):
    shape = shape_of(random, high=4)
    attributes = {"axis": random.randint(-len(shape), len(shape) - 1), "keepdims": random.randint(0, 1)}
    kind = random.choice(("ArgMax", "ArgMin"))
    return shape, real(graph, graph.node(kind, ["X"], select_last_index=random.randint(0, 1), **attributes))


@case
def OneHot(graph, random):
    shape = shape_of(random, 2, low=2)
    values = graph.constant([2], [quarter(random), quarter(random)])
    parts = [graph.node("ArgMax", ["X"], axis=-1, keepdims=0), graph.number(shape[-1], "int64"), values]
    return shape, graph.node("OneHot", parts, axis=random.choice((-1, 0)))


@case
def Resize(graph, random):
    shape = [1, random.randint(1, 2), random.randint(2, 4), random.randint(2, 4)]
    attributes = {"mode": random.choice(("nearest", "linear"))}
    modes = ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")
    attributes["coordinate_transformation_mode"] = random.choice(modes)
    if attributes["mode"] == "nearest":
        attributes["nearest_mode"] = random.choice(("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"))
    if random.random() < 0.5:
        scales = graph.constant([4], [1, 1, random.choice((0.5, 1.5, 2)), random.choice((1, 2, 4))])
        return shape, graph.node("Resize", ["X", "", scales], **attributes)
    sizes = graph.indices(shape[:2] + [random.randint(1, 6), random.randint(1, 6)])
    return shape, graph.node("Resize", ["X", "", "", sizes], **attributes)


@case
def quantisation(graph, random):
    shape = shape_of(random, random.randint(2, 3))
    axis = random.randrange(len(shape))
    sizes, attributes = ([shape[axis]], {"axis": axis}) if random.random() < 0.4 else ([], {})
    scale = graph.constant(sizes, [random.choice((0.25, 0.5, 1)) for _ in range(math.prod(sizes))])
    zero = graph.constant(sizes, [random.randint(0, 9)] * math.prod(sizes), random.choice(("uint8", "int8")))
    quantised = graph.node("QuantizeLinear", ["X", scale, zero], **attributes)
    return shape, graph.node("DequantizeLinear", [quantised, scale, zero], **attributes)


@case
def whole_numbers(graph, random):
    return shape_of(random), real(graph, graph.node("Cast", ["X"], to=random.choice((6, 7))))


@case
def weights_made_in_the_graph(graph, random):
    inner, columns = random.randint(1, 3), random.randint(1, 3)
    weights = constant(graph, random, [inner, columns])
    weights = graph.node(random.choice(("Sign", "Abs", "Neg", "Relu", "Floor", "Ceil", "Round")), [weights])
    if random.random() < 0.5:
        weights = graph.node("Sign", [graph.node("Add", [weights, graph.number(0.25)])])
    if random.random() < 0.3:
        is_positive = graph.node("Greater", [weights, graph.number(0.0)])
        weights = graph.node("Where", [is_positive, weights, graph.number(2.0)])
    return [2, inner], graph.node("MatMul", ["X", weights])


@case
def shape_from_shape(graph, random):
    shape = shape_of(random, random.randint(2, 4))
    sizes = graph.node("Shape", ["X"])
    first = graph.node("Gather", [sizes, graph.indices([0])], axis=0)
    rest = graph.node("Div", [graph.node("ReduceProd", [sizes], keepdims=1), first])
    target = graph.node("Concat", [first, rest], axis=0)
    return shape, graph.node("Reshape", [neurons(graph, random, shape), target])


@case
def Compress(graph, random):
    shape = shape_of(random, low=2)
    axis = random.randrange(len(shape))
    kept = [True] + [random.random() < 0.6 for _ in range(shape[axis] - 1)]
    return shape, graph.node("Compress", ["X", graph.constant([len(kept)], kept, "bool")], axis=axis)
